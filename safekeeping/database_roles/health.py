"""Whether the application could switch off what keeps history."""

from django.conf import settings
from django.db import connection

from medspa.health.lines import HealthGroup, HealthLine, Severity
from medspa.postgres.sql_files import sql

ROLE_LINE = "Database role"


def role_line() -> HealthLine:
    with connection.cursor() as cursor:
        cursor.execute(sql("safekeeping", "database_roles", "owners"))
        role, owners, is_owner = cursor.fetchone()
    owner = " and ".join(owners)
    if not settings.IS_DATABASE_EXTERNAL:
        words = f"The embedded PostgreSQL has one role, {role}, which owns the tables."
        return HealthLine(ROLE_LINE, words, group=HealthGroup.SECURITY)
    if is_owner:
        belong = "it owns the tables" if owners == [role] else f"it can act as {owner}"
        return _warning(
            f"The site connects as {role}; {belong}, so anyone who takes over the site "
            "can switch off what keeps history.",
            "Give the site a role of its own: docs/audit.md, Two roles.",
        )
    if settings.OWNER_ROLE:
        return _warning(
            f"The password of {owner}, who owns the tables, is in this environment.",
            "Take DATABASE_OWNER_URL out of the site's environment and set it only "
            "for `manage.py upgrade`: docs/audit.md, Two roles.",
        )
    words = f"The site connects as {role}; the tables belong to {owner}."
    return HealthLine(ROLE_LINE, words, group=HealthGroup.SECURITY)


def _warning(words: str, to_do: str) -> HealthLine:
    return HealthLine(
        ROLE_LINE, words, Severity.WARNING, to_do, HealthGroup.SECURITY, alerts=False
    )
