"""What is kept how long, and the nightly job that removes what is over."""
