"""All lines: for the Status page, `manage.py doctor`, alerts and metrics."""

from collections.abc import Iterable, Iterator

from django.conf import settings
from django.db import DatabaseError, InterfaceError

from medspa.extension_points import health_lines
from medspa.health import (
    application_lines,
    cluster_lines,
    database_lines,
    network_lines,
    security_lines,
    server_lines,
)
from medspa.health.lines import HealthGroup, HealthLine, Severity

WITHOUT_DATABASE = (
    application_lines.version_line,
    security_lines.settings_line,
    security_lines.files_line,
    server_lines.disk_line,
    server_lines.encryption_line,
    server_lines.time_server_line,
)
ON_THE_SERVER = (
    database_lines.version_line,
    database_lines.transport_line,
    database_lines.replica_line,
    server_lines.database_disk_line,
)
ON_OUR_TABLES = (
    application_lines.worker_line,
    application_lines.queue_line,
    application_lines.errors_line,
    application_lines.sessions_line,
    security_lines.keys_line,
    security_lines.key_age_line,
    server_lines.clock_line,
    network_lines.mail_line,
    network_lines.certificate_line,
)


def read_health() -> list[HealthLine]:
    """In the order of their groups. What can't be asked now is left out."""
    order = list(HealthGroup)
    return sorted(_read(), key=lambda line: order.index(line.group))


def by_group(lines: Iterable[HealthLine]) -> dict[HealthGroup, list[HealthLine]]:
    groups: dict[HealthGroup, list[HealthLine]] = {}
    for line in lines:
        groups.setdefault(line.group, []).append(line)
    return groups


def worst(lines: Iterable[HealthLine]) -> Severity:
    return max((line.severity for line in lines), default=Severity.OK)


def _read() -> Iterator[HealthLine]:
    yield from (read() for read in WITHOUT_DATABASE)
    try:
        tables = database_lines.tables_line()
    except (DatabaseError, InterfaceError):
        yield database_lines.AWAY
        return
    yield from (read() for read in ON_THE_SERVER)
    yield tables
    if tables.is_ok:  # else some of what the others ask may not be there
        yield from (read() for read in ON_OUR_TABLES)
        if settings.PATRONI_URLS:
            yield cluster_lines.cluster_line()
        yield from (read() for read in health_lines)
