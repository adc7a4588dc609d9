"""The backend that `ENGINE` in settings.py names.

A restart of the server leaves every idle connection of the pool dead. Left to
`CONN_HEALTH_CHECKS`, psycopg_pool would try them one by one and sleep for 1, 2 and 4
seconds in between, longer than a page waits.
"""

from typing import Any

from django.db.backends.postgresql import base
from psycopg import Connection, OperationalError
from psycopg_pool import ConnectionPool

# A server that ends connections as fast as we open them is left to the next query.
MOST_TRIES = 5


class DatabaseWrapper(base.DatabaseWrapper):
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


def _answers(connection: Connection[Any]) -> bool:
    try:
        ConnectionPool.check_connection(connection)
    except OperationalError:
        return False
    return True
