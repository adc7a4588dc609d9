"""How rows of history are removed and overwritten: one place for all of safekeeping."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection, models


def remove_history(history: type[models.Model], ids: Sequence[Any], *, why: str) -> int:
    """Remove rows of history for good; how many there were."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        done = history._base_manager.filter(pk__in=ids)._raw_delete(connection.alias)
        cursor.execute("SET LOCAL session_replication_role = origin")
    return int(done)


def overwrite_history(
    history: type[models.Model],
    ids: Sequence[Any],
    values: Mapping[str, Any],
    *,
    why: str,
) -> int:
    """Give columns of the rows these values; how many rows there were."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        done = history._base_manager.filter(pk__in=ids).update(**values)
        cursor.execute("SET LOCAL session_replication_role = origin")
    return int(done)
