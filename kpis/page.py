"""What the KPI page shows: cards, bars and tables, ready to be printed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from urllib.parse import urlencode

from kpis import definitions, drill, tables
from kpis.breakdown import Row
from kpis.chart import BarChart, bar_chart
from kpis.definitions import Basis, Metric, Unit
from kpis.display import (
    Change,
    Value,
    as_integer,
    change,
    is_small,
    percent,
    small_text,
    text,
)
from kpis.figures import Share
from kpis.numbers import Numbers
from kpis.period import PRESETS, Choice, Period
from kpis.queries import clinic_is_empty
from kpis.table import Cell, Table, cell

CARDS = (
    "leads",
    "booked_leads",
    "shown_leads",
    "new_customers",
    "net_revenue_cents",
    "spend_cents",
    "cpl_cents",
    "cac_paid_cents",
    "roas_attributed",
)
CONTACTED = definitions.SPEED["within_5min_share_of_all_leads"]
FUNNEL = (
    ("Leads", "leads", None, "", "leads"),
    ("Booked", "booked", "lead_to_booked", "of leads", "booked_leads"),
    ("Shown", "shown", "booked_to_shown", "of booked", "shown_leads"),
    ("Paid", "won", "lead_to_won", "of leads", "paying_leads"),
)
PLACES = (
    tables.by_campaign,
    tables.by_source,
    tables.by_platform,
    tables.by_procedure,
)
PACES = (tables.speed, tables.consults)
# Counted stay by stay and opportunity by opportunity, so they come after the page.
STAGES = (tables.time_in_stage, tables.expected)
ALIVE = ("leads", "ad_clicks", "booked_events", "show_events", "paid_invoices")


@dataclass(frozen=True)
class Card:
    """One number with its change against the previous period."""

    metric: Metric
    basis: Basis
    value: Cell
    before: str
    change: Change
    note: str = ""
    rows: str = ""

    @property
    def formula(self) -> str:
        return self.metric.words(self.basis)


@dataclass(frozen=True)
class FunnelStep:
    """`width` is its share of all leads in percent, for the bar."""

    label: str
    people: str
    width: str
    rate: str = ""
    interval: str = ""
    is_small: bool = False
    rows: str = ""


@dataclass(frozen=True)
class TrendChart:
    """`words` say what the bars show, for those who don't see them."""

    metric: Metric
    total: str
    bars: BarChart
    words: str


@dataclass(frozen=True)
class Link:
    label: str
    query: str
    is_current: bool


class Page:
    """The page of one range and basis. Its parts ask the database when shown."""

    def __init__(self, choice: Choice, numbers: Numbers) -> None:
        self.choice = choice
        self.numbers = numbers
        self.before = numbers.previous()

    @property
    def period(self) -> Period:
        return self.choice.period

    @property
    def compared_with(self) -> Period:
        return self.before.window.period

    @property
    def is_empty(self) -> bool:
        return clinic_is_empty()

    @property
    def has_nothing(self) -> bool:
        """Nothing of the clinic's life lies in these days."""
        figures = self.numbers.figures
        return not any(figures[key] for key in ALIVE)

    @property
    def presets(self) -> list[Link]:
        return [
            Link(
                preset.label,
                self._query({"range": preset.key}),
                preset.key == self.choice.preset,
            )
            for preset in PRESETS.values()
        ]

    @property
    def bases(self) -> list[Link]:
        return [
            Link(
                basis.value.capitalize(),
                self._query(self.choice.query, basis),
                basis == self.numbers.basis,
            )
            for basis in (Basis.PERIOD, Basis.COHORT)
        ]

    @property
    def query(self) -> str:
        """The address of this page, without its path."""
        return self._query(self.choice.query)

    def _query(self, chosen: Mapping[str, str], basis: Basis | None = None) -> str:
        basis = basis or self.numbers.basis
        return urlencode(
            chosen if basis == Basis.PERIOD else {**chosen, "basis": basis.value}
        )

    @property
    def cards(self) -> list[Card]:
        now, before = self.numbers.figures, self.before.figures
        cards = [
            self._card(definitions.PERIOD[key], now[key], before[key]) for key in CARDS
        ]
        return [*cards, self._contacted_card()]

    def _card(self, metric: Metric, now: Value, before: Value) -> Card:
        return Card(
            metric,
            self.numbers.basis,
            cell(now, metric),
            text(before, metric.unit),
            change(metric, now, before),
            rows=self._rows(metric.key, self.numbers.basis, now),
        )

    def _rows(self, metric: str, basis: Basis, value: Value) -> str:
        return drill.address(self.period, basis, drill.Asked(metric), value)

    def _contacted_card(self) -> Card:
        now, earlier = self.numbers.speeds["any"], self.before.in_time
        share = now.within_5min_share
        median = text(now.median_seconds, Unit.SECONDS)
        return Card(
            CONTACTED,
            Basis.COHORT,
            cell(share, CONTACTED),
            cell(earlier, CONTACTED).text,
            change(CONTACTED, share, earlier),
            f"median {median}" if now.contacted else "",
            self._rows("within_5min", Basis.COHORT, now.within_5min),
        )

    @property
    def immature(self) -> str:
        """The percentage of leads that are too young to judge; empty if none is."""
        base = self.numbers.cohort_base
        if not base.immature_leads:
            return ""
        return percent(Fraction(base.immature_leads, base.leads))

    @property
    def funnel(self) -> list[FunnelStep]:
        cohort = self.numbers.cohort
        return [
            replace(
                _funnel_step(
                    label,
                    as_integer(cohort[people]),
                    self.numbers.cohort_base.leads,
                    cohort[rate] if rate else None,
                    of_what,
                ),
                rows=self._rows(metric, Basis.COHORT, cohort[people]),
            )
            for label, people, rate, of_what, metric in FUNNEL
        ]

    @property
    def charts(self) -> list[TrendChart]:
        table = self.trend
        return [
            _trend_chart(metric, table.rows, self.period) for metric in table.columns
        ]

    @cached_property
    def trend(self) -> Table:
        return tables.along(self.numbers)

    @property
    def places(self) -> list[Table]:
        return [build(self.numbers) for build in PLACES]

    @property
    def paces(self) -> list[Table]:
        return [build(self.numbers) for build in PACES]

    @property
    def stages(self) -> list[Table]:
        return [build(self.numbers) for build in STAGES]


def _funnel_step(
    label: str, people: int, leads: int, rate: Value, of_what: str
) -> FunnelStep:
    width = f"{people / leads * 100:.2f}%" if leads else "0%"
    if not isinstance(rate, Share):
        return FunnelStep(label, f"{people:,}", width)
    if is_small(rate):
        return FunnelStep(label, f"{people:,}", width, small_text(rate), is_small=True)
    interval = ""
    if rate.low is not None and rate.high is not None:
        interval = f"{percent(rate.low)}–{percent(rate.high)} %"
    return FunnelStep(
        label, f"{people:,}", width, f"{text(rate, Unit.RATE)} {of_what}", interval
    )


def _trend_chart(metric: Metric, rows: Sequence[Row], period: Period) -> TrendChart:
    values = [as_integer(row.figures[metric.key]) for row in rows]
    titles = [
        f"{row.name}: {text(value, metric.unit)}"
        for row, value in zip(rows, values, strict=True)
    ]
    total = text(sum(values), metric.unit)
    peak = titles[values.index(max(values))]
    return TrendChart(
        metric,
        total,
        bar_chart(values, titles),
        f"{metric.label}, {period.label}: {total} in all, at most {peak}.",
    )
