"""Whether the stored facts and sums are what a rebuild would store, row by row.

Both are worked out anew by the SQL of a rebuild, but not stored: of each month one
number is compared that is made of all its rows.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import connection

from kpis.metrics.sql import query
from kpis.rollups.facts import FACT_COLUMNS, THESE_SUBJECTS, facts_of
from kpis.rollups.rebuild import (
    ALL_FACTS,
    FACTS_SETTINGS,
    SUMS_SETTINGS,
    anonymous_subjects,
    facts_of_portion,
)
from kpis.rollups.sums import Addition

Digests = dict[date, int]
# Clicks without a lead belong to their first day.
MONTH_OF_FACT = "coalesce(created_day, days[1])"
OF_LEADS = "created_day IS NOT NULL AND subject > %(after)s AND subject <= %(last)s"
OF_NOBODY = "created_day IS NULL"


def wrong_facts(zone: str, bounds: dict[str, str] | None) -> set[date]:
    """The months of leads within the bounds of ids, or of clicks without a lead."""
    made, only = (
        (facts_of_portion(), OF_LEADS)
        if bounds
        else (facts_of(THESE_SUBJECTS), OF_NOBODY)
    )
    bound: dict[str, Any] = {"zone": zone, **(bounds or anonymous_subjects())}
    _prepare(FACTS_SETTINGS)
    return _different(
        _digests(made, "fact", MONTH_OF_FACT, FACT_COLUMNS, "true", bound),
        _digests("", "kpis_fact", MONTH_OF_FACT, FACT_COLUMNS, only, bound),
    )


def wrong_sums(addition: Addition) -> set[date]:
    """The months of one table, or of one dimension of it."""
    zeros = ", ".join("0" for _ in addition.sums)
    is_counted = f"({', '.join(addition.sums)}) <> ({zeros})"
    is_stored = is_counted
    if addition.dimension:
        is_stored += f" AND dimension = '{addition.dimension}'"
    columns = [*addition.key, *(f"{name}::bigint" for name in addition.sums)]
    table = addition.table._meta.db_table
    _prepare(SUMS_SETTINGS)
    return _different(
        _digests(ALL_FACTS, f"({addition.rows})", "day", columns, is_counted),
        _digests("", table, "day", columns, is_stored),
    )


def _prepare(settings: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(settings)


def _digests(
    before: str,
    rows: str,
    day: str,
    columns: Sequence[str],
    only: str,
    bound: Mapping[str, Any] | None = None,
) -> Digests:
    """By month; rows in which nothing is counted are as good as none."""
    names = ", ".join(columns)
    sql = query("rollups", "digest", rows=rows, day=day, columns=names, only=only)
    with connection.cursor() as cursor:
        cursor.execute(f"{before} {sql}", bound)
        return dict(cursor.fetchall())


def _different(made: Digests, stored: Digests) -> set[date]:
    return {month for month, _ in made.items() ^ stored.items()}
