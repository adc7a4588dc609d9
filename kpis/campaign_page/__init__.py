"""The page of one campaign: its funnel, what each step cost, and its months."""

from datetime import date, timedelta
from functools import cached_property
from urllib.parse import urlencode

from campaigns.models import Campaign
from campaigns.spend.missing import Missing, missing_spend, runs_since
from kpis import drill
from kpis.campaign_page.months import Month, campaign_months
from kpis.campaign_page.parts import Card, Chart, Line, Link, Step
from kpis.metrics import definitions
from kpis.metrics.definitions import Basis, Metric, Unit
from kpis.metrics.display import DASH, Value, as_integer, number, text
from kpis.metrics.figures import Base, Figures, period_figures, ratio, share, total_row
from kpis.metrics.spend import Plan, Spend
from kpis.page.chart import bar_chart
from kpis.page.table import Cell, Table, cell
from kpis.period import PRESETS, Choice, Period
from kpis.queries import counts as queries
from kpis.queries.breakdown import Row
from kpis.queries.numbers import Numbers

CARDS = (
    "spend_cents",
    "cpl_cents",
    "cac_cents",
    "net_revenue_cents",
    "roas",
)
# What a step is called, what counts it, and what each of it costs.
STEPS = (
    ("Ad clicks", "ad_clicks", ""),
    ("Leads", "leads", "cpl_cents"),
    ("Booked", "booked_leads", "cost_per_booked_cents"),
    ("Shown", "shown_leads", "cost_per_show_cents"),
    ("New customers", "new_customers", "cac_cents"),
)
COLUMNS = (
    "spend_cents",
    "ad_clicks",
    "leads",
    "cpl_cents",
    "booked_leads",
    "cost_per_booked_cents",
    "shown_leads",
    "cost_per_show_cents",
    "new_customers",
    "cac_cents",
    "net_revenue_cents",
    "roas",
)
CHARTS = ("spend_cents", "net_revenue_cents", "roas")
LONGEST = timedelta(days=730)


