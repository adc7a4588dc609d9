"""What a person does with an event that waits: match it, try it again, dismiss it."""

from django.db import transaction

from connections.items import IncomingEvent, Who
from connections.models import Outcome, UnmatchedEvent, WaitState
from connections.taking_in.events import take_event, take_waiting
from connections.taking_in.people import People
from connections.taking_in.results import ItemResult, ItemSource
from connections.taking_in.waiting_rows import ended, item_of, source_of
from connections.taking_in.words import ClinicWords
from leads.models import Lead
from medspa.refusals import Refused


class WaitRefused(Refused):
    """The event waits as before."""

    code = "wait_refused"


class ChosenPerson(People):
    """Whoever a person chose."""

    are_chosen = True

    def __init__(self, source: ItemSource, item: IncomingEvent, lead: Lead) -> None:
        super().__init__(source, [item.who])
        self.lead = lead

    def find(self, who: Who) -> str | None:
        return self.lead.pk


@transaction.atomic
def match(row_id: str, lead_id: str) -> ItemResult:
    """Record a waiting event for the lead that a person chose.

    From now on the other system's ids of the person find this lead. Raises WaitRefused
    with the reason why it waits on.
    """
    row = _locked(row_id)
    lead = Lead.objects.filter(pk=lead_id).first()
    if lead is None:
        raise WaitRefused("Choose a lead that isn't deleted.", "unknown_lead")
    source, item = source_of(row), item_of(row)
    people = ChosenPerson(source, item, lead)
    result = take_event(source, item, people, ClinicWords(source.system))
    if result.outcome == Outcome.PARKED:
        raise WaitRefused(f"{result.sentence} Nothing was recorded.", result.reason)
    people.remember([(item.who, lead.pk)])
    ended(row, WaitState.MATCHED, result)
    return result


@transaction.atomic
def retry(row_id: str) -> ItemResult:
    """Try a waiting event again; it may wait on, with another reason."""
    row = _locked(row_id)
    return take_waiting(row, ClinicWords(row.system))


@transaction.atomic
def dismiss(row_id: str) -> None:
    """A person says that the event is of nobody here; its content is forgotten."""
    row = _locked(row_id)
    ended(row, WaitState.DISMISSED, ItemResult(Outcome.REFUSED, "dismissed"))


def _locked(row_id: str) -> UnmatchedEvent:
    rows = UnmatchedEvent.objects.select_for_update(of=("self",))
    row = rows.filter(pk=row_id, state=WaitState.WAITING).first()
    if row is None:
        raise WaitRefused("This is no longer waiting.", "ended_already")
    return row
