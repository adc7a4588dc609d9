"""The answers about one window, each asked once and only when somebody reads it."""

from functools import cached_property

from kpis.metrics.definitions import Basis
from kpis.metrics.figures import Base, Figures, Ratio, cohort_figures, period_figures
from kpis.metrics.spend import Spend
from kpis.period import Window
from kpis.queries import cohorts, forecast, tags, trend
from kpis.queries import counts as queries
from kpis.queries import drop_off as leaks
from kpis.queries import durations as pace
from kpis.queries import leads_by_hour as arrivals
from kpis.queries.breakdown import Breakdown, breakdown
from kpis.rollups import reading


class Numbers:
    """What page, report and files have in common: nothing is computed beside it.

    `basis` says whether `figures` and the breakdowns count events by their own date
    or follow the leads of the window.
    """

    def __init__(self, window: Window, basis: Basis = Basis.PERIOD) -> None:
        self.window = window
        self.basis = basis

    @cached_property
    def trust(self) -> reading.Trust:
        """Whether the kept sums answer, looked up once for all questions."""
        return reading.trusted(self.window)

    @cached_property
    def slices(self) -> queries.Slices:
        if self.basis == Basis.COHORT:
            return self.cohort_slices
        return queries.period_slices(self.window, self.trust)

    @cached_property
    def cohort_slices(self) -> queries.Slices:
        return queries.cohort_slices(self.window, self.trust)

    @cached_property
    def whole(self) -> queries.Slices:
        """What `figures` are the total of."""
        return self.slices

    @cached_property
    def facts(self) -> list[queries.CampaignFacts]:
        return queries.campaign_facts(self.window)

    @cached_property
    def spend(self) -> Spend:
        plans = {fact.id: fact.plan for fact in self.facts}
        return Spend.of(plans, self.window.period)

    @cached_property
    def figures(self) -> Figures:
        whole = queries.total(self.whole)
        attributed = queries.total(self.whole, lambda place: place.campaign)
        return period_figures(whole, attributed, self.spend)

    @cached_property
    def cohort_base(self) -> Base:
        if self.basis == Basis.COHORT:
            return queries.total(self.cohort_slices)
        return queries.total(queries.cohort_whole(self.window, self.trust))

    @cached_property
    def cohort(self) -> Figures:
        return cohort_figures(self.cohort_base)

    @cached_property
    def consults(self) -> pace.Consults:
        return pace.consults(self.window, self.trust)

    @cached_property
    def speeds(self) -> dict[str, pace.Speed]:
        return pace.speeds(self.window, self.trust)

    @cached_property
    def first_touch(self) -> pace.Speed:
        """Of `speeds` only that of any touch."""
        return pace.speeds(self.window, self.trust, ("any",))["any"]

    @cached_property
    def in_time(self) -> Ratio | None:
        """Of `speeds` only the share within five minutes, without any median."""
        return pace.in_time(self.window, self.trust)

    @cached_property
    def ended_stays(self) -> list[pace.Stays]:
        return pace.ended_stays(self.window)

    @cached_property
    def open_stays(self) -> list[pace.Stays]:
        return pace.open_stays(self.window)

    @cached_property
    def forecast(self) -> list[forecast.Expected]:
        return forecast.forecast(self.window)

    @cached_property
    def trend(self) -> list[trend.Step]:
        return trend.trend(self.window, self.trust)

    @cached_property
    def tagged(self) -> tags.Tagged:
        return tags.by_tag(self.window, self.basis, self.trust)

    @cached_property
    def cohorts(self) -> list[cohorts.Cohort]:
        return cohorts.cohorts(self.window, self.trust)

    @cached_property
    def leaks(self) -> list[leaks.Leak]:
        return leaks.leaks(self.window)

    @cached_property
    def arrivals(self) -> list[arrivals.Arrivals]:
        return arrivals.arrivals(self.window, self.trust)

    def by(self, what: str) -> Breakdown:
        """The rows of a table: campaign, platform, source, procedure or tag."""
        if what == "tag":
            return tags.tag_rows(self.tagged)
        return breakdown(what, self.slices, self.facts, self.spend)

    def previous(self) -> "Numbers":
        """The same questions about as many days before, asked in the same moment."""
        return Earlier(self)


class Earlier(Numbers):
    """The numbers of the period before: they know what was looked up for the later."""

    def __init__(self, later: Numbers) -> None:
        super().__init__(later.window.previous(), later.basis)
        self._later = later

    @cached_property
    def trust(self) -> reading.Trust:
        return self._later.trust

    @cached_property
    def whole(self) -> queries.Slices:
        """Nobody asks for its tables."""
        if self.basis == Basis.COHORT:
            return queries.cohort_whole(self.window, self.trust)
        return queries.period_whole(self.window, self.trust)

    @cached_property
    def facts(self) -> list[queries.CampaignFacts]:
        return self._later.facts
