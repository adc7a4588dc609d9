"""Logging that somebody got in touch with a lead, and who must not be contacted."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from leads.choices import ActivityType, CallOutcome, MessageOutcome
from leads.models import Activity, Lead
from leads.services.actions import ActionRefused, refuse_erased
from leads.touches import TOUCH_TYPES
from medspa import clock
from medspa.audit.actors import current_actor
from medspa.audit.writing import create_with_history
from medspa.clock import CLOCK_SKEW
from medspa.ids import new_id

# The outcomes that a touch of each type can have.
OUTCOMES: dict[str, list[tuple[str, Any]]] = {
    each.value: (CallOutcome if each == ActivityType.CALL else MessageOutcome).choices
    for each in TOUCH_TYPES
}


@transaction.atomic
def log_contact(
    lead: Lead,
    type: str,
    outcome: str = "",
    *,
    at: datetime | None = None,
    key: str = "",
) -> Activity:
    """Record a call, text or email with its outcome from the closed list.

    `key` is the id of the new row, where the caller has to know it.

    Raises ValidationError for an outcome that the list does not have, and
    ValueError for a type that is no touch, and ActionRefused for somebody erased and
    for a moment in the future.
    """
    refuse_erased(lead)
    if at and at > clock.now() + CLOCK_SKEW:
        raise ActionRefused("An activity can't be in the future.", "in_the_future")
    if type not in OUTCOMES:
        raise ValueError(f"{type} isn't a way to contact a lead.")
    activity = Activity(
        id=key or new_id(),
        lead=lead,
        type=type,
        payload_json={"outcome": outcome} if outcome else {},
        created_by=current_actor().user,
        created_at=at or clock.now(),
    )
    create_with_history(Activity, [activity])
    return activity


@dataclass(frozen=True)
class SubmittedForm:
    """A form that a lead, by its id, filled in; `form` is its slug or empty."""

    lead_id: str
    submitted_at: datetime
    form: str = ""


def log_forms(forms: Iterable[SubmittedForm]) -> list[Activity]:
    """Record submitted forms, by two statements for any number."""
    rows = [
        Activity(
            lead_id=submitted.lead_id,
            type=ActivityType.FORM_SUBMIT,
            payload_json={"form": submitted.form} if submitted.form else {},
            created_at=submitted.submitted_at,
        )
        for submitted in forms
    ]
    create_with_history(Activity, rows)
    return rows


# Who asked not to be contacted, here or in another system. The stricter of both sides
# counts, so other systems only ever set the mark; a person takes it away. Contact data
# stays, since it recognizes the lead.


def stop_contact(lead: Lead, at: datetime | None = None) -> bool:
    """Mark the locked lead; False if it was marked before, which keeps its moment."""
    refuse_erased(lead)
    if lead.do_not_contact_at is not None:
        return False
    lead.do_not_contact_at = at or clock.now()
    lead.save(update_fields=["do_not_contact_at", "updated_at"])
    return True


def allow_contact(lead: Lead) -> bool:
    """Take the mark away; False if there was none."""
    if lead.do_not_contact_at is None:
        return False
    lead.do_not_contact_at = None
    lead.save(update_fields=["do_not_contact_at", "updated_at"])
    return True
