"""Reading the sums: whole months where a range holds them, days at its ends.

Each function answers one of the questions of `kpis.queries` (counts, durations, trend)
from what is kept; `is_kept` says whether that is possible just now.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.db import connection

from kpis.metrics.definitions import MATURITIES
from kpis.period import Period, Window
from kpis.rollups.dimensions import HOURS, SLICES, Family
from kpis.rollups.rebuilding import rebuild
from kpis.rollups.refresh import fold
from leads.models import Lead
from medspa.clinic_time import clinic_zone

# A clinic of this size gets its sums from the first page that asks.
SMALL = 5_000
STATE = """
SELECT (SELECT zone FROM kpis_kept), EXISTS (SELECT FROM kpis_changed),
    EXISTS (SELECT FROM kpis_kpievent WHERE occurred_at > %(as_of)s)
"""
ONCE = {
    "consult_booked": "booked_leads",
    "consult_show": "shown_leads",
    "invoice_paid": "paying_leads",
}


class Trust(NamedTuple):
    """Whether the sums can answer; `follows` also for leads followed up to `as_of`."""

    is_kept: bool
    follows: bool


def is_kept(window: Window, *, follows: bool = False) -> bool:
    """Whether the sums, brought up to date now, can answer for `window`.

    `follows`: the question follows leads up to the window's `as_of`; then nothing may
    have happened later.
    """
    trust = trusted(window)
    return trust.follows if follows else trust.is_kept


def trusted(window: Window) -> Trust:
    """The same for both kinds of questions at once."""
    zone, is_noted, is_later = _state(window)
    if window.zone != clinic_zone():
        return Trust(is_kept=False, follows=False)
    if zone != window.zone.key:
        kept = _made_for_a_small_clinic(window.zone.key)
    else:
        kept = not is_noted or fold(zone)
    return Trust(kept, kept and not is_later)


def is_behind(window: Window) -> bool:
    """Whether something was noted that is not in the sums yet."""
    return _state(window)[1]


def _state(window: Window) -> tuple[str | None, bool, bool]:
    """The zone of the sums; is anything noted; happened anything after `as_of`."""
    with connection.cursor() as cursor:
        cursor.execute(STATE, {"as_of": window.as_of})
        return cursor.fetchone()


def _made_for_a_small_clinic(zone: str) -> bool:
    if Lead.all_objects.order_by()[SMALL : SMALL + 1].exists():
        return False
    rebuild(zone)
    return True


@dataclass(frozen=True)
class Parts:
    """A range as whole months and the days around them; `months` may be None."""

    whole: Period
    months: Period | None
    family: Family = SLICES

    @classmethod
    def of(cls, period: Period, family: Family = SLICES) -> "Parts":
        first = _month_from(period.first)
        last = (period.last + timedelta(days=1)).replace(day=1) - timedelta(days=1)
        return cls(period, Period(first, last) if first < last else None, family)

    @property
    def sums(self) -> str:
        """The condition that picks the rows of a table of sums."""
        if self.months is None:
            return "span = %(d)s AND day BETWEEN %(first)s AND %(last)s"
        return (
            "(span = %(m)s AND day BETWEEN %(first_month)s AND %(last_month)s"
            " OR span = %(d)s AND day BETWEEN %(first)s AND %(first_month)s::date - 1"
            " OR span = %(d)s AND day BETWEEN %(last_month)s::date + 1 AND %(last)s)"
        )

    @property
    def repeats(self) -> str:
        """The repeats both of whose days lie in the range."""
        if self.months is None:
            return "span = %(d)s AND earlier >= %(first)s AND day <= %(last)s"
        return (
            "(span = %(m)s AND earlier >= %(first_month)s AND day <= %(last_month)s"
            " OR span = %(d)s AND earlier >= %(first)s AND earlier < %(first_month)s"
            " AND day <= %(last)s"
            " OR span = %(d)s AND earlier >= %(first_month)s"
            " AND day > %(last_month)s AND day <= %(last)s)"
        )

    @property
    def bound(self) -> dict[str, date | str]:
        bound: dict[str, date | str] = {
            "first": self.whole.first,
            "last": self.whole.last,
            "d": self.family.day,
            "m": self.family.month,
        }
        if self.months:
            bound |= {
                "first_month": self.months.first,
                "last_month": self.months.last,
            }
        return bound

    def ask(self, sql: str, **parameters: Any) -> list[dict[str, Any]]:
        with connection.cursor() as cursor:
            cursor.execute(sql, self.bound | parameters)
            names = [column.name for column in cursor.description or ()]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _month_from(day: date) -> date:
    """The first month that begins on or after `day`."""
    return (
        day
        if day.day == 1
        else (day.replace(day=28) + timedelta(days=4)).replace(day=1)
    )


SLICED = (
    "nullif(campaign, '') AS campaign_id, nullif(source, '') AS source,"
    " nullif(procedure, '') AS procedure_code"
)
# Where nobody reads the slices: a campaign's share and the rest.
WHOLE = (
    "CASE WHEN campaign <> '' THEN 'any' END AS campaign_id,"
    " NULL::text AS source, NULL::text AS procedure_code"
)
PERIOD_SUMS = """
SELECT {place}, sum(leads)::bigint AS leads, sum(ad_clicks)::bigint AS ad_clicks,
    sum(booked_events)::bigint AS booked_events,
    sum(booked_days)::bigint AS booked_leads,
    sum(show_events)::bigint AS show_events, sum(shown_days)::bigint AS shown_leads,
    sum(paid_invoices)::bigint AS paid_invoices,
    sum(paid_days)::bigint AS paying_leads,
    sum(new_customers)::bigint AS new_customers,
    sum(gross_cents)::bigint AS gross_collected_cents,
    sum(refunds_cents)::bigint AS refunds_cents
