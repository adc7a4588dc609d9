"""What an action on one lead starts from and what it returns.

The forms and buttons that people act with are views: see `leads.views.lead_action`.
"""

from dataclasses import dataclass
from typing import Any

from leads.deletions.gone_leads import gone_lead
from leads.models import Lead, PipelineStage
from leads.move_refusals import LeadIsGone
from leads.services.pipeline import lock_leads
from medspa.refusals import Refused

ALREADY_SENT = "This form was already saved once"
# The page that is shown then has the form open, with what was typed.
SEND_AGAIN = "Nothing was saved now. Check it and send it again."
OTHER_DETAILS = f"{ALREADY_SENT} with other details. {SEND_AGAIN}"
NOBODY_TO_CONTACT = "This person was erased. There is no one to contact."
NOT_YOURS = "Only {who} or a manager can undo this."


class ActionRefused(Refused):
    """The action was not done."""

    code = "action_refused"


@dataclass(frozen=True)
class ActionResult:
    """What was done; `source` and `row` name the record that undo takes back.

    `is_outcome` is true for an action that completes a lead of the work queue. `then`
    is the key of the action that usually follows; the page opens its form. `offer` is
    the stage to which the lead may be moved next. `is_gone` when the lead was deleted.
    """

    sentence: str
    source: str = ""
    row: str = ""
    is_outcome: bool = False
    then: str = ""
    offer: PipelineStage | None = None
    is_gone: bool = False


def lock_lead(lead_id: str) -> Lead:
    """The active lead, locked until the transaction ends; raises LeadIsGone."""
    lead = lock_leads([lead_id]).get(lead_id)
    if lead is None:
        gone = gone_lead(lead_id)
        raise LeadIsGone(f"{gone.sentence} Nothing was done.", survivor=gone.survivor)
    return lead


def refuse_erased(lead: Lead) -> None:
    """Raise ActionRefused for a lead whose person was erased."""
    if lead.is_erased:
        raise ActionRefused(NOBODY_TO_CONTACT, "person_is_erased")


def row_of_same_form(model: Any, key: str, lead: Lead, **sent: Any) -> Any:
    """The row with this id if the same form was sent before, else None.

    `sent` is what the row has to say by this form, by attribute. Raises ActionRefused
    if it says something else, was undone since, or is about another lead.
    """
    row = model.all_objects.filter(pk=key).first()
    if row is None:
        return None
    if row.lead_id != lead.pk:
        raise ActionRefused("This page is out of date. Reload it and try again.")
    if row.is_deleted:
        raise ActionRefused(f"{ALREADY_SENT} and was undone since. {SEND_AGAIN}")
    if any(getattr(row, name) != value for name, value in sent.items()):
        raise ActionRefused(OTHER_DETAILS)
    return row
