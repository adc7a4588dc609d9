"""What the embedded server says when it cannot do as it was told."""


class EmbeddedPostgresError(Exception):
    """One sentence for the person at the terminal."""
