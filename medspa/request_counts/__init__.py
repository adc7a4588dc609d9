"""How many requests were answered, how, and how fast: counted by the web servers."""
