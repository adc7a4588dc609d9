"""System checks: every command that starts finds out whether its keys are right."""

from typing import Any

import psycopg
from django.core.checks import CheckMessage, Error, register
from django.db import DatabaseError, connection
from psycopg.errors import UndefinedTable

from medspa.encryption import key_checks
from medspa.postgres.plain_connection import plain_parameters


@register
def keys_are_those_of_the_database(*args: Any, **kwargs: Any) -> list[CheckMessage]:
    """Asks the database, if it answers and is migrated."""
    if not _answers():
        return []
    try:
        found = list(key_checks.problems())
    except DatabaseError:
        return []
    finally:
        if not connection.in_atomic_block:
            connection.close()
    return [Error(f"{sentence}.", id="medspa.E001") for sentence in found]


def _answers() -> bool:
    """Without the pool, which would wait for a server that is not there."""
    try:
        with psycopg.connect(**plain_parameters()) as link:
            link.execute("SELECT FROM medspa_keycheck LIMIT 1")
    except (psycopg.OperationalError, UndefinedTable):
        return False
    return True
