"""Contacts that were deleted in the other system: their leads are deleted here, too.

Never many at once unasked: a mistake there must not empty the board here.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from connections.items import Deleted
from connections.models import ItemOutcome, Outcome
from connections.taking_in.results import ItemResult, ItemSource
from leads.models import Lead
from medspa import clock
from medspa.audit.actors import acting

# More than this, and more than 1 % of all leads in a day, waits for a person.
FEW_DELETIONS = 20
DELETED = "deleted"
TOO_MANY_DELETIONS = (
    "More than 1% of the leads were deleted there within a day. Check that this was "
    "meant, then choose Retry."
)


def take_deletions(
    source: ItemSource, items: Mapping[int, Deleted]
) -> dict[int, ItemResult]:
    """Delete the leads with these contact ids; they can be restored as any other."""
    wanted = {item.external_id: number for number, item in items.items()}
    leads = Lead.objects.select_for_update(no_key=True).filter(external_id__in=wanted)
    found = {wanted[str(lead.external_id)]: lead for lead in leads.order_by("pk")}
    if not source.is_asked and _deleted_today(source) + len(found) > _most():
        return {
            number: ItemResult(Outcome.PARKED, "too_many_deletes", TOO_MANY_DELETIONS)
            for number in items
        }
    return {number: _delete(found.get(number)) for number in items}


def _most() -> int:
    return max(FEW_DELETIONS, Lead.objects.count() // 100)


def _deleted_today(source: ItemSource) -> int:
    since = clock.now() - timedelta(days=1)
    return ItemOutcome.objects.filter(
        connection=source.connection,
        made_at__gte=since,
        what=DELETED,
        outcome=Outcome.UPDATED,
    ).count()


def _delete(lead: Lead | None) -> ItemResult:
    if lead is None:
        return ItemResult(Outcome.UNCHANGED)
    with acting(reason="Deleted in the other system"):
        lead.delete()
    history: Any = lead.history
    newest = history.order_by("-history_id").values_list("history_id", flat=True)[:2]
    after, before = (*newest, None, None)[:2]
    return ItemResult(
        Outcome.UPDATED,
        lead_id=lead.pk,
        fields=("deleted_at",),
        before=before,
        after=after,
    )
