"""Whether this process can serve people, and its site does what it has to."""

from collections.abc import Callable

from django.db import DatabaseError, InterfaceError, connection

from medspa.health import application_lines, server_lines
from medspa.health.lines import Severity
from medspa.readiness import NOT_MIGRATED, READINESS, WRONG_KEYS

OK, ERROR = Severity.OK, Severity.ERROR
Checks = dict[str, Severity]


def ready_checks(exclude: frozenset[str] = frozenset()) -> Checks:
    """How each thing is, by its name; what can't be asked without a database is left
    out while there is none."""
    asked = [name for name in CHECKS if name not in exclude]
    try:
        _ask_database()
    except (DatabaseError, InterfaceError):
        without = [name for name in asked if name in CHECKS_WITHOUT_DATABASE]
        away = {"database": ERROR} if "database" in asked else {}
        return away | {name: CHECKS[name]() for name in without}
    return {name: CHECKS[name]() for name in asked}


def _ask_database() -> Severity:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return OK


CHECKS_WITHOUT_DATABASE = {"disk"}
CHECKS: dict[str, Callable[[], Severity]] = {
    "database": _ask_database,
    # Found once a process; from then on it costs nothing.
    "migrations": lambda: ERROR if READINESS.problem() == NOT_MIGRATED else OK,
    "keys": lambda: ERROR if READINESS.problem() == WRONG_KEYS else OK,
    "worker": lambda: application_lines.worker_line().severity,
    "disk": lambda: server_lines.disk_line().severity,
    "clock": lambda: server_lines.clock_line().severity,
}
