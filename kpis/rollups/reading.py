"""Reading the rollups: whole months where a range holds them, days at its ends.

Each function answers one of the questions of `kpis.queries`; `freshness` says whether
the rollups can answer just now. How fast leads were answered: `response_times`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import connection

from kpis.choices import Kind
from kpis.metrics.definitions import MATURITIES
from kpis.metrics.sql import query
from kpis.models.rollup import ROLLUP_LAYOUT, Dimension
from kpis.period import Period, Window
from kpis.rollups.medians import Buckets, Counted, between, middle
from kpis.rollups.rebuild import rebuild_rollups
from kpis.rollups.refresh import refresh_rollups
from leads.models import Lead
from medspa.clinic_time import clinic_zone
from medspa.months import first_whole_month, last_day, last_whole_month

# A clinic of this size gets its rollups from the first page that asks.
SMALL_CLINIC = 5_000
# A lead with events of such a kind on several days of a range counts once.
COUNTED_ONCE = {
    Kind.CONSULT_BOOKED.value: "booked_leads",
    Kind.CONSULT_SHOW.value: "shown_leads",
    Kind.INVOICE_PAID.value: "paying_leads",
}


class RollupStatus(NamedTuple):
    """For which zone the rollups were built and when; the clinic's zone by now, which
    may have changed since this request began; is anything dirty; did anything happen
    after the window's `as_of`."""

    zone: str | None
    built_at: datetime | None
    clinic_zone: str
    is_dirty: bool
    is_later: bool


class Freshness(NamedTuple):
    """Whether the rollups, brought up to date now, can answer.

    `for_period`: what happened in a range. `for_cohort`: what came of the leads of a
    range up to `as_of`; then nothing may have happened later. `built_at` tells whether
    they have been built anew since.
    """

    for_period: bool
    for_cohort: bool
    built_at: datetime | None = None


ROWS_ONLY = Freshness(for_period=False, for_cohort=False)
# Every lead is assigned to one person or to nobody, and there are fewer people than
# slices: what is asked of the whole clinic, clicks apart, is summed up over them.
WHOLE = Dimension.ASSIGNED


def freshness(window: Window) -> Freshness:
    """Refreshes the rollups if anything is dirty, so it may write."""
    status, asked = _status(window), window.zone.key
    if asked != clinic_zone().key or asked != status.clinic_zone:
        return ROWS_ONLY
    if status.zone != asked:
        is_fresh = _built_for_a_small_clinic(asked)
        status = _status(window)
    else:
        is_fresh = not status.is_dirty or refresh_rollups(asked)
    return Freshness(is_fresh, is_fresh and not status.is_later, status.built_at)


def was_rebuilt(window: Window, since: Freshness) -> bool:
    """Whether what was read by `since` may be of two builds, so of no moment at all."""
    return since.for_period and _status(window).built_at != since.built_at


def is_fresh(window: Window) -> bool:
    """Whether the rollups can say what happened in the window."""
    return freshness(window).for_period


def is_behind(window: Window) -> bool:
    """Whether something is dirty that is not in the rollups yet."""
    return _status(window).is_dirty


def _status(window: Window) -> RollupStatus:
    with connection.cursor() as cursor:
        cursor.execute(
            query("reading", "state"), {"as_of": window.as_of, "layout": ROLLUP_LAYOUT}
        )
        return RollupStatus(*cursor.fetchone())


def _built_for_a_small_clinic(zone: str) -> bool:
    if connection.settings_dict.get("IS_POOLED"):
        # A rebuild holds a lock over several transactions, which needs a session of its
        # own: the worker has one.
        return False
    if Lead.all_objects.order_by()[SMALL_CLINIC : SMALL_CLINIC + 1].exists():
        return False
    rebuild_rollups(zone)
    return True


