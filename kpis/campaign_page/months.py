"""One campaign month by month: the figures of the KPI page, each month its range."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from campaigns.spend.entered import EnteredSpend
from kpis.metrics.figures import Counts, Figures, period_figures, total_row
from kpis.metrics.spend import Plan, Spend
from kpis.period import Period, Window
from kpis.queries import counts as queries
from kpis.rollups import reading
from medspa.months import DayRange, last_day, month_of, months_between


@dataclass(frozen=True)
class CampaignMonth:
    """`entered` are the entries with a day in it, oldest first; `spend` its cost."""

    first: date
    figures: Figures
    entered: Sequence[EnteredSpend]
    spend: Spend

    @property
    def last(self) -> date:
        return last_day(self.first)

    @property
    def days(self) -> DayRange:
        return DayRange(self.first, self.last)


def campaign_months(
    campaign_id: str, plan: Plan, window: Window
) -> list[CampaignMonth]:
    """Every month that the window touches, as a whole, the newest first."""
    whole = Period(
        month_of(window.period.first),
        last_day(window.period.last),
    )
    bases = _bases(campaign_id, replace(window, period=whole))
    months = reversed(list(months_between(whole.first, whole.last)))
    return [_month(month, bases.get(month, Counts()), plan) for month in months]


def _month(month: date, base: Counts, plan: Plan) -> CampaignMonth:
    days = Period(month, last_day(month))
    spend = Spend.of({"": plan}, days)
    figures = total_row(period_figures(base, base, spend))
    entered = [entry for entry in plan.entered if entry.days.overlaps(days)]
    return CampaignMonth(month, figures, sorted(entered), spend)


def _bases(campaign_id: str, window: Window) -> dict[date, Counts]:
    if reading.is_fresh(window):
        return kept_bases(campaign_id, window.period)
    return counted_bases(campaign_id, window)


def kept_bases(campaign_id: str, period: Period) -> dict[date, Counts]:
    """From the rollups, which have to be fresh."""
    rows = reading.campaign_month_rows(campaign_id, period)
    return {row.pop("day"): Counts(**row) for row in rows}


def counted_bases(campaign_id: str, window: Window) -> dict[date, Counts]:
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