class CampaignPage:
    """One campaign in one range and basis. Its parts ask the database when shown."""

    def __init__(self, campaign: Campaign, choice: Choice, numbers: Numbers) -> None:
        self.campaign = campaign
        self.choice = choice
        self.numbers = numbers

    @property
    def basis(self) -> Basis:
        return self.numbers.basis

    @property
    def period(self) -> Period:
        return self.choice.period

    @property
    def presets(self) -> list[Link]:
        return [
            Link(p.label, self._query({"range": p.key}), p.key == self.choice.preset)
            for p in PRESETS.values()
        ]

    @property
    def bases(self) -> list[Link]:
        return [
            Link(
                basis.value.capitalize(),
                self._query(self.choice.query, basis),
                basis == self.basis,
            )
            for basis in (Basis.PERIOD, Basis.COHORT)
        ]

    @property
    def query(self) -> str:
        return self._query(self.choice.query)

    def _query(self, chosen: dict[str, str], basis: Basis | None = None) -> str:
        is_cohort = (basis or self.basis) == Basis.COHORT
        return urlencode({**chosen, "basis": "cohort"} if is_cohort else chosen)

    # The range -----------------------------------------------------------------

    @cached_property
    def _base(self) -> Base:
        pk = self.campaign.pk
        return queries.total(self.numbers.slices, lambda place: place.campaign == pk)

    @cached_property
    def figures(self) -> Figures:
        """Clicks have no cohort: they are those of the range on either basis."""
        spend = Spend({"": self.numbers.spend.exact[self.campaign.pk]})
        figures = total_row(period_figures(self._base, self._base, spend))
        return {**figures, "ad_clicks": self._clicks}

    @cached_property
    def _clicks(self) -> int:
        if self.basis == Basis.PERIOD:
            return self._base.ad_clicks
        pk = self.campaign.pk
        slices = queries.period_slices(self.numbers.window)
        return queries.total(slices, lambda place: place.campaign == pk).ad_clicks

    @property
    def cards(self) -> list[Card]:
        metrics = (definitions.PERIOD[key] for key in CARDS)
        return [
            Card(
                metric,
                metric.words(self.basis),
                text(self.figures[metric.key], metric.unit),
                self._rows(metric.key, self.basis),
            )
            for metric in metrics
        ]

    def _rows(self, metric: str, basis: Basis) -> str:
        asked = drill.Asked(metric, "campaign", self.campaign.pk)
        return drill.address(self.period, basis, asked, self.figures[metric])

    @property
    def steps(self) -> list[Step]:
        counts = [as_integer(self.figures[key]) for _, key, _ in STEPS]
        widest = max(*counts, 1)
        return [
            Step(
                label,
                f"{count:,}",
                f"{count / widest * 100:.2f}%",
                self._rate(count, before) if before is not None else None,
                text(self.figures[cost], Unit.CENTS) if cost else self._per_click,
                self._rows(key, Basis.PERIOD if key == "ad_clicks" else self.basis),
            )
            for (label, key, cost), count, before in zip(
                STEPS, counts, [None, *counts[:-1]], strict=True
            )
        ]

    @property
    def _per_click(self) -> str:
        cents, clicks = self.figures["spend_cents"], as_integer(self._clicks)
        return text(ratio(as_integer(cents), clicks), Unit.CENTS) if clicks else DASH

    def _rate(self, count: int, before: int) -> Cell:
        of_before: Value = ratio(count, before)
        if self.basis == Basis.COHORT:
            of_before = share(count, before)
        return cell(of_before, definitions.PERIOD["click_to_lead"])

    # The months ----------------------------------------------------------------

    @property
    def plan(self) -> Plan:
        found = (f for f in self._facts if f.id == self.campaign.pk)
        return next(found).plan

    @cached_property
    def _facts(self) -> list[queries.CampaignFacts]:
        return queries.campaign_facts(self._months_numbers.window)

    @cached_property
    def _months_numbers(self) -> Numbers:
        """From its first day, at most two years back, to today or its last day."""
        window = self.numbers.window
        last = min(self.campaign.ends_on or window.today, window.today)
        entered = self.campaign.spends.order_by("month").values_list("month", flat=True)
        begun = min([runs_since(self.campaign), *entered[:1]])
        first = max(begun, last - LONGEST)
        period = Period(min(first, last), last)
        return Numbers(type(window)(period, window.zone, window.as_of))

    @cached_property
    def months(self) -> list[Month]:
        return campaign_months(self.campaign.pk, self.plan, self._months_numbers.window)

    @cached_property
    def table(self) -> Table:
        rows = [
            Row(
                f"{month.first:%Y-%m}",
                f"{month.first:%b %Y}",
                month.figures,
                period=Period(month.first, month.last),
            )
            for month in self.months
        ]
        return Table(
            "months",
            "Month by month",
            "Month",
            Basis.PERIOD,
            [definitions.PERIOD[key] for key in COLUMNS],
            rows,
        )

    @property
    def lines(self) -> list[Line]:
        return [
            Line(
                month,
                f"{month.first:%Y-%m}",
                _typed(month.entered),
                self._note(month),
                [self._cell(month, metric) for metric in self.table.columns[1:]],
            )
            for month in self.months
        ]

    def _cell(self, month: Month, metric: Metric) -> Cell:
        value = month.figures[metric.key]
        asked = drill.Asked(metric.key, "campaign", self.campaign.pk)
        period = Period(month.first, month.last)
        rows = drill.address(period, Basis.PERIOD, asked, value)
        return cell(value, metric)._replace(rows=rows)

    def _note(self, month: Month) -> str:
        """What counts where it is not plainly the amount that is entered."""
        counted = as_integer(month.figures["spend_cents"])
        if month.entered is None:
            if counted:
                return f"planned {text(counted, Unit.CENTS)}"
            return "missing" if month.first in self._missing_months else ""
        if counted != month.entered:
            return f"counts {text(counted, Unit.CENTS)}: it ran on some days only"
        return ""

    @cached_property
    def missing(self) -> Missing | None:
        return next(iter(missing_spend([self.campaign])), None)

    @property
    def _missing_months(self) -> tuple[date, ...]:
        return self.missing.months if self.missing else ()

    @property
    def charts(self) -> list[Chart]:
        return [self._chart(definitions.PERIOD[key]) for key in CHARTS]

    def _chart(self, metric: Metric) -> Chart:
        months = list(reversed(self.months))
        values = [month.figures[metric.key] for month in months]
        titles = [
            f"{month.first:%b %Y}: {text(value, metric.unit)}"
            for month, value in zip(months, values, strict=True)
        ]
        scale = 100 if metric.unit == Unit.RATIO else 1
        heights = [int((number(value) or 0) * scale) for value in values]
        total = "" if metric.unit == Unit.RATIO else text(sum(heights), metric.unit)
        peak = titles[heights.index(max(heights))]
        words = f"{metric.label} by month, at most {peak}."
        return Chart(metric, total, bar_chart(heights, titles), words)


def _typed(cents: int | None) -> str:
    """As it stands in an input: `1200.50`, empty for nothing."""
    return "" if cents is None else f"{cents // 100}.{cents % 100:02}"
