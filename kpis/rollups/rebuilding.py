"""Making all facts and sums again from the rows.

The work is committed piece by piece. Until it is done no zone is kept, so pages ask
the rows themselves: a rebuild that dies leaves them slow, and right.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from kpis.rollups.facts import BOUND, COLUMNS, FACTS
from kpis.rollups.refresh import lock
from kpis.rollups.sums import ADDITIONS

REBUILD_KEY = "'kpis_kept'::regclass::oid::bigint"
LEADS_AT_ONCE = 250_000
MEMORY = "SET LOCAL work_mem = '128MB'"

# What changes from here on is noted again; what was noted before is counted anyway.
EMPTY = """
DELETE FROM kpis_kept;
DELETE FROM kpis_changed;
TRUNCATE kpis_fact, kpis_daysum, kpis_repeat, kpis_waitsum;
"""
NEXT_LEADS = """
SELECT max(id), count(*) FROM (
    SELECT id FROM leads_lead WHERE id > %(after)s ORDER BY id LIMIT %(at_once)s
) portion
"""
LEADS = """
SELECT id FROM leads_lead
WHERE id > %(after)s AND id <= %(last)s AND deleted_at IS NULL
"""
NOBODYS = """
SELECT DISTINCT campaign_id || to_char(occurred_at AT TIME ZONE 'UTC', '@YYYY-MM') AS id
FROM kpis_kpievent WHERE lead_id IS NULL AND deleted_at IS NULL
"""
# A lead that changed and was folded meanwhile can't be here: nobody folds now.
STORE = """
WITH subject AS ({subjects}), {facts}
INSERT INTO kpis_fact ({names}) SELECT {names} FROM fact
"""
CHANGE = "WITH change AS (SELECT 1 AS sign, kpis_fact.* FROM kpis_fact) "
KEEP = "INSERT INTO kpis_kept (id, zone, built_at) VALUES (1, %s, clock_timestamp())"


def rebuild(zone: str, progress: Callable[[int], object] = lambda leads: None) -> None:
    """Make facts and sums for the clinic's `zone`; `progress` hears of leads done.

    A second rebuild waits for the first and then does it again.
    """
    with _alone():
        with transaction.atomic(), connection.cursor() as cursor:
            lock()
            cursor.execute(EMPTY)
        _store(zone, NOBODYS, {})
        for bounds, leads in _portions():
            _store(zone, LEADS, bounds)
            progress(leads)
        with transaction.atomic(), connection.cursor() as cursor:
            lock()
            cursor.execute(MEMORY)
            for add in ADDITIONS.values():
                cursor.execute(CHANGE + add)
            cursor.execute(KEEP, [zone])
            cursor.execute("ANALYZE kpis_fact, kpis_daysum, kpis_repeat, kpis_waitsum")


@contextmanager
def _alone() -> Iterator[None]:
    """One rebuild at a time; the lock goes with the session, even a killed one."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_lock({REBUILD_KEY})")
        try:
            yield
        finally:
            cursor.execute(f"SELECT pg_advisory_unlock({REBUILD_KEY})")


def _portions() -> Iterator[tuple[dict[str, str], int]]:
    after = ""
    while True:
        with connection.cursor() as cursor:
            cursor.execute(NEXT_LEADS, {"after": after, "at_once": LEADS_AT_ONCE})
            last, leads = cursor.fetchone()
        if last is None:
            return
        yield {"after": after, "last": last}, leads
        after = last


def _store(zone: str, subjects: str, bound: dict[str, str]) -> None:
    statement = STORE.format(subjects=subjects, facts=FACTS, names=", ".join(COLUMNS))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL jit = off")
        cursor.execute(MEMORY)
        cursor.execute(statement, {**BOUND, **bound, "zone": zone})
