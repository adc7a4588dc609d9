"""The consults of some days, read by one query however many there are."""

from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import CharField, DateTimeField
from django.db.models.expressions import RawSQL

from kpis.calendar.days import ShownDays
from kpis.calendar.layout import CalendarConsult
from kpis.events.consult_times import CONSULT_LENGTH
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
)
# Day after day, so that the days after the last consult that is shown are not read: of
# a week with 3,600 consults they took 25 ms.
CONSULTS_OF_DAYS = """
SELECT of_day.* FROM unnest(
    %s::timestamptz[], %s::timestamptz[], %s::text[], %s::text[]
) AS day (first, "end", from_text, to_text)
CROSS JOIN LATERAL ({bookings}) of_day
LIMIT {most}
"""


def read_consults(
    shown: ShownDays, provider: str, now: datetime, most: int
) -> list[CalendarConsult]:
    """The first standing consults, in the order of their times."""
    zone = clinic_zone()
    ranges = [day_range(day, day, zone) for day in shown.each]
    bounds = [(*both, *planned_texts(*both)) for both in ranges]
    bookings, parameters = _of_the_day(provider, most).query.sql_with_params()
    sql = CONSULTS_OF_DAYS.format(bookings=bookings, most=most)
    with connection.cursor() as cursor:
        cursor.execute(sql, [*map(list, zip(*bounds, strict=True)), *parameters])
        return [_consult(row, now) for row in cursor.fetchall()]


def _of_the_day(provider: str, most: int) -> Any:
    bookings = KpiEvent.objects.counting().standing_bookings()
    if provider == NO_PROVIDER:
        bookings = bookings.filter(consult_details__provider=None)
    elif provider:
        bookings = bookings.filter(consult_details__provider=provider)
    return (
        bookings.planned_within(
            RawSQL("day.first", (), DateTimeField()),
            RawSQL('day."end"', (), DateTimeField()),
            RawSQL("day.from_text", (), CharField()),
            RawSQL("day.to_text", (), CharField()),
        )
        .with_is_held()
        .values_list(*COLUMNS)[:most]
    )


def _consult(row: tuple[Any, ...], now: datetime) -> CalendarConsult:
    lead_id, name, at, provider_id, provider, procedure, confirmed_at, is_held = row
    zone = clinic_zone()
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
        ends <= now,
    )
