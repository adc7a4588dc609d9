"""The consults of some days, read by one query however many there are."""

from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import CharField, DateTimeField
from django.db.models.expressions import RawSQL

from kpis.calendar.days import ShownDays
from kpis.calendar.layout import CalendarConsult
from kpis.choices import Kind
from kpis.events.consult_times import CONSULT_LENGTH
from kpis.events.follow_ups import followed_up_at, is_no_show
from kpis.models import KpiEvent
from kpis.models.event import planned_texts
from leads.models.procedure import procedure_name
from medspa.clinic_time import clinic_zone, day_range

# The provider of a consult without one, in the address.
NO_PROVIDER = "none"
COLUMNS = (
    "lead_id",
    "lead__first_name",
    "planned_at",
    "consult_details__provider",
    "consult_details__provider__name",
    "consult_details__procedure_code",
    "consult_details__confirmed_at",
    "is_held",
    "followed_up_at",
)
# Day after day and consult after consult, so that nothing is read of those after the
# last that is shown: of a week with 3,600 consults that took 45 ms.
CONSULTS_OF_DAYS = """
SELECT consult.* FROM unnest(
    %s::timestamptz[], %s::timestamptz[], %s::text[], %s::text[]
) AS day (first, "end", from_text, to_text)
CROSS JOIN LATERAL ({bookings}) booking (id)
CROSS JOIN LATERAL ({consult}) consult
LIMIT {most}
"""


def read_consults(
    shown: ShownDays, provider: str, now: datetime, most: int
) -> list[CalendarConsult]:
    """The first standing consults, in the order of their times."""
    zone = clinic_zone()
    ranges = [day_range(day, day, zone) for day in shown.each]
    bounds = [(*both, *planned_texts(*both)) for both in ranges]
    query, more = _written(provider, most)
    with connection.cursor() as cursor:
        cursor.execute(query, [*map(list, zip(*bounds, strict=True)), *more])
        return [_consult(row, now, zone) for row in cursor.fetchall()]


@lru_cache(maxsize=64)
def _written(provider: str, most: int) -> tuple[str, tuple[Any, ...]]:
    """The query and its last parameters: writing it takes Django 3 ms."""
    bookings, of_days = _of_the_day().query.sql_with_params()
    consult, of_consult = _standing(provider).query.sql_with_params()
    query = CONSULTS_OF_DAYS.format(bookings=bookings, consult=consult, most=most)
    return query, (*of_days, *of_consult)


def _of_the_day() -> Any:
    """The ids of all bookings for the day, in the order of their times."""
    bookings = KpiEvent.objects.filter(kind=Kind.CONSULT_BOOKED, lead__isnull=False)
    return bookings.planned_within(
        RawSQL("day.first", (), DateTimeField()),
        RawSQL('day."end"', (), DateTimeField()),
        RawSQL("day.from_text", (), CharField()),
        RawSQL("day.to_text", (), CharField()),
    ).values_list("pk")


def _standing(provider: str) -> Any:
    """The booking as it is shown, or nothing if it is canceled or another's."""
    bookings = KpiEvent.objects.counting().standing_bookings()
    if provider == NO_PROVIDER:
        bookings = bookings.filter(consult_details__provider=None)
    elif provider:
        bookings = bookings.filter(consult_details__provider=provider)
    one = bookings.filter(pk=RawSQL("booking.id", ()))
    one = one.with_planned_at().with_is_held().order_by()
    one = one.annotate(followed_up_at=followed_up_at())
    return one.values_list(*COLUMNS)[:1]


def _consult(row: tuple[Any, ...], now: datetime, zone: ZoneInfo) -> CalendarConsult:
    lead_id, name, at, provider_id, provider, procedure, confirmed_at, *state = row
    is_held, followed_up = state
    ends = at + CONSULT_LENGTH
    return CalendarConsult(
        lead_id,
        name,
        at.astimezone(zone),
        ends.astimezone(zone),
        provider_id or "",
        provider or "",
        procedure_name(procedure or ""),
        confirmed_at is not None,
        is_held,
        not is_held and is_no_show(at, followed_up),
        ends <= now,
    )
