"""The consults of today and later, as they are said wherever their lead is."""

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import cache

from django.db.models import F

from kpis.events.bookings import Booking
from kpis.events.follow_ups import followed_up_at, is_no_show
from kpis.models import ConsultDetails, KpiEvent
from kpis.models.event import planned_texts
from medspa.clinic_time import clinic_today, clinic_zone, local_date, start_of_day
from medspa.formats import clinic_formats
from medspa.postgres.written_query import Given, WrittenRows, is_one_of


def consult_in_words(booking: Booking, now: datetime) -> str:
    """`Consult today 11:00 AM with Dr. Ode, confirmed`, `No-show Fri, Nov 27, …`."""
    if booking.scheduled_for is None:
        return f"Consult booked without a date{_arranged_in_words(booking.details)}"
    words = _day_in_words(booking.scheduled_for, now, booking.is_no_show)
    return f"{words}{_arranged_in_words(booking.details, booking.is_no_show)}"


def _arranged_in_words(details: ConsultDetails | None, is_missed: bool = False) -> str:
    """` with Dr. Ode, confirmed`; empty where nothing was arranged."""
    if details is None:
        return ""
    provider = str(details.provider) if details.provider_id else ""
    return _with(provider, details.is_confirmed and not is_missed)


def _with(provider: str | None, is_confirmed: bool) -> str:
    words = f" with {provider}" if provider else ""
    return f"{words}{', confirmed' if is_confirmed else ''}"


def _day_in_words(when: datetime, now: datetime, is_missed: bool) -> str:
    verb = "Consult was" if when < now else "Consult"
    if is_missed:
        verb = "No-show"
    day, today = local_date(when, clinic_zone()), clinic_today(now)
    near = {today: "today", today + timedelta(days=1): "tomorrow"}
    if day not in near:
        return f"{verb} {clinic_formats().moment(when, now)}"
    time = clinic_formats().time(when.astimezone(clinic_zone()))
    return f"{verb} {near[day]} {time}"


def consult_notes(lead_ids: Collection[str], now: datetime) -> dict[str, str]:
    """Lead id → its consult of today or later, not held and not canceled; one query."""
    begins = start_of_day(clinic_today(now), clinic_zone())
    from_text, _ = planned_texts(begins, begins)
    notes: dict[str, str] = {}
    # The newest booking of a lead comes first, and is the one that holds.
    for row in _coming().read(ids=[*lead_ids], begins=begins, from_text=from_text):
        is_missed = is_no_show(row["planned_at"], row["followed_up_at"])
        words = _day_in_words(row["planned_at"], now, is_missed)
        is_confirmed = row["confirmed_at"] is not None and not is_missed
        with_whom = _with(row["provider"], is_confirmed)
        notes.setdefault(row["lead_id"], f"{words}{with_whom}")
    return notes


@cache
def _coming() -> WrittenRows:
    """The standing consults of leads from a moment on, the newest booking first."""
    bookings = KpiEvent.objects.standing_bookings().filter(
        is_one_of("lead", Given("ids"))
    )
    return WrittenRows(
        bookings.planned_from(Given("begins"), Given("from_text"))
        .with_is_held()
        .filter(is_held=False)
        .order_by("-occurred_at", "-pk")
        .values(
            "lead_id",
            "planned_at",
            provider=F("consult_details__provider__name"),
            confirmed_at=F("consult_details__confirmed_at"),
            followed_up_at=followed_up_at(),
        )
    )
