"""The backend that `ENGINE` in settings.py names.

A restart of the server leaves every idle connection of the pool dead. Left to
`CONN_HEALTH_CHECKS`, psycopg_pool would try them one by one and sleep for 1, 2 and 4
seconds in between, longer than a page waits.
"""

import select
import time
from datetime import UTC, datetime
from functools import cache
from typing import Any

from django.db.backends.postgresql import base
from django.db.backends.postgresql.psycopg_any import (
    BaseTzLoader,
    get_adapters_template,
)
from django.db.backends.utils import CursorWrapper
from psycopg import Connection, OperationalError
from psycopg.adapt import AdaptersMap
from psycopg_pool import ConnectionPool

from medspa.postgres.backend.single_values import with_single_values

# A server that ends connections as fast as we open them is left to the next query.
MOST_TRIES = 5
# Seconds in which a session that has answered isn't asked again.
ASKED_FOR = 5
# django-stubs doesn't know its methods.
ServerCursor: Any = base.ServerBindingCursor


class PreparedCursor(ServerCursor):
    """Lists of one value are given as single ones: the server keeps their plan."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
        return super().execute(*with_single_values(query, params), **options)


class MomentLoader(BaseTzLoader):
    """Django's, by Python's own parser, and in UTC in any session.

    It takes 1 instead of 7 µs a moment.
    A page of the lead list reads 150 of them.
    """

    timezone = UTC

    def load(self, data: Any) -> Any:
        try:
            moment = datetime.fromisoformat(str(data, "ascii"))
        except ValueError:
            return super().load(data)
        return moment if moment.tzinfo is UTC else moment.astimezone(UTC)


@cache
def _adapters() -> AdaptersMap:
    """Django's for UTC, with our moments."""
    adapters = AdaptersMap(get_adapters_template(True, UTC))
    adapters.register_loader("timestamptz", MomentLoader)
    return adapters


class DatabaseWrapper(base.DatabaseWrapper):
    def get_connection_params(self) -> dict[str, Any]:
        params: dict[str, Any] = super().get_connection_params()
        if self.timezone is UTC:
            params["context"] = _adapters()
        return params

    def get_new_connection(self, conn_params: dict[str, Any]) -> Connection[Any]:
        """One that answers; a dead one makes the pool replace all that are dead."""
        connection: Connection[Any] = super().get_new_connection(conn_params)
        if self.pool:
            for _ in range(MOST_TRIES):
                if _answers(connection):
                    break
                self.pool.putconn(connection)
                self.pool.check()
                connection = super().get_new_connection(conn_params)
        return connection

    def prepared_cursor(self) -> CursorWrapper:
        """A cursor for statements that are asked again and again.

        The server plans one once a session and not at each use (the person of a request
        took it 1.0 ms, now 0.3). A pooler, which gives the session to others, gets them
        unprepared: `prepare_threshold` isn't set for it.
        """
        self.ensure_connection()
        wrapper: Any = self
        with self.wrap_database_errors:
            bound = PreparedCursor(self.connection)
            cursor: CursorWrapper = wrapper._prepare_cursor(bound)
        return cursor

    def chunked_cursor(self) -> CursorWrapper:
        """The cursor of `iterator()`, which reads rows by portions.

        Outside a transaction it lives as long as the server's session, which a pooler
        gives to somebody else after each statement. There it gets a transaction.
        """
        cursor: CursorWrapper
        if self.in_atomic_block or not self.settings_dict.get("IS_POOLED"):
            cursor = super().chunked_cursor()
        else:
            cursor = _cursor_of_its_own(self.copy())
        return cursor


def _cursor_of_its_own(wrapper: DatabaseWrapper) -> CursorWrapper:
    """In a transaction of `wrapper` alone, which ends when the cursor is closed."""
    wrapper.set_autocommit(False)
    cursor = base.DatabaseWrapper.chunked_cursor(wrapper)
    close_cursor = cursor.close

    def close() -> None:
        close_cursor()
        wrapper.close()

    cursor.close = close  # type: ignore[attr-defined]
    return cursor


def _answers(connection: Any) -> bool:
    """Whether the server is there; asked again only after a while.

    In between the socket says so: a server that ended the session has closed it.
    """
    asked_at = getattr(connection, "asked_at", -ASKED_FOR)
    try:
        if time.monotonic() - asked_at > ASKED_FOR or _is_readable(connection):
            ConnectionPool.check_connection(connection)
            connection.asked_at = time.monotonic()
    except OperationalError:
        return False
    return True


def _is_readable(connection: Any) -> bool:
    poller = select.poll()
    poller.register(connection.fileno(), select.POLLIN)
    return bool(poller.poll(0))
