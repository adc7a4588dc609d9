"""manage.py loaddata: Django's; a whole clinic is taken in as it was."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.core.management.commands import loaddata
from django.db import connection
from django.utils import timezone

from commissions.models import Statement
from kpis.choices import Kind
from kpis.models import KpiEvent
from kpis.rollups.rebuild import EMPTY
from leads.models import Lead
from leads.services.totals import rebuild_stage_totals
from medspa.models import JobRun, RunState

# From the catalog, which has no models, in 0.3 ms.
OUR_TABLES_WITH_TRIGGERS = """
    SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger
    WHERE NOT tgisinternal AND tgrelid::regclass::text NOT LIKE 'procrastinate%'
    ORDER BY 1
"""
OPEN_PAYMENTS = """
    SELECT commissions_keep_open(array_agg(id)) FROM kpis_kpievent
    WHERE kind = %s HAVING count(*) > 0
"""


class Command(loaddata.Command):
    """Into a database without leads, events and statements, rows come as they are.

    The triggers that guard signed months and count rows are off meanwhile; what they
    keep is made anew. Into any other database rows come one by one past every trigger.
    """

    def loaddata(self, fixture_labels: Sequence[str]) -> None:
        if _has_clinic():
            super().loaddata(fixture_labels)
            return
        with _triggers_off():
            super().loaddata(fixture_labels)
        _make_anew()

    def save_obj(self, obj: Any) -> bool:
        # Roles are set after the person is saved, and that would be a change.
        obj.object.skip_history_when_saving = True
        return super().save_obj(obj)


def _has_clinic() -> bool:
    return any(model._base_manager.exists() for model in (Lead, KpiEvent, Statement))


@contextmanager
def _triggers_off() -> Iterator[None]:
    """In this transaction only: when it fails, they are on again."""
    with connection.cursor() as cursor:
        cursor.execute(OUR_TABLES_WITH_TRIGGERS)
        tables = [table for (table,) in cursor.fetchall()]
        _switch(cursor, tables, "DISABLE")
        yield
        _switch(cursor, tables, "ENABLE")


def _switch(cursor: Any, tables: Sequence[str], how: str) -> None:
    # A table with checks that wait for the commit takes no ALTER.
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for table in tables:
        cursor.execute(f"ALTER TABLE {table} {how} TRIGGER USER")
    cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _make_anew() -> None:
    """What triggers keep; the KPI sums are built by the worker or the first page."""
    rebuild_stage_totals()
    with connection.cursor() as cursor:
        cursor.execute(OPEN_PAYMENTS, [Kind.INVOICE_PAID])
        cursor.execute(EMPTY)
    # The queue was not in the file, so nobody would go on with them.
    JobRun.objects.active().update(state=RunState.CANCELED, finished_at=timezone.now())
