"""A connection of its own, without the pool, which would wait for a server that is
not there."""

from typing import Any

from django.db import connection

OURS = ("pool", "cursor_factory", "context", "prepare_threshold")


def plain_parameters() -> dict[str, Any]:
    """What psycopg needs to connect as we do."""
    parameters: dict[str, Any] = dict(connection.get_connection_params())
    for name in OURS:
        parameters.pop(name, None)
    return parameters
