"""Legal holds: who is kept, placing one and lifting it."""

from datetime import date

from django.db import transaction

from leads.models import Lead
from medspa import clock
from medspa.audit.events import record_event
from medspa.ids import new_id
from medspa.models import User
from medspa.refusals import Refused
from safekeeping.erasure import kinds
from safekeeping.erasure.models import HoldReason, LegalHold
from safekeeping.erasure.person import lead_ids_of


class HoldRefused(Refused):
    """No hold was placed or lifted."""

    code = "hold_refused"


def holds_all_leads() -> bool:
    return LegalHold.objects.in_force().filter(lead=None).exists()


def held_leads() -> list[str]:
    """The leads under a hold of their own, with those merged into one with them."""
    holds = LegalHold.objects.in_force().exclude(lead=None).order_by()
    ids = holds.values_list("lead", flat=True).distinct()
    return sorted({pk for held in ids for pk in lead_ids_of(held)})


@transaction.atomic
def place_hold(
    person: User,
    reason: str,
    lead_id: str = "",
    until_on: date | None = None,
    hold_id: str = "",
) -> LegalHold:
    """Keep a lead, or all leads without a `lead_id`.

    Raises HoldRefused, also for a `hold_id` that is taken, and ValidationError.
    """
    if LegalHold.objects.filter(pk=hold_id).exists():
        raise HoldRefused("This hold was already placed.")
    lead = None
    if lead_id:
        rows = Lead.all_objects.select_for_update(no_key=True)
        lead = rows.filter(pk=lead_id).first()
        if lead is None:
            raise HoldRefused("This lead doesn't exist. No hold was placed.")
    hold = LegalHold(
        id=hold_id or new_id(),
        lead=lead,
        reason=reason,
        until_on=until_on,
        placed_by=person,
    )
    hold.full_clean()
    hold.save()
    record_event(
        kinds.HOLD_PLACED,
        by=person,
        subject=lead,
        details=kinds.HoldDetails(reason=HoldReason(reason)),
    )
    return hold


@transaction.atomic
def lift_hold(hold_id: str, person: User) -> LegalHold:
    rows = LegalHold.objects.select_for_update(of=("self",)).select_related("lead")
    hold: LegalHold | None = rows.filter(pk=hold_id).first()
    if hold is None:
        raise HoldRefused("This hold doesn't exist.")
    if hold.lifted_at:
        raise HoldRefused("This hold was already lifted.")
    hold.lifted_at, hold.lifted_by = clock.now(), person
    hold.save()
    record_event(
        kinds.HOLD_LIFTED,
        by=person,
        subject=hold.lead,
        details=kinds.HoldDetails(reason=HoldReason(hold.reason)),
    )
    return hold
