"""What is known of the database and of the way to it."""

from typing import Any

from django.conf import settings
from django.db import connection

from medspa.health.lines import HealthGroup, HealthLine, Severity
from medspa.postgres.database_tls import is_local
from medspa.postgres.replica import (
    MOST_SECONDS_BEHIND,
    ReplicaState,
    has_replica,
    replica_state,
)
from medspa.readiness import pending_migrations

OLDEST_VERSION = 15
AWAY = HealthLine(
    "Database",
    "It isn't responding.",
    Severity.ERROR,
    "Start PostgreSQL, or correct DATABASE_URL. Pages then work again by themselves.",
    HealthGroup.DATABASE,
)


def tables_line(pending: list[str] | None = None) -> HealthLine:
    pending = pending_migrations() if pending is None else pending
    if not pending:
        return _line("Tables", "Up to date.")
    return HealthLine(
        "Tables",
        f"Older than the code. Missing: {', '.join(pending)}.",
        Severity.ERROR,
        "Run `manage.py migrate`.",
        HealthGroup.DATABASE,
    )


def transport_line(database: Any = connection) -> HealthLine:
    """Whether others on the network could read what goes to the database."""
    with database.cursor() as cursor:
        cursor.execute(
            "SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid() AND ssl"
        )
        encrypted = cursor.fetchone()
    if encrypted:
        return _line("Connection", f"Encrypted by {encrypted[0]}.")
    if is_local(database.connection.info.host):
        return _line("Connection", "Local to this computer.")
    if settings.DATABASE_PRIVATE_NETWORK:
        words = (
            "Not encrypted; DATABASE_PRIVATE_NETWORK says that no one else is there."
        )
        return _line("Connection", words)
    return HealthLine(
        "Connection",
        "Not encrypted: others on the network can read emails of your staff and all "
        "names and amounts.",
        Severity.ERROR,
        "Add ?sslmode=verify-full&sslrootcert=… to DATABASE_URL.",
        HealthGroup.DATABASE,
    )


def replica_line() -> HealthLine:
    if not has_replica():
        return _line("Replica", "None is used.")
    return replica_line_of(replica_state())


def replica_line_of(state: ReplicaState | None) -> HealthLine:
    """`state`: None if it doesn't answer."""
    if state is None:
        words, to_do = "It isn't responding.", "Start it, or take REPLICA_URL out."
    elif not state.is_replica:
        words = "REPLICA_URL names a server that isn't a replica."
        to_do = "Correct REPLICA_URL, or take it out."
    elif state.seconds_behind is None:
        words = "Nothing has come from the primary yet."
        to_do = "See in its log why it isn't connected to the primary."
    else:
        words = f"{state.seconds_behind:,.0f} s behind the primary."
        if state.seconds_behind <= MOST_SECONDS_BEHIND:
            return _line("Replica", words)
        to_do = "Look at its load and disk, and whether it is connected to the primary."
    return HealthLine(
        "Replica",
        f"{words} Until it catches up, pages are read from the primary.",
        Severity.WARNING,
        to_do,
        HealthGroup.DATABASE,
    )


def version_line() -> HealthLine:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        version = str(cursor.fetchone()[0]).partition(" ")[0]
    if int(version.partition(".")[0]) >= OLDEST_VERSION:
        return _line("PostgreSQL", f"Version {version}.")
    return HealthLine(
        "PostgreSQL",
        f"Version {version} is too old.",
        Severity.ERROR,
        f"Move to PostgreSQL {OLDEST_VERSION} or later.",
        HealthGroup.DATABASE,
    )


def _line(name: str, words: str) -> HealthLine:
    return HealthLine(name, words, group=HealthGroup.DATABASE)
