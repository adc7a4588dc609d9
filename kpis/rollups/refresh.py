"""Bringing the rollups up to what the rows say now."""

from functools import cache
from typing import Any

from django.db import OperationalError, connection, transaction

from kpis.metrics.sql import query
from kpis.models import RollupState
from kpis.models.rollup import ROLLUP_LAYOUT
from kpis.rollups.facts import FACT_COLUMNS, THESE_SUBJECTS, facts_of
from kpis.rollups.sums import ADDITIONS
from medspa.postgres.written_query import prepared_cursor

REFRESH_LOCK_KEY = "'kpis_changed'::regclass::oid::bigint"
SUBJECTS_AT_ONCE = 20_000
PATIENCE = "2s"
# Not to DEFAULT afterwards: that may be without limit.
WAIT_FOR_LOCK = (
    "SELECT set_config('medspa.lock_timeout', current_setting('lock_timeout'), true),"
    " set_config('lock_timeout', %s, true);"
    f" SELECT pg_advisory_xact_lock({REFRESH_LOCK_KEY});"
    " SELECT set_config('lock_timeout', current_setting('medspa.lock_timeout'), true)"
)

# For a few subjects, planning so large a statement takes five times as long as running
# it, so one plan serves them all. Many come when tables grow quickly: they get another.
FEW_SUBJECTS = 500
KEEP_PLAN = "SET LOCAL plan_cache_mode = force_generic_plan"
PLAN_AS_USUAL = "SET LOCAL plan_cache_mode TO DEFAULT"
TAKE_DIRTY = query("rollups", "take_dirty")


def refresh_rollups(zone: str) -> bool:
    """Add what changed to the rollups, which are kept by the days of `zone`.

    False when there are no rollups for this zone, or when another session keeps working
    on them for two seconds: then the rows themselves have to be asked.
    """
    try:
        while True:
            with transaction.atomic():
                lock(PATIENCE)
                if not are_built(zone):
                    return False
                if _refresh_some(zone) < SUBJECTS_AT_ONCE:
                    return True
    except OperationalError:
        return False


def lock(patience: str = "0") -> None:
    """Only one session at a time changes facts and sums; "0" waits for ever."""
    with connection.cursor() as cursor:
        cursor.execute(WAIT_FOR_LOCK, [patience])


@cache
def _refresh_sql() -> str:
    return query(
        "rollups",
        "refresh",
        facts_of=facts_of(THESE_SUBJECTS),
        columns=", ".join(FACT_COLUMNS),
        replaced=", ".join(f"{name} = excluded.{name}" for name in FACT_COLUMNS[1:]),
        additions=", ".join(
            f"{name} AS ({addition.merge})" for name, addition in ADDITIONS.items()
        ),
    )


def are_built(zone: str) -> bool:
    return RollupState.objects.filter(zone=zone, layout=ROLLUP_LAYOUT).exists()


def _refresh_some(zone: str) -> int:
    """How many marks were taken."""
    with connection.cursor() as cursor:
        cursor.execute(TAKE_DIRTY, {"at_once": SUBJECTS_AT_ONCE})
        taken = cursor.fetchall()
        if taken:
            subjects = sorted({subject for (subject,) in taken})
            bound: dict[str, Any] = {"zone": zone, "subjects": subjects}
            if len(subjects) > FEW_SUBJECTS:
                cursor.execute(_refresh_sql(), bound)
            else:
                with prepared_cursor() as prepared:
                    cursor.execute(KEEP_PLAN)
                    prepared.execute(_refresh_sql(), bound)
                    cursor.execute(PLAN_AS_USUAL)
    return len(taken)
