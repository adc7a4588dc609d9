"""What happened with leads after an import made them."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from connections.models import ItemOutcome
from kpis.choices import Kind
from kpis.models import KpiEvent
from leads.intake.files.importers import FROM_A_FILE
from leads.models import Activity, ContactPoint, Lead, Opportunity, Task
from leads.services.stage_periods import UNDONE

UNDO_REASON = "Undo of an import"
# Rows of history with these reasons are no work of a person on the lead.
OWN_REASONS = (UNDO_REASON, UNDONE)
TABLES: tuple[Any, ...] = (Activity, Task, Opportunity, ContactPoint)


def worked_on_since(made: Mapping[str, tuple[datetime, datetime]]) -> set[str]:
    """Of these leads those that somebody else changed.

    By lead: when it was made, and the last that the items to undo did with it. A person
    counts from the first moment on, whatever else changed the lead from the second on.
    """
    if not made:
        return set()
    first = min(start for start, _ in made.values())
    found = _changes(Lead, {pk: pk for pk in made}, first, _undone_changes(made))
    for model in TABLES:
        rows = dict(model.objects.filter(lead__in=made).values_list("pk", "lead_id"))
        found += _changes(model, rows, first)
    return {
        lead_id
        for lead_id, at, by_person in found
        if at > made[lead_id][0 if by_person else 1]
    }


def _undone_changes(lead_ids: Collection[str]) -> set[int]:
    """Rows of history of changes that another undo has taken back."""
    undone = ItemOutcome.objects.filter(
        lead__in=lead_ids, undone_at__isnull=False, kept="", after__isnull=False
    )
    return set(undone.values_list("after", flat=True))


def _changes(
    model: Any,
    lead_of: Mapping[str, str],
    first: datetime,
    undone: Collection[int] = (),
) -> list[tuple[str, datetime, bool]]:
    """The lead, the moment, and whether a person did it."""
    rows = model.history.filter(id__in=lead_of, history_date__gt=first).values_list(
        "id",
        "history_id",
        "history_date",
        "history_user_id",
        "history_change_reason",
    )
    return [
        (lead_of[pk], at, bool(person) and not (why or "").startswith(FROM_A_FILE))
        for pk, history_id, at, person, why in rows
        if why not in OWN_REASONS and history_id not in undone
    ]


def with_events(lead_ids: Collection[str]) -> set[str]:
    """Of these leads those with a consult or a payment."""
    events = KpiEvent.objects.filter(lead__in=lead_ids).exclude(kind=Kind.AD_CLICK)
    return set(events.values_list("lead_id", flat=True))
