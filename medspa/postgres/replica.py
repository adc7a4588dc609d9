"""Pages that only read may be answered by a replica of the database (`REPLICA_URL`).

A browser never misses there what it has written or seen: each answer of the primary
leaves the position of its log in a cookie, and the replica is asked only when it has
come past it. A replica that is away, behind or refuses is no error: the primary answers
instead. Without REPLICA_URL nothing here asks anything.
"""

import logging
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from django.conf import settings
from django.db import (
    DEFAULT_DB_ALIAS,
    Error,
    InterfaceError,
    InternalError,
    OperationalError,
    connections,
)
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from psycopg.errors import QueryCanceled

logger = logging.getLogger(__name__)
REPLICA = "replica"
COOKIE = "replica_position"
# As long as a replica may be behind, and somewhat more.
COOKIE_SECONDS = 600
POSITION = re.compile(r"[0-9A-F]{1,8}/[0-9A-F]{1,8}")
# While nothing can be had from it, it is not asked again for so long.
REST_SECONDS = 15
# What others have written may be missing for so long.
MOST_SECONDS_BEHIND = 10
SAFE_METHODS = ("GET", "HEAD")
# It wrote, it locked rows, the replica went away or had to end what was asked.
TROUBLE = (OperationalError, InterfaceError, InternalError)

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


class Rest:
    """Until when the replica is left alone by this process."""

    until = 0.0

    def begin(self) -> None:
        self.until = time.monotonic() + REST_SECONDS

    def is_over(self) -> bool:
        return time.monotonic() >= self.until


REST = Rest()
View = Callable[..., HttpResponseBase]


def has_replica() -> bool:
    return REPLICA in settings.DATABASES


def from_replica(view: View) -> View:
    """For a view that only reads: the replica answers if it may.

    It is run again on the primary when something in it can't be done there.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if may_be_read(request):
            try:
                with reading_replica():
                    response = view(request, *args, **kwargs)
                    if hasattr(response, "render"):
                        response = response.render()
            except TROUBLE as error:
                if isinstance(error.__cause__, QueryCanceled):
                    raise
                logger.info("The primary answers instead: %s", type(error).__name__)
                connections[REPLICA].close()
            else:
                request.is_from_replica = True  # type: ignore[attr-defined]
                return response
        return view(request, *args, **kwargs)

    return answer


def reading_alias(request: HttpRequest) -> str:
    """For a queryset that is read while the answer is sent: `.using(…)`."""
    return REPLICA if may_be_read(request) else DEFAULT_DB_ALIAS


def may_be_read(request: HttpRequest) -> bool:
    """Whether the replica has all that this browser knows, and is not far behind."""
    if not has_replica() or request.method not in SAFE_METHODS or not REST.is_over():
        return False
    if connections[DEFAULT_DB_ALIAS].in_atomic_block:
        return False
    primary = primary_position()
    known = request.COOKIES.get(COOKIE, "")
    if not POSITION.fullmatch(known):
        known = "0/0"
    asked = {"known": known, "primary": primary, "most": MOST_SECONDS_BEHIND}
    try:
        with connections[REPLICA].cursor() as cursor:
            cursor.execute(MAY_BE_READ, asked)
            return bool(cursor.fetchone()[0])
    except Error as error:
        logger.warning("The replica doesn't answer: %s", type(error).__name__)
        connections[REPLICA].close()
        REST.begin()
        return False


def primary_position() -> str:
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
