"""The consults of today and later, as they are said wherever their lead is."""

from collections.abc import Collection
from datetime import datetime, timedelta

from kpis.choices import Kind
from kpis.events.bookings import bookings
from kpis.models import ConsultDetails, KpiEvent
from medspa.clinic_time import clinic_today, clinic_zone, local_date, start_of_day
from medspa.formats import clinic_formats
from medspa.templatetags.clinic import moment


def consult_in_words(
    when: datetime, now: datetime, details: ConsultDetails | None = None
) -> str:
    """`Consult today 11:00 AM with Dr. Ode, confirmed`, `Consult Fri, Nov 27, …`."""
    return f"{_day_in_words(when, now)}{arranged_in_words(details)}"


def arranged_in_words(details: ConsultDetails | None) -> str:
    """` with Dr. Ode, confirmed`; empty where nothing was arranged."""
    if details is None:
        return ""
    provider = f" with {details.provider}" if details.provider_id else ""
    return f"{provider}{', confirmed' if details.is_confirmed else ''}"


def _day_in_words(when: datetime, now: datetime) -> str:
    verb = "Consult was" if when < now else "Consult"
    day, today = local_date(when, clinic_zone()), clinic_today(now)
    near = {today: "today", today + timedelta(days=1): "tomorrow"}
    if day not in near:
        return f"{verb} {moment(when)}"
    time = clinic_formats().time(when.astimezone(clinic_zone()))
    return f"{verb} {near[day]} {time}"


def consult_notes(lead_ids: Collection[str], now: datetime) -> dict[str, str]:
    """Lead id → its consult of today or later, not held and not canceled; one query."""
    events = KpiEvent.objects.with_details().filter(
        lead__in=lead_ids, kind__in=(Kind.CONSULT_BOOKED, Kind.CONSULT_SHOW)
    )
    begins = start_of_day(clinic_today(now), clinic_zone())
    notes: dict[str, str] = {}
    # The newest booking of a lead comes first, and is the one that holds.
    for booking in bookings(list(events)):
        when, lead_id = booking.scheduled_for, str(booking.event.lead_id)
        if when and when >= begins and booking.stands:
            words = consult_in_words(when, now, booking.details)
            notes.setdefault(lead_id, words)
    return notes
