"""Leads of a door: planned and written by `leads.intake`, with their ledger."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from connections.models import Outcome
from connections.taking_in.results import ItemResult, ItemSource
from leads.intake.incoming import NO_CONTACT, IncomingLead
from leads.intake.planning import (
    EMAIL_IS_TAKEN,
    NO_FIRST_NAME,
    OTHER_PERSON,
    LeadPlan,
)
from leads.intake.refusals import RowRefused
from leads.intake.take_in import IntakeRun, RowResult, RowResults, status_of
from leads.intake.take_in import take_in as take_in_leads
from leads.models import Lead
from leads.suppressed import SUPPRESSED

OUTCOME_OF_STATUS = {
    "created": Outcome.CREATED,
    "updated": Outcome.UPDATED,
    "restored": Outcome.RESTORED,
    "skipped": Outcome.UNCHANGED,
}
# A person has to look: nothing was changed, and the same again changes nothing.
PARKED = {OTHER_PERSON: "other_person", EMAIL_IS_TAKEN: "email_is_taken"}
REJECTED = {
    NO_CONTACT: "no_contact",
    NO_FIRST_NAME: "no_first_name",
    SUPPRESSED: "erased",
}


def take_leads(
    source: ItemSource, leads: Mapping[int, IncomingLead], *, is_together: bool = False
) -> dict[int, ItemResult]:
    """Raises MoveRefused when there is no stage that new leads enter.

    With `is_together` a lead that the database doesn't accept ends the transaction.
    """
    run = IntakeRun(source.lead_source, system=source.system)
    return results_of(take_in_leads(run, leads, {}, is_together=is_together))


def results_of(rows: RowResults) -> dict[int, ItemResult]:
    """What came of rows that were just written, with their places in history."""
    history = _places_in_history(list(rows.values()))
    return {number: _result(row, history) for number, row in rows.items()}


def _places_in_history(rows: Sequence[RowResult]) -> dict[int, tuple[int, int]]:
    """By the plan's identity: the rows of history before and after its change."""
    changing: dict[str, list[LeadPlan]] = {}
    for row in rows:
        if isinstance(row, LeadPlan) and not row.is_new and _changes_lead(row):
            changing.setdefault(row.lead_id, []).append(row)
    newest: dict[str, list[int]] = {}
    if changing:
        history = Lead.history.filter(id__in=changing).order_by("id", "-history_id")
        for lead_id, history_id in history.values_list("id", "history_id"):
            # A row for each change, and the one before them.
            if len(newest.setdefault(lead_id, [])) <= len(changing[lead_id]):
                newest[lead_id].append(history_id)
    return {
        id(plan): (before, after)
        for lead_id, plans in changing.items()
        for plan, (before, after) in zip(
            plans, pairwise(reversed(newest.get(lead_id, []))), strict=False
        )
    }


def _changes_lead(plan: LeadPlan) -> bool:
    return bool(plan.changes or plan.is_restored)


def _result(result: RowResult, history: Mapping[int, tuple[int, int]]) -> ItemResult:
    if isinstance(result, RowRefused):
        sentence = result.sentence
        if sentence in PARKED:
            return ItemResult(Outcome.PARKED, PARKED[sentence], sentence)
        code = REJECTED.get(sentence, result.code)
        return ItemResult(Outcome.REFUSED, code, sentence)
    if not isinstance(result, LeadPlan):
        return ItemResult(Outcome.UNCHANGED, "test_lead")
    before, after = history.get(id(result), (None, None))
    return ItemResult(
        OUTCOME_OF_STATUS[status_of(result)],
        lead_id=result.lead_id,
        fields=(
            *sorted(result.changes),
            *(f"tag:{pk}" for pk in sorted(result.tag_ids)),
            *sorted(result.added),
        ),
        before=before,
        after=after,
    )
