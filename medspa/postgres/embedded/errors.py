"""The one exception of the embedded server."""


class EmbeddedPostgresError(Exception):
    """Its text is one sentence for the person at the terminal."""
