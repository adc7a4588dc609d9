"""Leads of a door: planned and written by `leads.intake`, with their ledger."""

from collections.abc import Mapping, Sequence

from connections.models import Outcome
from connections.taking_in.results import ItemResult, ItemSource
from leads.intake.incoming import IncomingLead
from leads.intake.planning import EMAIL_IS_TAKEN, OTHER_PERSON, LeadPlan
from leads.intake.refusals import RowRefused
from leads.intake.take_in import IntakeRun, RowResult, status_of
from leads.intake.take_in import take_in as take_in_leads
from leads.models import Lead

OUTCOME_OF_STATUS = {
    "created": Outcome.CREATED,
    "updated": Outcome.UPDATED,
    "restored": Outcome.RESTORED,
    "skipped": Outcome.UNCHANGED,
}
# A person has to look: nothing was changed, and the same again changes nothing.
PARKED = {OTHER_PERSON: "other_person", EMAIL_IS_TAKEN: "email_is_taken"}


def take_leads(
    source: ItemSource, leads: Mapping[int, IncomingLead]
) -> dict[int, ItemResult]:
    """Raises MoveRefused when there is no stage that new leads enter."""
    run = IntakeRun(source.lead_source, system=source.system)
    results = take_in_leads(run, leads, {})
    history = _history_of(list(results.values()))
    return {number: _result(result, history) for number, result in results.items()}


def _history_of(results: Sequence[RowResult]) -> dict[str, list[int]]:
    """Lead id → its two newest rows of history, the newest first."""
    changed = [
        result.lead_id
        for result in results
        if isinstance(result, LeadPlan)
        and not result.is_new
        and (result.changes or result.is_restored)
    ]
    found: dict[str, list[int]] = {}
    rows = Lead.history.filter(id__in=changed).order_by("id", "-history_id")
    for lead_id, row in rows.values_list("id", "history_id"):
        if len(found.setdefault(lead_id, [])) < 2:
            found[lead_id].append(row)
    return found


def _result(result: RowResult, history: Mapping[str, list[int]]) -> ItemResult:
    if isinstance(result, RowRefused):
        sentence = result.sentence
        if sentence in PARKED:
            return ItemResult(Outcome.PARKED, PARKED[sentence], sentence)
        return ItemResult(Outcome.REFUSED, result.code, sentence)
    if not isinstance(result, LeadPlan):
        return ItemResult(Outcome.UNCHANGED, "test_lead")
    after, before = (*history.get(result.lead_id, []), None, None)[:2]
    return ItemResult(
        OUTCOME_OF_STATUS[status_of(result)],
        lead_id=result.lead_id,
        fields=(*sorted(result.changes), *(f"tag:{pk}" for pk in result.tag_ids)),
        before=before,
        after=after,
    )
