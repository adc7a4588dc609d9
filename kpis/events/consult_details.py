"""Arranging a booked consult: with whom, for what, confirmed, canceled.

The lead is locked by who calls, so that its consult is changed by one person at a time.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from kpis.choices import CancelReason
from kpis.events.bookings import (
    Arrangement,
    Booking,
    booking_of,
    bookings,
    events_of,
    standing_booking,
)
from kpis.events.consult_times import CONSULT_LENGTH
from kpis.events.refusals import ConsultClash, ConsultRefused
from kpis.models import ConsultDetails, KpiEvent, KpiEventQuerySet
from leads.models import Lead
from leads.models.procedure import procedure_name, procedures
from leads.services.actions import ActionResult
from medspa import clock
from medspa.audit.actors import current_actor
from medspa.audit.putting_back import differs, set_back
from medspa.clinic_time import clinic_zone
from medspa.formats import clinic_formats
from medspa.ids import CUID
from medspa.models import User

# What may change of a consult and can be taken back.
CHANGEABLE = (
    "provider",
    "procedure_code",
    "confirmed_at",
    "confirmed_by",
    "canceled_at",
    "cancel_reason",
)
MOST_DIGITS = 19


def providers() -> QuerySet[Any]:
    """Those who work here, with whom a consult can be booked."""
    return provider_model().objects.order_by("name")


def provider_model() -> Any:
    return ConsultDetails._meta.get_field("provider").related_model


def refuse_unknown(arrangement: Arrangement) -> None:
    """Raise ConsultRefused for a provider who is not here, or no procedure of ours."""
    chosen = arrangement.provider_id
    is_id = bool(CUID.fullmatch(chosen))
    if chosen and not (is_id and providers().filter(pk=chosen).exists()):
        raise ConsultRefused("Choose a provider who works here.", "unknown_provider")
    if arrangement.procedure and arrangement.procedure not in procedures():
        raise ConsultRefused("Choose a procedure from the list.", "unknown_procedure")


def refuse_clash(lead: Lead, when: datetime, provider_id: str) -> None:
    """Raise ConsultClash when the provider has another consult at that time; whoever
    has read that may book all the same.

    The provider is locked: of two who book the same time at once the second is told.
    """
    if not provider_id:
        return
    providers = provider_model().objects.select_for_update(no_key=True)
    provider = providers.filter(pk=provider_id).first()
    for other in others_at(when, provider_id, lead.pk)[:1]:
        raise ConsultClash(f"{_double_booked(provider, other)} Nothing was booked yet.")


def others_at(when: datetime, provider_id: str, lead_id: str) -> list[KpiEvent]:
    """The provider's standing consults with other leads that overlap one at `when`."""
    first = when - CONSULT_LENGTH + timedelta(microseconds=1)
    others = _with_others(provider_id, lead_id)
    return list(
        others.planned_between(first, when + CONSULT_LENGTH).select_related("lead")
    )


def times_of_others(
    provider_id: str, lead_id: str, first: datetime, end: datetime
) -> list[datetime]:
    """When the provider has standing consults with other leads."""
    others = _with_others(provider_id, lead_id).planned_between(first, end)
    return list(others.values_list("planned_at", flat=True))


def _with_others(provider_id: str, lead_id: str) -> KpiEventQuerySet:
    bookings = KpiEvent.objects.counting().standing_bookings()
    mine: KpiEventQuerySet = bookings.filter(consult_details__provider=provider_id)
    return mine.exclude(lead=lead_id)


def _double_booked(provider: Any, other: Any) -> str:
    time = clinic_formats().time(other.planned_at.astimezone(clinic_zone()))
    return f"{provider} already has a consult then: {other.lead}, {time}."


def arrange(booking: KpiEvent, arrangement: Arrangement) -> ConsultDetails:
    """Say with whom the booked consult is and for what; the same saves nothing."""
    details = details_of(booking)
    provider_id = arrangement.provider_id or None
    is_same = (details.provider_id, details.procedure_code) == (
        provider_id,
        arrangement.procedure,
    )
    if details._state.adding or not is_same:
        details.provider_id = provider_id
        details.procedure_code = arrangement.procedure
        save_details(details)
    return details


def rearrange(
    lead: Lead, when: datetime, arrangement: Arrangement, *, may_clash: bool = True
) -> ConsultDetails | None:
    """Give the consult of the locked lead at `when` another provider or procedure.

    Its date stays, and with it that it was confirmed. None where the lead has no
    standing consult then. Raises ConsultRefused, and ConsultClash unless it
    `may_clash`.
    """
    last = next(iter(bookings(events_of(lead))), None)
    if last is None or not last.can_change or not _is_at(last, when):
        return None
    refuse_unknown(arrangement)
    is_other = arrangement.provider_id != last.arrangement.provider_id
    if is_other and not may_clash:
        refuse_clash(lead, when, arrangement.provider_id)
    return arrange(last.event, arrangement)


