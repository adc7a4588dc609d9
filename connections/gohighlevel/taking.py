"""Taking in what was read from GoHighLevel: `take_in` with its echoes and policies."""

from collections.abc import Mapping, Sequence

from connections.gohighlevel.inbound import Inbound
from connections.gohighlevel.origin import from_gohighlevel
from connections.gohighlevel.stages import StagesThere
from connections.items import Item, StageThere
from connections.models import Connection, ItemOutcome, Outcome
from connections.taking_in import (
    ItemPlace,
    ItemResult,
    ItemSource,
    take_in,
    write_outcomes,
)
from connections.taking_in.deletions import DELETED
from connections.taking_in.results import NotedResult
from leads.intake.incoming import IncomingLead
from leads.models import Lead, LeadMerge
from medspa import clock

ECHO = ItemResult(Outcome.ECHO)
DELETED_HERE = ItemResult(Outcome.UNCHANGED, "deleted_here")


def take(items: Sequence[Item], source: ItemSource) -> list[ItemResult]:
    """Write the items in one transaction; what each came to, in their order.

    The source names its connection. Nothing of it is written back to GoHighLevel.
    """
    assert source.connection is not None  # noqa: S101
    now = clock.now()
    with from_gohighlevel():
        inbound = Inbound(source.connection, now)
        leads = {n: one for n, one in enumerate(items) if isinstance(one, IncomingLead)}
        accepted = inbound.accept(leads)
        settled = _settled(source, leads, inbound.echoes)
        rest = {
            number: accepted.get(number, item)
            for number, item in enumerate(items)
            if number not in settled and not isinstance(item, StageThere)
        }
        found = take_in(list(rest.values()), source)
        results = settled | dict(zip(rest, found, strict=True))
        inbound.finish()
        stages = {n: one for n, one in enumerate(items) if isinstance(one, StageThere)}
        if stages:
            found_there = StagesThere(source.connection, list(stages.values()), now)
            results |= found_there.take_all(stages)
        noted = [
            NotedResult(
                "lead" if number in settled else "stage",
                results[number],
                ItemPlace(source.delivery, place),
            )
            for place, number in enumerate((*settled, *stages), len(rest))
        ]
        write_outcomes(source, noted)
    return [results[number] for number in range(len(items))]


def _settled(
    source: ItemSource, leads: Mapping[int, IncomingLead], echoes: set[int]
) -> dict[int, ItemResult]:
    """Echoes, and contacts whose leads were deleted here: those stay deleted."""
    deleted = deleted_here(
        source.connection, {lead.external_id for lead in leads.values()}
    )
    return dict.fromkeys(echoes, ECHO) | {
        number: DELETED_HERE
        for number, lead in leads.items()
        if lead.external_id in deleted
    }


def deleted_here(connection: Connection | None, contacts: set[str]) -> set[str]:
    """Contacts whose leads were deleted here.

    Not those that were merged, nor those that were deleted because GoHighLevel did:
    a contact that is there again comes back."""
    leads = Lead.all_objects.filter(
        external_id__in=contacts - {""}, deleted_at__isnull=False
    )
    merged = LeadMerge.objects.standing().values("merged")
    deleted_there = ItemOutcome.objects.filter(
        connection=connection, what=DELETED, outcome=Outcome.UPDATED
    )
    leads = leads.exclude(pk__in=merged).exclude(pk__in=deleted_there.values("lead"))
    return {str(contact) for contact in leads.values_list("external_id", flat=True)}