FROM kpis_daysum WHERE {sums} GROUP BY 1, 2, 3
"""
REPEATS = """
SELECT {place}, kind, sum(n)::bigint AS n
FROM kpis_repeat WHERE {repeats} GROUP BY 1, 2, 3, 4
"""
LEAD_SUMS = """
SELECT {place}, sum(leads)::bigint AS leads
FROM kpis_daysum WHERE {sums} GROUP BY 1, 2, 3
"""
COHORT_SUMS = """
SELECT {place}, sum(leads)::bigint AS leads,
    sum(cohort_booked_events)::bigint AS booked_events,
    sum(cohort_booked_leads)::bigint AS booked_leads,
    sum(cohort_show_events)::bigint AS show_events,
    sum(cohort_shown_leads)::bigint AS shown_leads,
    sum(cohort_shown_and_won)::bigint AS shown_and_won,
    sum(cohort_paid_invoices)::bigint AS paid_invoices,
    sum(cohort_paying_leads)::bigint AS paying_leads,
    sum(cohort_paying_leads)::bigint AS new_customers,
    sum(cohort_gross_cents)::bigint AS gross_collected_cents,
    sum(cohort_refunds_cents)::bigint AS refunds_cents
FROM kpis_daysum WHERE {sums} GROUP BY 1, 2, 3
"""


def period_rows(
    period: Period, family: Family = SLICES, place: str = SLICED
) -> list[dict[str, Any]]:
    """Sums and, to be added to them, what was counted more than once (negative)."""
    parts = Parts.of(period, family)
    rows = parts.ask(PERIOD_SUMS.format(place=place, sums=parts.sums))
    for row in parts.ask(REPEATS.format(place=place, repeats=parts.repeats)):
        row[ONCE[row.pop("kind")]] = -row.pop("n")
        rows.append(row)
    return rows


def lead_rows(
    period: Period, family: Family = SLICES, place: str = SLICED
) -> list[dict[str, Any]]:
    """The number of leads created on these days, by slice."""
    parts = Parts.of(period, family)
    return parts.ask(LEAD_SUMS.format(place=place, sums=parts.sums))


def cohort_rows(
    period: Period, family: Family = SLICES, place: str = SLICED
) -> list[dict[str, Any]]:
    parts = Parts.of(period, family)
    return parts.ask(COHORT_SUMS.format(place=place, sums=parts.sums))


TREND_SUMS = """
SELECT {step} AS day, sum(leads)::bigint AS leads, sum(booked_days)::bigint AS booked,
    sum(gross_cents - refunds_cents)::bigint AS cents
FROM kpis_daysum WHERE {sums} GROUP BY 1
"""
TREND_REPEATS = """
SELECT {step} AS day, sum(n)::bigint AS again
FROM kpis_repeat WHERE {repeats} AND kind = 'consult_booked' GROUP BY 1
"""
BY_MONTH = "date_trunc('month', day::timestamp)::date"


def trend_rows(period: Period, *, by_month: bool) -> list[dict[str, Any]]:
    """By day or month; who books twice counts on the first day of the range."""
    parts = Parts.of(period) if by_month else Parts(period, None)
    step = BY_MONTH if by_month else "day"
    asked = parts.ask(TREND_REPEATS.format(step=step, repeats=parts.repeats))
    again = {row["day"]: row["again"] for row in asked}
    return [
        {
            "day": row["day"],
            "leads": row["leads"],
            "booked_leads": row["booked"] - again.get(row["day"], 0),
            "net_revenue_cents": row["cents"],
        }
        for row in parts.ask(TREND_SUMS.format(step=step, sums=parts.sums))
    ]


DUE_SUMS = """
SELECT coalesce(sum(due), 0)::bigint AS due, coalesce(sum(held), 0)::bigint AS held
FROM kpis_daysum WHERE {sums}
"""


def due_row(period: Period) -> dict[str, int]:
    """Consults planned for these days, whether or not their hour has come."""
    parts = Parts.of(period)
    return parts.ask(DUE_SUMS.format(sums=parts.sums))[0]


MONTH_SUMS = f"""
SELECT {BY_MONTH} AS month, sum(leads)::bigint AS leads,
    sum(cohort_paying_leads)::bigint AS new_customers,
    sum(cohort_gross_cents - cohort_refunds_cents)::bigint AS net_revenue_cents,
    {
    ", ".join(
        f"sum(cohort_{days}_cents)::bigint AS revenue_{days}_cents"
        for days in MATURITIES
    )
}
FROM kpis_daysum WHERE {{sums}} GROUP BY 1
"""  # noqa: S608  (no input)


def month_rows(period: Period) -> list[dict[str, Any]]:
    """What came of the leads, by the month in which they were created."""
    parts = Parts.of(period)
    return parts.ask(MONTH_SUMS.format(sums=parts.sums))


HOUR_SUMS = """
SELECT campaign AS hour, sum(leads)::bigint AS leads,
    sum(cohort_any_contacted)::bigint AS contacted,
    sum(cohort_any_within)::bigint AS within_5min
FROM kpis_daysum WHERE {sums} GROUP BY 1 HAVING sum(leads) <> 0 ORDER BY 1
"""


def hour_rows(period: Period) -> list[dict[str, Any]]:
    """Leads and first contacts by the hour of the week in which they came."""
    parts = Parts.of(period, HOURS)
    return parts.ask(HOUR_SUMS.format(sums=parts.sums))
