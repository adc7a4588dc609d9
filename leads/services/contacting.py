"""Noting that somebody got in touch with a lead."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from leads.choices import ActivityType, CallOutcome, MessageOutcome
from leads.models import Activity, Lead
from medspa.audit.actors import current_actor
from medspa.ids import new_id

OUTCOMES: dict[str, list[tuple[str, str]]] = {
    ActivityType.CALL.value: CallOutcome.choices,
    ActivityType.SMS_SENT.value: MessageOutcome.choices,
    ActivityType.EMAIL_SENT.value: MessageOutcome.choices,
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
    """Record a call, text or e-mail with its outcome from the closed list.

    `key` is the id of the row, where the caller must know it beforehand.

    Raises ValidationError for an outcome that the list does not have, and
    ValueError for a type that is no contact.
    """
    if type not in OUTCOMES:
        raise ValueError(f"{type} is not a way to get in touch.")
    return Activity.objects.create(
        id=key or new_id(),
        lead=lead,
        type=type,
        payload_json={"outcome": outcome} if outcome else {},
        created_by=current_actor().user,
        created_at=at or timezone.now(),
    )