@dataclass(frozen=True)
class RollupRange:
    """A range as whole months and the days around them; `months` may be None."""

    whole: Period
    months: Period | None
    dimension: Dimension = Dimension.SLICE

    @classmethod
    def of(
        cls, period: Period, dimension: Dimension = Dimension.SLICE
    ) -> "RollupRange":
        first = first_whole_month(period.first)
        last = last_day(last_whole_month(period.last))
        return cls(period, Period(first, last) if first < last else None, dimension)

    @property
    def waits(self) -> str:
        """The condition that picks rows of a table without dimensions."""
        return self._sums("")

    @property
    def sums(self) -> str:
        """The condition that picks rows of the dimension."""
        return self._sums("dimension = %(dimension)s AND ")

    def _sums(self, of: str) -> str:
        day, month = f"{of}granularity = 'day'", f"{of}granularity = 'month'"
        if self.months is None:
            return f"{day} AND day BETWEEN %(first)s AND %(last)s"
        return (
            f"({month} AND day BETWEEN %(first_month)s AND %(last_month)s"
            f" OR {day} AND day BETWEEN %(first)s AND %(first_month)s::date - 1"
            f" OR {day} AND day BETWEEN %(last_month)s::date + 1 AND %(last)s)"
        )

    @property
    def repeats(self) -> str:
        """The repeats both of whose days lie in the range.

        `earlier` is before `day`; the index wants to be told of both ends.
        """
        day, month = (
            f"dimension = %(dimension)s AND granularity = '{granularity}'"
            for granularity in ("day", "month")
        )
        if self.months is None:
            return (
                f"{day} AND day BETWEEN %(first)s AND %(last)s AND earlier >= %(first)s"
            )
        return (
            f"({month} AND day BETWEEN %(first_month)s AND %(last_month)s"
            " AND earlier >= %(first_month)s"
            f" OR {day} AND earlier >= %(first)s AND earlier < %(first_month)s"
            " AND day BETWEEN %(first)s AND %(last)s"
            f" OR {day} AND earlier >= %(first_month)s"
            " AND day > %(last_month)s AND day <= %(last)s)"
        )

    @property
    def bound(self) -> dict[str, date | str]:
        bound: dict[str, date | str] = {
            "first": self.whole.first,
            "last": self.whole.last,
            "dimension": self.dimension.value,
        }
        if self.months:
            bound |= {
                "first_month": self.months.first,
                "last_month": self.months.last,
            }
        return bound

    def medians(
        self,
        kind: Buckets,
        counted: Mapping[str, Counted],
        sums: str,
        of_key: str,
        values: str,
        **parameters: Any,
    ) -> dict[str, float | None]:
        """By key; `sums` is a table with its condition, and `of_key` narrows it.

        `values` reads the values of a narrow bucket in their order. Raises
        ValuesChanged.
        """
        asked = [
            (key, bucket, kind.wide_end(bucket), skip, many)
            for key in counted
            for bucket, skip, many in middle(counted[key])
        ]
        found: dict[str, list[float]] = {key: [] for key in counted}
        if asked:
            names = ("keys", "lows", "highs", "skips", "counts")
            sql = query(
                "reading",
                "middle_values",
                sums=sums,
                digits=kind.narrow,
                of_key=of_key,
                values=values,
            )
            lists = dict(zip(names, map(list, zip(*asked, strict=True)), strict=True))
            for row in self.ask(sql, **lists, **parameters):
                found[row["key"]].append(row["seconds"])
        return {key: between(found[key], counted[key]) for key in counted}

    def ask(self, sql: str, **parameters: Any) -> list[dict[str, Any]]:
        return _rows(sql, self.bound | parameters)


def _rows(sql: str, bound: dict[str, Any]) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, bound)
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


BY_SLICE = (
    "nullif(campaign, '') AS campaign_id, nullif(source, '') AS source,"
    " nullif(procedure, '') AS procedure_code"
)
# Where nobody reads the slices: what has a campaign, and the rest.
BY_ATTRIBUTION = (
    "CASE WHEN campaign <> '' THEN 'any' END AS campaign_id,"
    " NULL::text AS source, NULL::text AS procedure_code"
)
BY_NOTHING = (
    "NULL::text AS campaign_id, NULL::text AS source, NULL::text AS procedure_code"
)
BY_KEY = "nullif(key, '') AS key, NULL::text AS source, NULL::text AS procedure_code"
BY_MONTH = "day, NULL::text AS source, NULL::text AS procedure_code"
# The months of one campaign.
OF_CAMPAIGN = (
    "dimension = 'slice' AND granularity = 'month' AND campaign = %(campaign)s"
    " AND day BETWEEN %(first)s AND %(last)s"
)
MONTH_OF_DAY = "date_trunc('month', day::timestamp)::date"


def _measures(**columns: str) -> str:
    return ", ".join(
        f"sum({column})::bigint AS {measure}" for measure, column in columns.items()
    )


# Measure → column. A lead counts on each day anew: repeats have to be taken away.
PERIOD_MEASURES = _measures(
    leads="leads",
    ad_clicks="ad_clicks",
    booked_events="booked_events",
    booked_leads="booked_days",
    show_events="show_events",
    shown_leads="shown_days",
    paid_invoices="paid_invoices",
    paying_leads="paid_days",
    new_customers="new_customers",
    gross_collected_cents="gross_cents",
    refunds_cents="refunds_cents",
)
LEADS = _measures(leads="leads")
COHORT_MEASURES = _measures(
    leads="leads",
    booked_events="cohort_booked_events",
    booked_leads="cohort_booked_leads",
    show_events="cohort_show_events",
    shown_leads="cohort_shown_leads",
    shown_and_won="cohort_shown_and_won",
    paid_invoices="cohort_paid_invoices",
    paying_leads="cohort_paying_leads",
    new_customers="cohort_paying_leads",
    gross_collected_cents="cohort_gross_cents",
    refunds_cents="cohort_refunds_cents",
)


