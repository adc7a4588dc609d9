"""All KPI data of one window, each part queried once and only when it is read."""

from collections.abc import Callable
from typing import TypeVar

from django.utils.functional import cached_property

from kpis.metrics.definitions import Basis
from kpis.metrics.figures import (
    Counts,
    Figures,
    Ratio,
    cohort_figures,
    period_figures,
    row_figures,
)
from kpis.metrics.spend import Spend
from kpis.period import Window
from kpis.queries import (
    assigned,
    cohorts,
    counts,
    drop_off,
    durations,
    forecast,
    leads_by_hour,
    tags,
    trend,
)
from kpis.queries.breakdown import Breakdown, breakdown
from kpis.queries.keyed_counts import KeyedCounts
from kpis.rollups import reading


class KpiData:
    """What page, report and files show; none of them computes figures of its own.

    `basis` says whether `figures` and the breakdowns count events by their own date
    or follow the leads of the window.
    """

    def __init__(self, window: Window, basis: Basis = Basis.PERIOD) -> None:
        self.window = window
        self.basis = basis

    @cached_property
    def freshness(self) -> reading.Freshness:
        """Whether the rollups answer, looked up once for all questions."""
        return reading.freshness(self.window)

    def was_rebuilt(self) -> bool:
        """Whether the rollups were built anew while this was read from them."""
        asked: reading.Freshness | None = self.__dict__.get("freshness")
        return asked is not None and reading.was_rebuilt(self.window, asked)

    @cached_property
    def slices(self) -> counts.Slices:
        if self.basis == Basis.COHORT:
            return self.cohort_slices
        return counts.period_slices(self.window, self.freshness)

    @cached_property
    def cohort_slices(self) -> counts.Slices:
        return counts.cohort_slices(self.window, self.freshness)

    @cached_property
    def whole(self) -> counts.Slices:
        """What `figures` are the total of."""
        return self.slices

    @cached_property
    def facts(self) -> list[counts.CampaignFacts]:
        return counts.campaign_facts(self.window)

    @cached_property
    def spend(self) -> Spend:
        plans = {fact.id: fact.plan for fact in self.facts}
        return Spend.of(plans, self.window.period)

    @cached_property
    def figures(self) -> Figures:
        whole = counts.total(self.whole)
        attributed = counts.total(self.whole, lambda key: key.campaign)
        return period_figures(whole, attributed, self.spend)

    @cached_property
    def cohort_base(self) -> Counts:
        if self.basis == Basis.COHORT:
            return counts.total(self.cohort_slices)
        return counts.cohort_total(self.window, self.freshness)

    @cached_property
    def cohort(self) -> Figures:
        return cohort_figures(self.cohort_base)

    @cached_property
    def consults(self) -> durations.Consults:
        return durations.consults(self.window, self.freshness)

    @cached_property
    def undated_bookings(self) -> durations.Undated:
        return durations.undated_bookings(self.window)

    @cached_property
    def speeds(self) -> dict[str, durations.Speed]:
        return durations.speeds(self.window, self.freshness)

    @cached_property
    def first_human_touch(self) -> durations.Speed:
        """Of `speeds` only that of people: one median is cheaper than two."""
        return durations.speeds(self.window, self.freshness, ("human",))["human"]

    @cached_property
    def any_in_time(self) -> Ratio | None:
        """As `in_time`, with automatic texts."""
        return durations.in_time(self.window, self.freshness, "any")

    @cached_property
    def in_time(self) -> Ratio | None:
        """Of `speeds` only the share within five minutes, without any median."""
        return durations.in_time(self.window, self.freshness)

    @cached_property
    def ended_stage_periods(self) -> list[durations.StageDurations]:
        return durations.ended_stage_periods(self.window, None, self.freshness)

    @cached_property
    def open_stage_periods(self) -> list[durations.StageDurations]:
        return durations.open_stage_periods(self.window, None, self.freshness)

    @cached_property
    def forecast(self) -> list[forecast.Expected]:
        return forecast.forecast(self.window, self.freshness)

    @cached_property
    def trend(self) -> list[trend.TrendBar]:
        return trend.trend(self.window, self.freshness)

    @cached_property
    def tagged(self) -> KeyedCounts:
        return tags.BY_TAG.read(self.window, self.basis, self.freshness)

    @cached_property
    def assigned(self) -> KeyedCounts:
        return assigned.BY_ASSIGNED.read(self.window, self.basis, self.freshness)

    @cached_property
    def of_everybody(self) -> Figures:
        """What the rows of all people add up to; without clicks and what they cost."""
        return row_figures(Counts.sum([Counts(), *self.assigned.values()]), None)

    @cached_property
    def speed_by_assigned(self) -> dict[str | None, durations.Speed]:
        return durations.speed_by_assigned(self.window, self.freshness)

    @cached_property
    def cohorts(self) -> list[cohorts.Cohort]:
        return cohorts.cohorts(self.window, self.freshness)

    @cached_property
    def drop_off_steps(self) -> list[drop_off.DropOffStep]:
        return drop_off.drop_off_steps(self.window, freshness=self.freshness)

    @cached_property
    def arrivals(self) -> list[leads_by_hour.LeadsOfHour]:
        return leads_by_hour.arrivals(self.window, self.freshness)

    @cached_property
    def leads_without_hour(self) -> int:
        return leads_by_hour.leads_without_hour(self.window, self.freshness)

    def by(self, what: str) -> Breakdown:
        """The rows of the table `what`, which is one of `drill.DIMENSIONS`."""
        if what == "tag":
            return tags.tag_rows(self.tagged)
        if what == "assigned":
            return assigned.assigned_rows(self.assigned)
        return breakdown(what, self.slices, self.facts, self.spend)

    def previous(self) -> "KpiData":
        """The data of as many days before, seen at the same moment."""
        return PreviousPeriod(self)


Read = TypeVar("Read")


def read_at_once(numbers: KpiData, read: Callable[[KpiData], Read]) -> Read:
    """What `read` makes of the numbers; of the rows alone, if the rollups were built
    anew meanwhile: then some of it may be of before and some of after."""
    result = read(numbers)
    if not numbers.was_rebuilt():
        return result
    again = KpiData(numbers.window, numbers.basis)
    again.freshness = reading.ROWS_ONLY
    return read(again)


class PreviousPeriod(KpiData):
    """The data of the previous period, which reuses what was read for the later one."""

    def __init__(self, later: KpiData) -> None:
        super().__init__(later.window.previous(), later.basis)
        self._later = later

    @cached_property
    def freshness(self) -> reading.Freshness:
        return self._later.freshness

    @cached_property
    def whole(self) -> counts.Slices:
        """Its tables are not shown, so fewer slices do."""
        if self.basis == Basis.COHORT:
            return counts.cohort_whole(self.window, self.freshness)
        return counts.period_whole(self.window, self.freshness)

    @cached_property
    def facts(self) -> list[counts.CampaignFacts]:
        return self._later.facts
