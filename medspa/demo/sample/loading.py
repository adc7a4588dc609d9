"""Many rows into the database: COPY into tables without indexes, then the indexes.

All of it happens in the caller's transaction: whoever looks sees nothing or all, and
a process that dies leaves the tables as they were, indexes included.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.db import connection, models

from medspa.demo.sample.rows import COLUMNS

ACTOR = "seed_demo"
# What happens row by row is done for all rows at once afterwards: the totals are
# counted again, and nobody else holds these leads to be locked against.
TRIGGERS = (
    ("leads_leadstage", "leads_leadstage_lock_lead"),
    ("leads_leadstage", "leads_leadstage_stage_is_living"),
    ("leads_leadstage", "leads_leadstage_total_insert"),
    ("leads_opportunity", "leads_opportunity_lock_lead"),
    ("leads_opportunity", "leads_opportunity_total_insert"),
    ("commissions_credit", "commissions_credit_shares_fit"),
    ("leads_lead", "leads_lead_note_insert"),
    ("leads_opportunity", "leads_opportunity_note_insert"),
    ("leads_activity", "leads_activity_note_insert"),
    ("kpis_kpievent", "kpis_kpievent_note_insert"),
    ("kpis_kpievent", "kpis_kpievent_refund_fits"),
)
# Tables with a history, and when their rows came to be.
HISTORY_OF = {
    "campaigns.Campaign": "created_at",
    "campaigns.CampaignSpend": "month::timestamp AT TIME ZONE 'UTC'",
    "commissions.Provider": "created_at",
    "commissions.CommissionRule": "created_at",
    "leads.Lead": "created_at",
    "leads.LeadTag": "created_at",
    "leads.Opportunity": "created_at",
    "leads.Task": "created_at",
}
# As an INSERT would have left them: nobody had changed or deleted the row.
AT_FIRST = {"deleted_at": "NULL", "updated_at": "created_at"}

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
    """Inside, the tables have no indexes, foreign keys and row triggers.

    Afterwards all are back as they were; making them checks every row. Primary keys,
    unique columns and check constraints stay throughout. The tables are locked.
    """
    tables = [*COLUMNS, *map(_history_table, HISTORY_OF)]
    with connection.cursor() as cursor:
        # A foreign key can't be dropped while a row waits to be checked by it.
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
            columns = ", ".join(COLUMNS[table].split())
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as stream:
                stream.write(text)


def write_history() -> None:
    """The history of what was loaded: made by `seed_demo`, some of it deleted later."""
    for label, made_at in HISTORY_OF.items():
        _write_history(label, "+", made_at, "", AT_FIRST)
    _write_history("leads.Lead", "~", "deleted_at", "WHERE deleted_at IS NOT NULL", {})


def _write_history(
    label: str, kind: str, moment: str, condition: str, instead: Mapping[str, str]
) -> None:
    model = apps.get_model(label)
    columns = _kept_columns(model)
    values = [instead.get(column, column) for column in columns]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {_history_table(label)}"  # noqa: S608  (our own names)
            f" ({', '.join(columns)}, history_actor, history_date, history_type)"
            f" SELECT {', '.join(values)}, %s, {moment}, %s"
            f" FROM {model._meta.db_table} {condition} ORDER BY id",
            [ACTOR, kind],
        )


def _history_model(label: str) -> Any:
    return apps.get_model(label).history.model


def _history_table(label: str) -> str:
    return _history_model(label)._meta.db_table


def _kept_columns(model: type[models.Model]) -> Sequence[str]:
    """The columns that a table and its history have in common."""
    kept = {f.column for f in _history_model(model._meta.label)._meta.concrete_fields}
    return [
        f.column for f in model._meta.concrete_fields if f.column and f.column in kept
    ]


def analyze() -> None:
    """Let the planner know what is there now."""
    tables = ", ".join([*COLUMNS, *map(_history_table, HISTORY_OF)])
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {tables}")
