"""What is above the tables: cards, the steps of the funnel, charts of the trend."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from kpis.metrics.definitions import Basis, Metric, Unit
from kpis.metrics.display import (
    Change,
    Value,
    as_integer,
    is_small,
    percent,
    small_text,
    text,
)
from kpis.metrics.figures import RateShare
from kpis.metrics.spend import Spend
from kpis.page.chart import BarChart, bar_chart
from kpis.page.table import Cell
from kpis.period import Period
from kpis.queries.breakdown import Row


@dataclass(frozen=True)
class MetricCard:
    """One number, and its change against the previous period if they are compared.

    `before` is the previous number, `rows` the parameters that open its rows;
    `second_line` is the same number by another definition.
    """

    metric: Metric
    basis: Basis
    value: Cell
    before: str = ""
    change: Change | None = None
    note: str = ""
    rows: str = ""
    second_line: str = ""

    @property
    def formula(self) -> str:
        return self.metric.words(self.basis)


@dataclass(frozen=True)
class FunnelStep:
    """`width` of the bar is the step's share of all leads in percent."""

    label: str
    people: str
    width: str
    rate: str = ""
    interval: str = ""
    is_small: bool = False
    rows: str = ""


@dataclass(frozen=True)
class TrendChart:
    """`words` say what the bars show, for people who don't see them."""

    metric: Metric
    total: str
    chart: BarChart
    words: str


def funnel_step(
    label: str, people: int, leads: int, rate: Value, of_what: str
) -> FunnelStep:
    width = f"{people / leads * 100:.2f}%" if leads else "0%"
    if not isinstance(rate, RateShare):
        return FunnelStep(label, f"{people:,}", width)
    words, few = rate_words(rate, of_what)
    if few or rate.low is None or rate.high is None:
        return FunnelStep(label, f"{people:,}", width, words, is_small=few)
    interval = f"{percent(rate.low)}–{percent(rate.high)}%"
    return FunnelStep(label, f"{people:,}", width, words, interval)


def rate_words(rate: RateShare, of_what: str) -> tuple[str, bool]:
    """`41% of leads`, or `4 of 5` and True when the sample is small."""
    if is_small(rate):
        return small_text(rate), True
    return f"{text(rate, Unit.RATE)} {of_what}", False


def trend_chart(metric: Metric, rows: Sequence[Row], period: Period) -> TrendChart:
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


def immature_share(immature: int, leads: int) -> str:
    """The percentage of leads that are too young to judge; empty if none is."""
    return percent(Fraction(immature, leads)) if immature else ""


def planned_days(spend: Spend) -> str:
    """`16 campaign days from budget`; empty if all days have an entry.

    A day on which two campaigns count their budgets is two.
    """
    count = spend.planned_days
    days = "campaign day" if count == 1 else "campaign days"
    return f"{count:,} {days} from budget" if count else ""
