"""The leads and events that changed since a moment, as they were and as they are.

What a row was is its last history row up to that moment. For rows written without
history, `recorded_at` and `deleted_at` say whether they existed.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import BooleanField, Case, ExpressionWrapper, Q, QuerySet, When

from kpis.models import KpiEvent
from kpis.period import Window
from kpis.restatements.causes import Comparison, EventRow, LeadRow, State
from leads.models import Lead, LeadMerge

LEAD_HISTORY = Lead.history.model.objects
EVENT_HISTORY = KpiEvent.history.model.objects
LEAD_FIELDS = ("id", "first_name", "created_at", "campaign_id", "deleted_at")
EVENT_FIELDS = ("id", "lead_id", "kind", "value_cents", "occurred_at", "deleted_at")
# What a month's numbers depend on of a lead.
COUNTED_FIELDS = ("created_at", "campaign_id", "deleted_at")


def compare(window: Window, since: datetime) -> Comparison:
    """Everything that may have changed a number of the window's month since then."""
    events = _changed_events(window, since)
    since_then = Q(merged_at__gt=since) | Q(undone_at__gt=since)
    merges = list(LeadMerge.objects.filter(since_then))
    leads = _changed_leads(window, since) | {lead for _, lead in events if lead}
    for merge in merges:
        leads |= {merge.survivor_id, merge.merged_id}
    then, now = _states(window, since, leads, {pk for pk, _ in events})
    undone = {merge for merge in merges if merge.undone_at and merge.undone_at > since}
    made = [merge for merge in merges if merge not in undone]
    return Comparison(
        then,
        now,
        window.start,
        window.end,
        frozenset(merge.merged_id for merge in made),
        frozenset(merge.survivor_id for merge in made),
        frozenset(merge.merged_id for merge in undone),
    )


def _changed_events(window: Window, since: datetime) -> set[tuple[str, str | None]]:
    """Ids, with their leads, of events of the month and before it written since."""
    written = EVENT_HISTORY.filter(history_date__gt=since, occurred_at__lt=window.end)
    recorded = KpiEvent.all_objects.filter(
        recorded_at__gt=since,
        occurred_at__gte=window.start,
        occurred_at__lt=window.end,
    )
    columns = ("id", "lead_id")
    rows = written.values_list(*columns).union(recorded.values_list(*columns))
    return set(rows.order_by())


def _changed_leads(window: Window, since: datetime) -> set[str]:
    """Leads that count otherwise than then; one created after the month never did."""
    written = LEAD_HISTORY.filter(history_date__gt=since, created_at__lt=window.end)
    ids = set(written.values_list("id", flat=True))
    past = LEAD_HISTORY.filter(id__in=ids, history_date__lte=since)
    last = past.order_by("id", "-history_date", "-history_id").distinct("id")
    then, now = (
        {pk: fields for pk, *fields in rows.values_list("id", *COUNTED_FIELDS)}
        for rows in (last, Lead.all_objects.filter(pk__in=ids))
    )
    return {pk for pk in ids if then.get(pk) != now.get(pk)}


def _states(
    window: Window, since: datetime, leads: set[str], events: set[str]
) -> tuple[State, State]:
    lead_rows = list(Lead.all_objects.filter(pk__in=leads).values(*LEAD_FIELDS))
    lead_past = _past(LEAD_HISTORY.filter(id__in=leads), LEAD_FIELDS, since)
    event_rows = list(
        KpiEvent.all_objects.filter(
            Q(lead__in=leads) | Q(pk__in=events), occurred_at__lt=window.end
        ).values(*EVENT_FIELDS, "recorded_at")
    )
    ids = events | {row["id"] for row in event_rows}
    event_past = _past(EVENT_HISTORY.filter(id__in=ids), EVENT_FIELDS, since)
    now = State(
        {row["id"]: _lead(row) for row in lead_rows},
        {row["id"]: _event(row) for row in event_rows},
    )
    then = State(
        {row["id"]: _lead(row) for row in _before(lead_rows, lead_past, since)},
        {row["id"]: _event(row) for row in _before(event_rows, event_past, since)},
    )
    return then, now


def _past(
    history: QuerySet[Any], fields: Iterable[str], since: datetime
) -> list[dict[str, Any]]:
    """Of each id its last row up to `since`, or else its first one after."""
    is_before = ExpressionWrapper(Q(history_date__lte=since), BooleanField())
    rows = history.annotate(is_before=is_before).order_by(
        "id",
        "-is_before",
        Case(When(is_before=True, then="history_date")).desc(),
        Case(When(is_before=True, then="history_id")).desc(),
        "history_date",
        "history_id",
    )
    return list(rows.distinct("id").values(*fields, "history_type", "is_before"))


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
