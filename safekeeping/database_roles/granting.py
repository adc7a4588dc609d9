"""What the application's role may do; `migrate` grants it for new tables, too."""

from typing import Any

from django.conf import settings
from django.db import connection
from psycopg.sql import Literal

from kpis.rollups.rebuild import ROLLUP_TABLES
from medspa.postgres.sql_files import sql


def grant_after_migrate(**kwargs: Any) -> None:
    if settings.OWNER_ROLE not in ("", settings.APPLICATION_ROLE):
        with connection.cursor() as cursor:
            cursor.execute(granting(settings.APPLICATION_ROLE))


def granting(application: str) -> str:
    """SQL, for the owner of the tables."""
    return _filled("grant", application=application, emptied=list(ROLLUP_TABLES))


def separating(application: str, owner: str) -> str:
    """SQL, for a superuser: two roles, where one did both."""
    return _filled("separate", application=application, owner=owner)


def _filled(name: str, **values: str | list[str]) -> str:
    """The SQL with literals; names of roles need no server to be quoted."""
    text = sql("safekeeping", "database_roles", name)
    for placeholder, value in values.items():
        text = text.replace(f"{{{placeholder}}}", Literal(value).as_string())
    return text
