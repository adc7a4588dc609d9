"""Building all facts and sums anew from the rows.

The work is committed piece by piece. Until it is done there is no `RollupState`, so
pages ask the rows themselves: a rebuild that dies leaves them slow, and right.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, Max
from django.db.models.functions import Now

from kpis.metrics.sql import query
from kpis.models.rollup import ROLLUP_LAYOUT, RollupState
from kpis.rollups.facts import FACT_COLUMNS, THESE_SUBJECTS, facts_of
from kpis.rollups.refresh import lock
from kpis.rollups.sums import ADDITIONS, Addition
from leads.models import Lead
from medspa.clinic_time import clinic_zone
from medspa.jobs.progress import JobProgress
from medspa.postgres.sessions import two_sessions

REBUILD_LOCK_KEY = "'kpis_kept'::regclass::oid::bigint"
# Each portion looks through some whole tables, so few of them are made. The last one
# has no end: no id comes after this one.
LEADS_AT_ONCE = 500_000
AFTER_ALL = "~"
# What `EMPTY` truncates.
ROLLUP_TABLES = (
    "kpis_fact",
    "kpis_daysum",
    "kpis_repeat",
    "kpis_waitsum",
    "kpis_stepsum",
    "kpis_stageperiodsum",
    "kpis_stageflow",
)
# Rows are read in the order of their leads and merged. Hash tables of so many take
# longer: 13 seconds of a processor for 500,000 leads instead of 10, and more memory.
FACTS_SETTINGS = (
    "SET LOCAL jit = off; SET LOCAL enable_hashjoin = off;"
    " SET LOCAL enable_hashagg = off; SET LOCAL work_mem = '48MB'"
)
# Hardly two leads have the same arrays: remembering what comes of each takes longer.
SUMS_SETTINGS = (
    "SET LOCAL jit = off; SET LOCAL enable_memoize = off; SET LOCAL work_mem = '128MB'"
)
EMPTY = query("rollups", "empty", tables=", ".join(ROLLUP_TABLES))
LEADS_OF_PORTION = query("rollups", "leads")
OF_PORTION = "AND lead_id > %(after)s AND lead_id <= %(last)s"
ALL_FACTS = query("rollups", "all_facts")
ANONYMOUS_SUBJECTS = query("rollups", "anonymous_subjects")


def rebuild_rollups(
    zone: str, progress: Callable[[int], object] = lambda leads: None
) -> None:
    """Build facts and sums for the clinic's `zone`; `progress` hears of leads done.

    A second rebuild waits for the first and then does it again.
    """
    with _alone():
        with transaction.atomic(), connection.cursor() as cursor:
            lock()
            cursor.execute(EMPTY)
        with two_sessions() as start:
            stored = [
                (leads, start(partial(_store, zone, facts_of_portion(), bounds)))
                for bounds, leads in portions_of_leads()
            ]
            clicks = start(partial(_store_clicks, zone))
            for leads, wait in stored:
                wait()
                if leads:
                    progress(leads)
            clicks()
            added = [start(partial(_add, each)) for each in ADDITIONS.values()]
            for wait in added:
                wait()
            analyzed = [start(partial(_analyze, table)) for table in ROLLUP_TABLES]
            for wait in analyzed:
                wait()
        with transaction.atomic():
            lock()
            RollupState.objects.create(zone=zone, layout=ROLLUP_LAYOUT, built_at=Now())


def rebuild_for_new_zone(progress: JobProgress) -> str:
    """For a clinic whose days begin at another moment now."""
    leads = Lead.all_objects.count()
    progress.of(leads)
    rebuild_rollups(clinic_zone().key, progress.step)
    return f"Totals of {leads:,} lead{'' if leads == 1 else 's'} rebuilt."


@contextmanager
def _alone() -> Iterator[None]:
    """One rebuild at a time; the lock goes with the session, even a killed one."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_lock({REBUILD_LOCK_KEY})")
        try:
            yield
        finally:
            cursor.execute(f"SELECT pg_advisory_unlock({REBUILD_LOCK_KEY})")


def portions_of_leads() -> Iterator[tuple[dict[str, str], int]]:
    """The bounds of their ids and how many leads there are between them."""
    after = ""
    while after != AFTER_ALL:
        portion = Lead.all_objects.filter(pk__gt=after).order_by("pk")[:LEADS_AT_ONCE]
        last, leads = portion.aggregate(last=Max("pk"), leads=Count("pk")).values()
        if leads < LEADS_AT_ONCE:
            last = AFTER_ALL
        yield {"after": after, "last": last}, leads
        after = last


def facts_of_portion() -> str:
    """SQL: the facts of leads whose ids lie between two bounds."""
    return facts_of(LEADS_OF_PORTION, OF_PORTION)


def anonymous_subjects() -> dict[str, list[str]]:
    """The subjects of clicks without a lead.

    There are few of them. A query of them would be planned as if there were one for
    each click, and join all leads.
    """
    with connection.cursor() as cursor:
        cursor.execute(ANONYMOUS_SUBJECTS)
        return {"subjects": [subject for (subject,) in cursor.fetchall()]}


def _store_clicks(zone: str) -> None:
    _store(zone, facts_of(THESE_SUBJECTS), anonymous_subjects())


def _store(zone: str, facts: str, bound: Mapping[str, Any]) -> None:
    # Nobody refreshes now, so no lead has a fact yet.
    insert = query(
        "rollups",
        "insert",
        table="kpis_fact",
        columns=", ".join(FACT_COLUMNS),
        rows="TABLE fact",
    )
    _run(f"{facts} {insert}", FACTS_SETTINGS, {**bound, "zone": zone})


def _add(addition: Addition) -> None:
    _run(f"{ALL_FACTS} {addition.insert}", SUMS_SETTINGS)


def _analyze(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {table}")


def _run(statement: str, settings: str, bound: Mapping[str, Any] | None = None) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(settings)
        cursor.execute(statement, bound)
