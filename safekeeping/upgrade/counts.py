"""How many rows each table has whose rows stay, before an upgrade and after it."""

from collections.abc import Iterator, Mapping

from django.apps import apps
from django.db import connection

from kpis.models import RollupState
from kpis.rollups.rebuild import ROLLUP_TABLES
from safekeeping.retention.policy import KEPT, RULES, STAYING

# Totals of KPIs are rebuilt where a new version stores them differently, and
# `verify_kpis` compares them.
REBUILT = {RollupState._meta.db_table, *ROLLUP_TABLES}


def count_rows() -> dict[str, int]:
    """Table → rows, of the tables that exist: the app may be newer than they are."""
    with connection.cursor() as cursor:
        existing = set(connection.introspection.table_names(cursor))
        counts = {}
        for table in sorted(tables_that_stay() & existing):
            name = connection.ops.quote_name(table)
            cursor.execute(f"SELECT count(*) FROM {name}")  # noqa: S608
            counts[table] = cursor.fetchone()[0]
        return counts


def tables_that_stay() -> set[str]:
    """Those whose rows stay: queues and what jobs tidy up may be empty any minute."""
    labels = {label for rule in RULES for label in rule.tables}
    labels |= {label for label, reason in KEPT.items() if reason in STAYING}
    return {
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if model._meta.label in labels
    } - REBUILT


def losses(before: Mapping[str, int], after: Mapping[str, int]) -> Iterator[str]:
    """A sentence for each table that has fewer rows than before, or is gone."""
    for table, rows in before.items():
        left = after.get(table, 0)
        if left < rows:
            yield f"{table} had {rows:,} rows and has {left:,}."
