"""The figures of one campaign, month by month."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db import connection

from campaigns.spend.missing import months_between
from kpis.metrics.figures import Base, Figures, period_figures, total_row
from kpis.metrics.spend import Plan, Spend
from kpis.period import Period, Window
from kpis.queries import counts as queries
from kpis.rollups import reading
from medspa.months import last_day

SUMS = """
SELECT day, sum(leads)::bigint AS leads, sum(ad_clicks)::bigint AS ad_clicks,
    sum(booked_events)::bigint AS booked_events,
    sum(booked_days)::bigint AS booked_leads,
    sum(show_events)::bigint AS show_events, sum(shown_days)::bigint AS shown_leads,
    sum(paid_invoices)::bigint AS paid_invoices,
    sum(paid_days)::bigint AS paying_leads,
    sum(new_customers)::bigint AS new_customers,
    sum(gross_cents)::bigint AS gross_collected_cents,
    sum(refunds_cents)::bigint AS refunds_cents
FROM kpis_daysum
WHERE span = 'm' AND campaign = %(campaign)s AND day BETWEEN %(first)s AND %(last)s
GROUP BY day
"""
REPEATS = """
SELECT day, kind, sum(n)::bigint AS n FROM kpis_repeat
WHERE span = 'm' AND campaign = %(campaign)s AND earlier = day
    AND day BETWEEN %(first)s AND %(last)s
GROUP BY day, kind
"""


@dataclass(frozen=True)
class CampaignMonth:
    """`entered` is the actual spend in cents, None where only the plan counts."""

    first: date
    figures: Figures
    entered: int | None

    @property
    def last(self) -> date:
        return last_day(self.first)


def campaign_months(
    campaign_id: str, plan: Plan, window: Window
) -> list[CampaignMonth]:
    """Every month that the window touches, as a whole, the newest first."""
    whole = Period(
        window.period.first.replace(day=1),
        last_day(window.period.last.replace(day=1)),
    )
    bases = _bases(campaign_id, replace(window, period=whole))
    months = reversed(list(months_between(whole.first, whole.last)))
    return [_month(month, bases.get(month, Base()), plan) for month in months]


def _month(month: date, base: Base, plan: Plan) -> CampaignMonth:
    spend = Spend.of({"": plan}, Period(month, last_day(month)))
    figures = total_row(period_figures(base, base, spend))
    return CampaignMonth(month, figures, plan.actual.get(month))


def _bases(campaign_id: str, window: Window) -> dict[date, Base]:
    if reading.is_kept(window):
        return kept_bases(campaign_id, window.period)
    return counted_bases(campaign_id, window)


def kept_bases(campaign_id: str, period: Period) -> dict[date, Base]:
    """From the sums of months, which have to be kept."""
    bound: dict[str, Any] = {
        "campaign": campaign_id,
        "first": period.first,
        "last": period.last,
    }
    with connection.cursor() as cursor:
        cursor.execute(SUMS, bound)
        columns = [column.name for column in cursor.description or ()]
        found = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
        cursor.execute(REPEATS, bound)
        for day, kind, count in cursor.fetchall():
            row = next(row for row in found if row["day"] == day)
            row[reading.ONCE[kind]] -= count
    return {row.pop("day"): Base(**row) for row in found}


def counted_bases(campaign_id: str, window: Window) -> dict[date, Base]:
    """The same, counted from the rows themselves."""
    return {
        month: queries.total(
            queries.period_slices(
                replace(window, period=Period(month, last_day(month)))
            ),
            lambda place: place.campaign == campaign_id,
        )
        for month in months_between(window.period.first, window.period.last)
    }
