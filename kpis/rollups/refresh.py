"""Bringing the sums up to what the rows say now."""

from django.db import OperationalError, connection, transaction

from kpis.rollups.facts import BOUND, COLUMNS, FACTS
from kpis.rollups.sums import ADDITIONS

LOCK_KEY = "'kpis_changed'::regclass::oid::bigint"
AT_ONCE = 20_000
PATIENCE = "2s"

TAKE = """
DELETE FROM kpis_changed WHERE id IN (
    SELECT id FROM kpis_changed ORDER BY id LIMIT %(at_once)s
) RETURNING subject
"""
_names = ", ".join(COLUMNS)
# One statement, so one snapshot: what is read as the former facts is what is replaced.
APPLY = f"""
WITH subject AS (SELECT unnest(%(subjects)s::text[]) AS id),
{FACTS},
former AS (
    SELECT {_names} FROM kpis_fact JOIN subject ON subject.id = kpis_fact.subject
),
change AS (
    SELECT 1 AS sign, gained.* FROM (
        SELECT {_names} FROM fact EXCEPT SELECT {_names} FROM former
    ) gained
    UNION ALL
    SELECT -1, lost.* FROM (
        SELECT {_names} FROM former EXCEPT SELECT {_names} FROM fact
    ) lost
),
gone AS (
    DELETE FROM kpis_fact USING change
    WHERE change.sign = -1 AND kpis_fact.subject = change.subject
        AND NOT EXISTS (SELECT FROM fact WHERE fact.subject = change.subject)
),
stored AS (
    INSERT INTO kpis_fact ({_names})
    SELECT {_names} FROM change WHERE sign = 1
    ON CONFLICT (subject) DO UPDATE SET
        {", ".join(f"{name} = excluded.{name}" for name in COLUMNS[1:])}
),
{", ".join(f"{name} AS ({add})" for name, add in ADDITIONS.items())}
SELECT count(*) FROM change
"""  # noqa: S608  (no input)


def fold(zone: str) -> bool:
    """Add what changed to the sums, which are kept in `zone`.

    False when there are no sums in this zone, or when another session keeps working
    on them for two seconds: then the rows themselves have to be asked.
    """
    try:
        while True:
            with transaction.atomic():
                lock(PATIENCE)
                if not _are_kept(zone):
                    return False
                if _fold_some(zone) < AT_ONCE:
                    return True
    except OperationalError:
        return False


def lock(patience: str = "0") -> None:
    """Only one session at a time changes facts and sums; "0" waits for ever.

    Compiling so large a statement takes longer than running it for a few leads.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [patience])
        cursor.execute(f"SELECT pg_advisory_xact_lock({LOCK_KEY})")
        cursor.execute("SELECT set_config('lock_timeout', '0', true)")
        cursor.execute("SET LOCAL jit = off")


def _are_kept(zone: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM kpis_kept WHERE zone = %s", [zone])
        return bool(cursor.rowcount)


def _fold_some(zone: str) -> int:
    """How many notes were taken."""
    with connection.cursor() as cursor:
        cursor.execute(TAKE, {"at_once": AT_ONCE})
        taken = cursor.fetchall()
        if taken:
            subjects = sorted({subject for (subject,) in taken})
            cursor.execute(APPLY, {**BOUND, "zone": zone, "subjects": subjects})
    return len(taken)
