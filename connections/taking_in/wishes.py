"""Wishes not to be contacted, from other systems. They are never taken back by one."""

from collections.abc import Mapping

from connections.items import DoNotContact
from connections.models import Outcome
from connections.taking_in.people import People, lock_leads
from connections.taking_in.results import ItemResult, ItemSource
from leads.services.contacting import stop_contact
from medspa import clock


def take_wishes(
    source: ItemSource, wishes: Mapping[int, DoNotContact]
) -> dict[int, ItemResult]:
    """A person who is no lead is nobody to contact, so nothing waits for them."""
    if not wishes:
        return {}
    people = People(source, (wish.who for wish in wishes.values()))
    whose = {number: people.find(wish.who) for number, wish in wishes.items()}
    leads = lock_leads(pk for pk in whose.values() if pk).values()
    now = clock.now()
    marked = {
        lead.pk for lead in leads if not lead.is_erased and stop_contact(lead, now)
    }
    return {number: _result(lead_id, marked) for number, lead_id in whose.items()}


def _result(lead_id: str | None, marked: set[str]) -> ItemResult:
    if lead_id is None:
        return ItemResult(Outcome.UNCHANGED, "nobody")
    if lead_id not in marked:
        return ItemResult(Outcome.UNCHANGED, lead_id=lead_id)
    return ItemResult(Outcome.UPDATED, lead_id=lead_id, fields=("do_not_contact_at",))
