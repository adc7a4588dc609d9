"""How many rows each table of ours has, before and after."""

from collections.abc import Iterator, Mapping

from django.apps import apps
from django.db import connection

from kpis.models import RollupState
from kpis.rollups.rebuild import ROLLUP_TABLES

APPS = ("medspa", "campaigns", "leads", "kpis", "commissions", "safekeeping")
# Waiting rows of imports and jobs come and go by themselves; totals of KPIs are rebuilt
# where a new version stores them differently, and `verify_kpis` compares them.
COME_AND_GO = {
    "leads_importchunk",
    "leads_importfile",
    "medspa_jobrun",
    RollupState._meta.db_table,
    *ROLLUP_TABLES,
}


def count_rows() -> dict[str, int]:
    """Table → rows, of the tables that exist: the app may be newer than they are."""
    with connection.cursor() as cursor:
        existing = set(connection.introspection.table_names(cursor))
        counts = {}
        for table in sorted(_tables() & existing):
            name = connection.ops.quote_name(table)
            cursor.execute(f"SELECT count(*) FROM {name}")  # noqa: S608
            counts[table] = cursor.fetchone()[0]
        return counts


def _tables() -> set[str]:
    models = (model for app in APPS for model in apps.get_app_config(app).get_models())
    return {model._meta.db_table for model in models if model._meta.managed}


def losses(before: Mapping[str, int], after: Mapping[str, int]) -> Iterator[str]:
    """A sentence for each table that has fewer rows than before, or is gone."""
    for table, rows in before.items():
        left = after.get(table, 0)
        if left < rows and table not in COME_AND_GO:
            yield f"{table} had {rows:,} rows and has {left:,}."
