"""Changes of fields in the timeline, read from the history rows."""

from typing import Any

from django.urls import reverse

from campaigns.models import Campaign
from leads.models import Lead, Opportunity
from leads.models.procedure import procedure_name
from leads.timeline import PastValue, TimelineItem, TimelineRow, TimelineSource
from medspa.audit.sentences import FieldChange, HistoryEntry, entry_of
from medspa.encryption.json_rows import instance_from_json
from medspa.formats import format_cents
from medspa.models import User

# Columns that refer to another row: its model, and its name in SQL.
REFERENCES: dict[str, tuple[Any, str]] = {
    "campaign_id": (Campaign, "named.name"),
    "assigned_to_id": (User, "coalesce(nullif(named.first_name, ''), named.username)"),
    "lead_id": (Lead, "named.first_name"),
}

# The ORM has no LATERAL. A lead's and an opportunity's changes take 1 ms each.
# That a merged lead was deleted is not shown: its merge is an item of its own.
CHANGES = """
SELECT later.history_id::text AS "row", later.history_date AS at, jsonb_build_object(
    'later', to_jsonb(later), 'earlier', to_jsonb(earlier), 'names', {names},
    'who', coalesce(nullif({{who}}, ''), later.history_actor)
) AS data
FROM {table} later
JOIN LATERAL (
    SELECT before.* FROM {table} before
    WHERE before.id = later.id AND before.history_id < later.history_id
    ORDER BY before.history_id DESC LIMIT 1
) earlier ON true
LEFT JOIN medspa_user person ON person.id = later.history_user_id
WHERE later.{key} = ANY(%(leads)s) AND later.history_type = '~'
    AND (later.{key} = %(lead)s OR later.deleted_at IS NULL)
"""
# Names are looked up only where the reference has changed.
REFERENCED_NAMES = """coalesce((
    SELECT jsonb_object_agg(named.id, {words}) FROM {table} named
    WHERE later.{column} IS DISTINCT FROM earlier.{column}
        AND named.id IN (later.{column}, earlier.{column})
), '{{}}')"""


def _changes(model: Any, key: str) -> TimelineSource:
    """`key` is the history's column that holds the lead's id."""
    name = model._meta.model_name
    history = model.history.model
    editable = {field.name for field in model._meta.fields if field.editable} - {"lead"}

    def item(row: TimelineRow, lead: Lead, viewer: User | None) -> TimelineItem | None:
        may_put_back = viewer is not None and viewer.has_perm("leads.put_back")
        entry = entry_of(
            instance_from_json(history, row.data["later"]),
            instance_from_json(history, row.data["earlier"]),
            row.data["who"],
            row.data["names"],
        )
        fields = editable if may_put_back and not lead.is_deleted else set()
        return _change(entry, name, fields) if entry else None

    return TimelineSource(name, "change", _sql(history, key), item)


def _sql(history: Any, key: str) -> str:
    columns = {field.column for field in history._meta.concrete_fields}
    names = " || ".join(
        REFERENCED_NAMES.format(column=column, table=model._meta.db_table, words=words)
        for column, (model, words) in REFERENCES.items()
        if column in columns
    )
    return CHANGES.format(table=history._meta.db_table, key=key, names=names)


def _change(entry: HistoryEntry, source: str, restorable: set[str]) -> TimelineItem:
    record = entry.record
    text = _moved_here(entry) or entry.sentence.removeprefix(f"{entry.actor} ")
    return TimelineItem(
        str(record.history_id),
        record.history_date,
        "change",
        "edit",
        text[:1].upper() + text[1:],
        entry.actor,
        source,
        past=tuple(
            _past_value(change, record, source)
            for change in entry.changes
            if change.field in restorable
        ),
    )


def _moved_here(entry: HistoryEntry) -> str:
    """What a merge brought from the other lead; empty for any other change."""
    moved = next((change for change in entry.changes if change.field == "lead"), None)
    if moved is None:
        return ""
    what = entry.record.instance_type._meta.verbose_name
    return f"moved the {what} from {moved.old}'s record"


def _past_value(change: FieldChange, record: Any, model: str) -> PastValue:
    address = reverse(f"admin:leads_{model}_put_back", args=[record.id])
    return PastValue(
        change.field, change.label, change.old, str(record.history_id), address
    )


# Part of one statement: see `leads.timeline`. By itself it takes 0.5 ms.
# That a lead got an expected value after it was added, and what the value was then.
VALUES_ADDED = """
SELECT added.history_id::text AS "row", added.history_date AS at, jsonb_build_object(
    'procedure', added.procedure_code, 'cents', added.expected_value_cents,
    'who', coalesce(nullif({who}, ''), added.history_actor)
) AS data
FROM leads_opportunityhistory added
JOIN leads_lead lead ON lead.id = added.lead_id
LEFT JOIN medspa_user person ON person.id = added.history_user_id
WHERE added.lead_id = %(lead)s AND added.history_type = '+'
    AND added.history_date > lead.created_at + interval '1 minute'
"""


def _value_added(row: TimelineRow, lead: Lead, viewer: User | None) -> TimelineItem:
    procedure = procedure_name(row.data["procedure"])
    text = f"Added expected value: {procedure}, {format_cents(row.data['cents'])}"
    return TimelineItem(row.row, row.at, "change", "edit", text, row.data["who"])


CHANGE_SOURCES = (
    _changes(Lead, "id"),
    _changes(Opportunity, "lead_id"),
    TimelineSource("value_added", "change", VALUES_ADDED, _value_added),
)
