"""A replica of the database that pages may read from (`REPLICA_URL`).

Which pages do, and what a browser must find there: `medspa.postgres.replica_views`.
"""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, Error, connections

logger = logging.getLogger(__name__)
REPLICA = "replica"
# What others have written may be missing for so long.
MOST_SECONDS_BEHIND = 10
# While nothing can be had from it, it is not asked again for so long.
REST_SECONDS = 15
NOWHERE = "0/0"

# Of the catalog, which has no models, in 0.1 ms each.
PRIMARY_IS_AT = "SELECT pg_current_wal_insert_lsn()::text"
# It has what the browser knows, and is not far behind. While nothing is written, the
# last transaction may be old and yet the last.
MAY_BE_READ = """
    SELECT pg_is_in_recovery()
        AND pg_last_wal_replay_lsn() >= %(known)s::pg_lsn
        AND (
            pg_last_wal_replay_lsn() >= %(primary)s::pg_lsn
            OR clock_timestamp() - pg_last_xact_replay_timestamp()
                < make_interval(secs => %(most)s)
        )
"""


HOW_FAR_BEHIND = """
    SELECT pg_is_in_recovery(),
        CASE WHEN pg_last_wal_replay_lsn() >= %s::pg_lsn THEN 0
            ELSE extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp())
        END
"""


class Rest:
    """Until when the replica is left alone by this process."""

    until = 0.0

    def begin(self) -> None:
        self.until = time.monotonic() + REST_SECONDS

    def is_over(self) -> bool:
        return time.monotonic() >= self.until


REST = Rest()


def has_replica() -> bool:
    return REPLICA in settings.DATABASES


def has_caught_up(known: str) -> bool:
    """Whether the replica is past the position `known`, and not far behind.

    Within a transaction, never: what it wrote is nowhere else.
    """
    if not REST.is_over() or connections[DEFAULT_DB_ALIAS].in_atomic_block:
        return False
    primary = primary_position()
    asked: dict[str, str | int] = {
        "known": known,
        "primary": primary,
        "most": MOST_SECONDS_BEHIND,
    }
    try:
        with connections[REPLICA].cursor() as cursor:
            cursor.execute(MAY_BE_READ, asked)
            return bool(cursor.fetchone()[0])
    except Error as error:
        logger.warning("The replica doesn't answer: %s", type(error).__name__)
        connections[REPLICA].close()
        REST.begin()
        return False


@dataclass(frozen=True)
class ReplicaState:
    """`seconds_behind` is None where nothing has come from the primary yet."""

    is_replica: bool
    seconds_behind: float | None


def replica_state(alias: str = REPLICA) -> ReplicaState | None:
    """None where it doesn't answer."""
    position = primary_position()
    try:
        with connections[alias].cursor() as cursor:
            cursor.execute(HOW_FAR_BEHIND, [position])
            is_replica, behind = cursor.fetchone()
    except Error:
        connections[alias].close()
        return None
    return ReplicaState(is_replica, None if behind is None else float(behind))


def primary_position() -> str:
    """How far the primary's log has been written."""
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(PRIMARY_IS_AT)
        position: str = cursor.fetchone()[0]
        return position


@contextmanager
def reading_replica() -> Iterator[None]:
    """In this thread, whatever asks the default database asks the replica.

    Written SQL and the ORM alike, so that no page is put together from both.
    """
    primary, replica = connections[DEFAULT_DB_ALIAS], connections[REPLICA]
    wrappers = replica.execute_wrappers
    replica.execute_wrappers = primary.execute_wrappers
    connections[DEFAULT_DB_ALIAS] = replica
    try:
        yield
    finally:
        connections[DEFAULT_DB_ALIAS] = primary
        replica.execute_wrappers = wrappers
