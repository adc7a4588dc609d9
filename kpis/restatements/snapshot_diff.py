"""The leads and events that changed since a moment, as they were and as they are.

What a row was is its last history row up to that moment. For rows written without
history, `recorded_at` and `deleted_at` say whether they existed.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from kpis.period import Window
from kpis.queries.database import rows
from kpis.restatements.causes import Comparison, EventRow, LeadRow, State

# Events of the month, and earlier ones, that were written since.
CHANGED_EVENTS = """
SELECT id, lead_id FROM kpis_kpieventhistory
WHERE history_date > %(since)s AND occurred_at < %(end)s
UNION
SELECT id, lead_id FROM kpis_kpievent
WHERE recorded_at > %(since)s
    AND occurred_at >= %(start)s AND occurred_at < %(end)s
"""
# A lead created after the month adds nothing to it.
CHANGED_LEADS = """
WITH changed AS (
    SELECT DISTINCT id FROM leads_leadhistory
    WHERE history_date > %(since)s AND created_at < %(end)s
)
SELECT changed.id FROM changed
-- One by one through the index: those who changed are few among all.
LEFT JOIN LATERAL (
    SELECT created_at, campaign_id, deleted_at FROM leads_lead
    WHERE id = changed.id LIMIT 1
) lead ON true
LEFT JOIN LATERAL (
    SELECT created_at, campaign_id, deleted_at FROM leads_leadhistory past
    WHERE past.id = changed.id AND past.history_date <= %(since)s
    ORDER BY past.history_date DESC, past.history_id DESC LIMIT 1
) before ON true
WHERE (lead.created_at, lead.campaign_id, lead.deleted_at)
    IS DISTINCT FROM (before.created_at, before.campaign_id, before.deleted_at)
"""
MERGES = """
SELECT survivor_id, merged_id, undone_at > %(since)s AS is_undone
FROM leads_leadmerge WHERE merged_at > %(since)s OR undone_at > %(since)s
"""
LEADS_NOW = """
SELECT id, first_name, created_at, campaign_id, deleted_at
FROM leads_lead WHERE id = ANY(%(ids)s)
"""
LEADS_THEN = """
SELECT DISTINCT ON (id) id, first_name, created_at, campaign_id, deleted_at,
    history_type, history_date <= %(since)s AS is_before
FROM leads_leadhistory WHERE id = ANY(%(ids)s)
ORDER BY id, history_date > %(since)s,
    CASE WHEN history_date <= %(since)s THEN history_date END DESC,
    CASE WHEN history_date <= %(since)s THEN history_id END DESC,
    history_date, history_id
"""
EVENTS_NOW = """
SELECT id, lead_id, kind, value_cents, occurred_at, deleted_at, recorded_at
FROM kpis_kpievent
WHERE occurred_at < %(end)s AND (lead_id = ANY(%(leads)s) OR id = ANY(%(ids)s))
"""
EVENTS_THEN = """
SELECT DISTINCT ON (id) id, lead_id, kind, value_cents, occurred_at, deleted_at,
    history_type, history_date <= %(since)s AS is_before
FROM kpis_kpieventhistory WHERE id = ANY(%(ids)s)
ORDER BY id, history_date > %(since)s,
    CASE WHEN history_date <= %(since)s THEN history_date END DESC,
    CASE WHEN history_date <= %(since)s THEN history_id END DESC,
    history_date, history_id
"""


def compare(window: Window, since: datetime) -> Comparison:
    """Everything that may have changed a number of the window's month since then."""
    events = rows(CHANGED_EVENTS, window, since=since)
    merges = rows(MERGES, window, since=since)
    leads = {row["id"] for row in rows(CHANGED_LEADS, window, since=since)}
    leads |= {row["lead_id"] for row in events if row["lead_id"]}
    for row in merges:
        leads |= {row["survivor_id"], row["merged_id"]}
    then, now = _states(window, since, leads, {row["id"] for row in events})
    return Comparison(
        then,
        now,
        window.start,
        window.end,
        frozenset(row["merged_id"] for row in merges if not row["is_undone"]),
        frozenset(row["survivor_id"] for row in merges if not row["is_undone"]),
        frozenset(row["merged_id"] for row in merges if row["is_undone"]),
    )


def _states(
    window: Window, since: datetime, leads: set[str], events: set[str]
) -> tuple[State, State]:
    asked = sorted(leads)
    lead_rows = rows(LEADS_NOW, window, ids=asked)
    lead_past = rows(LEADS_THEN, window, ids=asked, since=since)
    event_rows = rows(EVENTS_NOW, window, leads=asked, ids=sorted(events))
    ids = sorted({row["id"] for row in event_rows} | events)
    event_past = rows(EVENTS_THEN, window, ids=ids, since=since)
    now = State(
        {row["id"]: _lead(row) for row in lead_rows},
        {row["id"]: _event(row) for row in event_rows},
    )
    then = State(
        {row["id"]: _lead(row) for row in _before(lead_rows, lead_past, since)},
        {row["id"]: _event(row) for row in _before(event_rows, event_past, since)},
    )
    return then, now


def _before(
    now: list[dict[str, Any]], past: list[dict[str, Any]], since: datetime
) -> Iterable[dict[str, Any]]:
    """Each row as it was at `since`; rows that did not exist yet are left out."""
    known = {row["id"]: row for row in past}
    for row in past:
        if row["is_before"] and row["history_type"] != "-":
            yield row
    for row in now:
        first = known.get(row["id"])
        if first and (first["is_before"] or first["history_type"] == "+"):
            continue
        if row.get("recorded_at") and row["recorded_at"] > since:
            continue
        # Of a row without history before `since`, only the deletion is known.
        deleted_at = row["deleted_at"]
        yield row | {"deleted_at": deleted_at if _is_old(deleted_at, since) else None}


def _is_old(moment: datetime | None, since: datetime) -> bool:
    return moment is not None and moment <= since


def _lead(row: dict[str, Any]) -> LeadRow:
    return LeadRow(
        row["id"],
        row["first_name"],
        row["created_at"],
        row["campaign_id"],
        row["deleted_at"] is not None,
    )


def _event(row: dict[str, Any]) -> EventRow:
    return EventRow(
        row["id"],
        row["lead_id"],
        row["kind"],
        row["value_cents"] or 0,
        row["occurred_at"],
        row["deleted_at"] is not None,
    )
