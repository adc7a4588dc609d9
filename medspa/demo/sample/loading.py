"""Fast loading: COPY into tables without indexes, which are created again afterwards.

All of it happens in the caller's transaction: other sessions see nothing or all of it,
and a process that dies leaves the tables as they were, indexes included.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.apps import apps
from django.db import connection

from medspa.audit.writing import backfill_history
from medspa.demo.sample.rows import COPY_COLUMNS

# As history names it: "Deleted by Sample data".
ACTOR = "Sample data"
# Disabled while loading. The sums and summaries that some of them keep are rebuilt
# afterwards: without indexes a trigger that looks for a lead's rows reads whole tables.
# Nobody else can change these leads meanwhile, so their locks protect nothing.
TRIGGERS = (
    ("leads_leadstage", "leads_leadstage_lock_lead"),
    ("leads_leadstage", "leads_leadstage_stage_is_living"),
    ("leads_leadstage", "leads_leadstage_total_insert"),
    ("leads_opportunity", "leads_opportunity_lock_lead"),
    ("leads_opportunity", "leads_opportunity_total_insert"),
    ("commissions_credit", "commissions_credit_shares_fit"),
    ("leads_lead", "leads_lead_summary_insert"),
    ("leads_opportunity", "leads_opportunity_summary_insert"),
    ("leads_activity", "leads_activity_summary_insert"),
    ("leads_task", "leads_task_summary_insert"),
    ("leads_lead", "leads_lead_note_insert"),
    ("leads_leadstage", "leads_leadstage_note_insert"),
    ("leads_opportunity", "leads_opportunity_note_insert"),
    ("leads_activity", "leads_activity_note_insert"),
    ("kpis_kpievent", "kpis_kpievent_note_insert"),
    ("kpis_kpievent", "kpis_kpievent_refund_fits"),
    ("kpis_kpievent", "kpis_kpievent_refund_follows"),
    ("kpis_kpievent", "kpis_kpievent_show_has_booking"),
    ("kpis_consultdetails", "kpis_consultdetails_note_insert"),
    ("kpis_consultdetails", "kpis_consultdetails_of_a_booking"),
    ("kpis_consultdetails", "kpis_consultdetails_procedure_is_listed"),
    # The sample has no connection that changes are written to.
    ("leads_leadstage", "connections_stage_entered"),
    ("leads_leadtag", "connections_tag_added"),
    ("leads_task", "connections_no_show_planned"),
    ("kpis_kpievent", "connections_consult_shown"),
    ("kpis_consultdetails", "connections_consult_canceled_at_once"),
)
# Models with history, and an SQL expression for when their rows were created.
HISTORY_OF = {
    "campaigns.Campaign": "created_at",
    "campaigns.CampaignSpend": "from_on::timestamp AT TIME ZONE 'UTC'",
    "commissions.Provider": "created_at",
    "commissions.CommissionRule": "created_at",
    "leads.Lead": "created_at",
    "leads.LeadTag": "created_at",
    "leads.Opportunity": "created_at",
    "leads.Task": "created_at",
    "kpis.ConsultDetails": (
        "coalesce(confirmed_at,"
        " (SELECT occurred_at FROM kpis_kpievent event WHERE event.id = booking_id))"
    ),
}
# What these columns held when the row was created.
AT_FIRST = {"deleted_at": "NULL", "updated_at": "created_at"}

# From the catalog, which has no models: 72 indexes take 2 ms, 29 foreign keys 0.5.
INDEXES = """
SELECT format('DROP INDEX %%s', indexrelid::regclass), pg_get_indexdef(indexrelid)
FROM pg_index
WHERE indrelid = ANY(%s::regclass[]) AND NOT EXISTS (
    SELECT FROM pg_constraint
    WHERE conindid = indexrelid AND contype IN ('p', 'u', 'x')
)
ORDER BY indexrelid
"""
FOREIGN_KEYS = """
SELECT
    format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname),
    format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s',
        conrelid::regclass, conname, pg_get_constraintdef(oid))
FROM pg_constraint
WHERE contype = 'f' AND conrelid = ANY(%s::regclass[])
ORDER BY conrelid, conname
"""


@contextmanager
def bare_tables() -> Iterator[None]:
    """Inside the block the tables have no indexes, foreign keys and row triggers.

    Afterwards all of them are restored, and creating them checks every row. Primary
    keys, unique columns and check constraints stay throughout. The tables are locked.
    """
    tables = [*COPY_COLUMNS, *map(_history_table, HISTORY_OF)]
    with connection.cursor() as cursor:
        # A foreign key can't be dropped while a deferred check of it is pending.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(FOREIGN_KEYS, [tables])
        keys = cursor.fetchall()
        cursor.execute(INDEXES, [tables])
        indexes = cursor.fetchall()
        for drop, _ in (*keys, *indexes):
            cursor.execute(drop)
        _switch_triggers("DISABLE")
        yield
        cursor.execute("SET LOCAL maintenance_work_mem = '256MB'")
        for _, make in (*indexes, *keys):
            cursor.execute(make)
        _switch_triggers("ENABLE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _switch_triggers(verb: str) -> None:
    with connection.cursor() as cursor:
        for table, trigger in TRIGGERS:
            cursor.execute(f"ALTER TABLE {table} {verb} TRIGGER {trigger}")


def copy(lines: Mapping[str, tuple[int, bytes]]) -> None:
    """Append each table's lines in COPY's text format."""
    with connection.cursor() as cursor:
        for table, (_, text) in lines.items():
            columns = ", ".join(COPY_COLUMNS[table].split())
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as stream:
                stream.write(text)


def write_history() -> None:
    """The history of what was loaded: made by `ACTOR`, some of it deleted later."""
    for label, made_at in HISTORY_OF.items():
        model = apps.get_model(label)
        backfill_history(model, "+", actor=ACTOR, at=made_at, columns=AT_FIRST)
    backfill_history(
        apps.get_model("leads.Lead"),
        "~",
        actor=ACTOR,
        at="deleted_at",
        where="deleted_at IS NOT NULL",
    )


def _history_table(label: str) -> str:
    return str(apps.get_model(label).history.model._meta.db_table)


def analyze() -> None:
    """Refresh the planner's statistics, which still describe empty tables."""
    tables = ", ".join([*COPY_COLUMNS, *map(_history_table, HISTORY_OF)])
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {tables}")
