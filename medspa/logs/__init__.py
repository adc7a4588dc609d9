"""What is written to the log: one format everywhere, and nobody's email or phone."""