def _is_at(booking: Booking, when: datetime) -> bool:
    """To the minute, as forms take it."""
    planned = booking.scheduled_for
    return planned is not None and planned.replace(second=0, microsecond=0) == when


def confirm(lead: Lead, booking_id: str) -> ConsultDetails:
    """Note that the person will come; a second time changes nothing.

    Raises ConsultRefused when there is no such booking, or it is over, held, missed or
    canceled.
    """
    booking = _coming(lead, booking_id)
    if booking.is_no_show:
        raise ConsultRefused(
            "This consult was marked as no-show. Undo that first, or book a new one.",
            "consult_was_missed",
        )
    details = details_of(booking.event)
    if not details.confirmed_at:
        details.confirmed_at = clock.now()
        details.confirmed_by = current_actor().user
        save_details(details)
    return details


def cancel(lead: Lead, booking_id: str, reason: str) -> ConsultDetails:
    """Cancel a consult until the end of its day: after that it was missed or held.

    Raises ConsultRefused when there is no such booking, it is over, was held or was
    canceled already, or the reason is not on the list.
    """
    details = details_of(_coming(lead, booking_id).event)
    if reason not in CancelReason.values:
        raise ConsultRefused("Choose why the consult is canceled.", "reason_is_missing")
    details.canceled_at, details.cancel_reason = clock.now(), reason
    save_details(details)
    return details


def _coming(lead: Lead, booking_id: str) -> Booking:
    booking = standing_booking(lead, booking_id)
    if booking.is_over:
        raise ConsultRefused(
            "This consult is over. Mark it as showed or no-show.", "consult_is_over"
        )
    return booking


def details_of(booking: KpiEvent) -> ConsultDetails:
    """Those of the booking: new ones where nothing was arranged yet."""
    found = ConsultDetails.objects.filter(booking=booking).first()
    return found or ConsultDetails(booking=booking)


def save_details(details: ConsultDetails) -> None:
    # What they refer to was just looked up.
    details.full_clean(exclude=("booking", "provider", "confirmed_by"))
    details.save()


def last_change(details: ConsultDetails) -> str:
    """The id of the newest history row: what `undo_change` takes back."""
    history: Any = details.history
    newest = history.order_by("-history_id").values_list("history_id", flat=True)
    return str(newest[0])


def undo_change(lead: Lead, record_id: str, person: User) -> ActionResult:
    """Take back one change of a consult: its canceling, confirming or arrangement.

    Raises ConsultRefused where it was changed again since, and for a canceled consult
    after which the lead booked a new one.
    """
    record = _record(lead, record_id)
    if not person.has_perm("kpis.add_kpievent"):
        raise ConsultRefused("You don't have permission to do that.", "not_allowed")
    booking = booking_of(lead, record.booking_id)
    details = details_of(booking.event)
    before = record.prev_record or ConsultDetails()
    names = [name for name in CHANGEABLE if differs(before, record, name)]
    if any(differs(details, record, name) for name in names):
        raise ConsultRefused(
            "This consult was changed since. Nothing was undone.", "changed_since"
        )
    if "canceled_at" in names and record.canceled_at:
        _refuse_second(lead, booking)
    set_back(details, names, before)
    save_details(details)
    provider = str(details.provider or "")
    return ActionResult(f"{change_in_words(details, record, provider)}.")


def _record(lead: Lead, record_id: str) -> Any:
    history: Any = ConsultDetails.history
    is_id = record_id.isdecimal() and len(record_id) < MOST_DIGITS
    found = history.filter(history_id=record_id, booking__lead=lead) if is_id else None
    record = found.first() if found is not None else None
    if record is None:
        raise ConsultRefused("This was already undone.", "already_undone")
    return record


def _refuse_second(lead: Lead, canceled: Booking) -> None:
    later = [
        booking
        for booking in bookings(events_of(lead))
        if booking.event.pk != canceled.event.pk
        and not booking.is_canceled
        and booking.event.occurred_at >= canceled.event.occurred_at
    ]
    if later:
        raise ConsultRefused(
            "A new consult was booked since. Nothing was undone.", "booked_since"
        )


def change_in_words(after: Any, before: Any, provider: str) -> str:
    """What happened between two states of a consult; `provider` is the later's name."""
    words = []
    if bool(after.canceled_at) != bool(before.canceled_at):
        words.append(
            f"Consult canceled: {CancelReason(after.cancel_reason).label}"
            if after.canceled_at
            else "Consult is no longer canceled"
        )
    if bool(after.confirmed_at) != bool(before.confirmed_at):
        words.append(
            "Consult confirmed" if after.confirmed_at else "Consult is not confirmed"
        )
    if after.provider_id != before.provider_id:
        words.append(
            f"Consult is with {provider}"
            if after.provider_id
            else "Consult has no provider"
        )
    if after.procedure_code != before.procedure_code:
        words.append(
            f"Consult is for {procedure_name(after.procedure_code)}"
            if after.procedure_code
            else "Consult has no procedure"
        )
    return ". ".join(words) or "Nothing was changed"