def period_rows(
    period: Period,
    dimension: Dimension = Dimension.SLICE,
    group_by: str = BY_SLICE,
) -> list[dict[str, Any]]:
    """Sums and, to be added to them, what was counted more than once (negative)."""
    parts = RollupRange.of(period, dimension)
    grouped = {"group_by": group_by, "sums": parts.sums}
    rows = parts.ask(query("reading", "period", measures=PERIOD_MEASURES, **grouped))
    repeats = query(
        "reading", "period_repeats", group_by=group_by, repeats=parts.repeats
    )
    for row in parts.ask(repeats):
        row[COUNTED_ONCE[row.pop("kind")]] = -row.pop("n")
        rows.append(row)
    return rows


def lead_rows(
    period: Period,
    dimension: Dimension = Dimension.SLICE,
    group_by: str = BY_SLICE,
) -> list[dict[str, Any]]:
    """The number of leads created on these days."""
    parts = RollupRange.of(period, dimension)
    grouped = {"group_by": group_by, "sums": parts.sums}
    return parts.ask(query("reading", "period", measures=LEADS, **grouped))


def cohort_rows(
    period: Period,
    dimension: Dimension = Dimension.SLICE,
    group_by: str = BY_SLICE,
) -> list[dict[str, Any]]:
    """What came of the leads created on these days."""
    parts = RollupRange.of(period, dimension)
    grouped = {"group_by": group_by, "sums": parts.sums}
    return parts.ask(query("reading", "period", measures=COHORT_MEASURES, **grouped))


def campaign_month_rows(campaign: str, period: Period) -> list[dict[str, Any]]:
    """What `period_rows` says of one campaign for each whole month (`day`)."""
    bound = {"campaign": campaign, "first": period.first, "last": period.last}
    grouped = {"group_by": BY_MONTH, "sums": OF_CAMPAIGN}
    sums = query("reading", "period", measures=PERIOD_MEASURES, **grouped)
    repeated = {"group_by": BY_MONTH, "repeats": f"{OF_CAMPAIGN} AND earlier = day"}
    repeats = query("reading", "period_repeats", **repeated)
    by_month = {row["day"]: row for row in _rows(sums, bound)}
    for repeat in _rows(repeats, bound):
        by_month[repeat["day"]][COUNTED_ONCE[repeat["kind"]]] -= repeat["n"]
    named = {"source", "procedure_code"}
    return [
        {name: row[name] for name in row.keys() - named} for row in by_month.values()
    ]


def trend_rows(period: Period, *, by_month: bool) -> list[dict[str, Any]]:
    """By day or month; who books twice counts on the first day of the range."""
    parts = (
        RollupRange.of(period, WHOLE) if by_month else RollupRange(period, None, WHOLE)
    )
    step = MONTH_OF_DAY if by_month else "day"
    repeats = query("reading", "trend_repeats", step=step, repeats=parts.repeats)
    again = {row["day"]: row["again"] for row in parts.ask(repeats)}
    return [
        {
            "day": row["day"],
            "leads": row["leads"],
            "booked_leads": row["booked"] - again.get(row["day"], 0),
            "net_revenue_cents": row["cents"],
        }
        for row in parts.ask(query("reading", "trend", step=step, sums=parts.sums))
    ]


def consults_row(period: Period) -> dict[str, int]:
    """Consults planned for these days, whether or not their hour has come."""
    parts = RollupRange.of(period, WHOLE)
    return parts.ask(query("reading", "consults", sums=parts.sums))[0]


def cohort_month_rows(period: Period) -> list[dict[str, Any]]:
    """What came of the leads, by the month in which they were created."""
    parts = RollupRange.of(period, WHOLE)
    revenue = _measures(
        **{f"revenue_{days}_cents": f"cohort_{days}_cents" for days in MATURITIES}
    )
    sql = query(
        "reading",
        "cohort_months",
        month=MONTH_OF_DAY,
        revenue=revenue,
        sums=parts.sums,
    )
    return parts.ask(sql)


def hour_rows(period: Period) -> list[dict[str, Any]]:
    """Leads and first contacts by the hour of the week in which they came."""
    parts = RollupRange.of(period, Dimension.HOUR)
    return parts.ask(query("reading", "hours", sums=parts.sums))


def leads_without_hour(period: Period) -> int:
    """Leads created on these days at a time that nobody knows."""
    parts = RollupRange.of(period, Dimension.HOUR)
    grouped = {"group_by": BY_KEY, "sums": f"{parts.sums} AND key = ''"}
    found = parts.ask(query("reading", "period", measures=LEADS, **grouped))
    return sum(row["leads"] for row in found)
