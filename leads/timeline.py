"""Everything that happened with a lead, newest first, merged and paged by SQL.

A source says where its moments lie (`moments`: a query of source, id and moment) and
how its rows read (`items`). Apps above this floor add theirs to `SOURCES`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.functions import Cast

from leads.models import Activity, Lead, LeadStage, Opportunity, Tag
from leads.vocabulary import ActivityType, CallOutcome, MessageOutcome
from medspa.history_sentences import entries

PAGE_SIZE = 25


@dataclass(frozen=True)
class Item:
    """One line: `kind` is activity, stage, money or change."""

    id: str
    at: datetime
    kind: str
    icon: str
    text: str
    who: str


@dataclass(frozen=True)
class Source:
    name: str
    kind: str
    moments: Callable[[Lead], QuerySet]
    items: Callable[[Lead, list[str]], Iterable[Item]]


def moments_of(queryset: QuerySet, name: str, at: str, pk: str = "id") -> QuerySet:
    """The rows as source, row and moment, so that sources can be united."""
    return queryset.annotate(
        item_source=Value(name, CharField()),
        item_row=Cast(pk, CharField()),
        item_at=F(at),
    ).values_list("item_source", "item_row", "item_at")


def timeline(
    lead: Lead, *, kinds: Iterable[str] = (), before: tuple[datetime, str] | None = None
) -> list[Item]:
    """At most `PAGE_SIZE` + 1 items before the moment and id of `before`."""
    wanted = [s for s in SOURCES if not kinds or s.kind in kinds]
    queries = [_earlier(source.moments(lead), before) for source in wanted]
    first, *others = queries
    page = first.union(*others, all=True).order_by("-item_at", "-item_row")[: PAGE_SIZE + 1]
    ids: dict[str, list[str]] = {}
    for source_name, row, _ in page:
        ids.setdefault(source_name, []).append(row)
    items = [
        item
        for source in wanted
        if source.name in ids
        for item in source.items(lead, ids[source.name])
    ]
    return sorted(items, key=lambda item: (item.at, item.id), reverse=True)


def _earlier(query: QuerySet, before: tuple[datetime, str] | None) -> QuerySet:
    query = query.order_by()
    if before is None:
        return query
    at, row = before
    return query.filter(Q(item_at__lt=at) | Q(item_at=at, item_row__lt=row))


# Activities ---------------------------------------------------------------

ICONS = {
    ActivityType.SMS_SENT: "sms",
    ActivityType.EMAIL_SENT: "mail",
    ActivityType.CALL: "call",
    ActivityType.FORM_SUBMIT: "description",
    ActivityType.TAG_ADDED: "label",
}


def _activity_moments(lead: Lead) -> QuerySet:
    # A move is told by its stay.
    rows = Activity.objects.filter(lead=lead).exclude(type=ActivityType.STAGE_CHANGE)
    return moments_of(rows, "activity", "created_at")


def _activity_items(lead: Lead, ids: list[str]) -> Iterable[Item]:
    rows = Activity.objects.filter(id__in=ids).select_related("created_by")
    tags = Tag.all_objects.in_bulk(
        [row.payload_json["tag"] for row in rows if row.type == ActivityType.TAG_ADDED]
    )
    for row in rows:
        yield Item(
            row.id,
            row.created_at,
            "activity",
            ICONS.get(ActivityType(row.type), "circle"),
            _activity_text(row, tags),
            str(row.created_by or ""),
        )


def _activity_text(row: Activity, tags: dict[str, Tag]) -> str:
    payload: Any = row.payload
    match row.type:
        case ActivityType.TAG_ADDED:
            return f"Tagged {tags.get(payload.tag, 'with a tag that is gone')}"
        case ActivityType.FORM_SUBMIT:
            form = (payload.form or "").replace("-", " ").replace("_", " ")
            return f"Form “{form}” sent in" if form else "Form sent in"
        case ActivityType.CALL:
            return _call_text(payload)
    return _message_text(row, payload)


def _call_text(payload: Any) -> str:
    parts = ["Call" if payload.direction == "outbound" else "They called"]
    if payload.outcome:
        parts.append(str(CallOutcome(payload.outcome).label).lower())
    if payload.duration_seconds:
        parts.append(f"{max(1, payload.duration_seconds // 60)} min")
    return ", ".join(parts)


def _message_text(row: Activity, payload: Any) -> str:
    text = str(row.get_type_display())
    if payload.automated:
        text += " automatically"
    if payload.template:
        text += f": “{payload.template.replace('-', ' ').replace('_', ' ')}”"
    if payload.outcome and payload.outcome != MessageOutcome.SENT:
        text += f", {str(MessageOutcome(payload.outcome).label).lower()}"
    return text


# Stays --------------------------------------------------------------------


def _stay_moments(lead: Lead) -> QuerySet:
    return moments_of(LeadStage.objects.filter(lead=lead), "stay", "changed_at")


def _stay_items(lead: Lead, ids: list[str]) -> Iterable[Item]:
    stays = list(
        LeadStage.objects.filter(lead=lead)
        .select_related("stage", "changed_by")
        .order_by("changed_at", "id")
    )
    for previous, stay in zip([None, *stays], stays, strict=False):
        if stay.id not in ids:
            continue
        if previous is None:
            text = f"Came in at {stay.stage}"
        else:
            text = f"Moved from {previous.stage} to {stay.stage}"
        if stay.lost_reason:
            text += f": {stay.get_lost_reason_display().lower()}"
        who = str(stay.changed_by or "")
        yield Item(stay.id, stay.changed_at, "stage", "arrow_forward", text, who)


# Field changes ------------------------------------------------------------


def _changes(name: str, rows_of: Callable[[Lead], QuerySet]) -> Source:
    def moments(lead: Lead) -> QuerySet:
        changes = rows_of(lead).filter(history_type="~")
        return moments_of(changes, name, "history_date", "history_id")

    def items(lead: Lead, ids: list[str]) -> Iterable[Item]:
        records = rows_of(lead).select_related("history_user").order_by("-history_id")
        for entry in entries(records):
            record = entry.record
            if str(record.history_id) in ids:
                text = entry.sentence.removeprefix(f"{entry.actor} ")
                yield Item(
                    str(record.history_id),
                    record.history_date,
                    "change",
                    "edit",
                    text[:1].upper() + text[1:],
                    entry.actor,
                )

    return Source(name, "change", moments, items)


SOURCES = [
    Source("activity", "activity", _activity_moments, _activity_items),
    Source("stay", "stage", _stay_moments, _stay_items),
    _changes("lead", lambda lead: Lead.history.filter(id=lead.pk)),
    _changes("opportunity", lambda lead: Opportunity.history.filter(lead_id=lead.pk)),
]
