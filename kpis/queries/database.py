"""Running a query for a window and reading its rows by column name."""

from typing import Any

from django.db import connection

from kpis.period import Window


def rows(sql: str, window: Window, **parameters: Any) -> list[dict[str, Any]]:
    """The rows of `sql`, each by column name.

    Bound are `start`, `end` (half-open, UTC), `as_of`, `today` and `zone`.
    """
    bound: dict[str, Any] = {
        "start": window.start,
        "end": window.end,
        "as_of": window.as_of,
        "today": window.today,
        "zone": window.zone.key,
    }
    with connection.cursor() as cursor:
        cursor.execute(sql, bound | parameters)
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
