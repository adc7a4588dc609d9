"""What a campaign's page is made of, ready to be printed."""

from collections.abc import Sequence
from dataclasses import dataclass

from kpis.campaign_page.months import Month
from kpis.metrics.definitions import Metric
from kpis.page.chart import BarChart
from kpis.page.table import Cell


@dataclass(frozen=True)
class Step:
    """`width` is its share of the widest step in percent, `rate` of the one before."""

    label: str
    people: str
    width: str
    rate: Cell | None
    cost: str
    rows: str


@dataclass(frozen=True)
class Card:
    metric: Metric
    formula: str
    text: str
    rows: str


@dataclass(frozen=True)
class Chart:
    metric: Metric
    total: str
    bars: BarChart
    words: str


@dataclass(frozen=True)
class Line:
    """A month of the table; `key` names its input, `note` says what counts."""

    month: Month
    key: str
    typed: str
    note: str
    cells: Sequence[Cell]


@dataclass(frozen=True)
class Link:
    label: str
    query: str
    is_current: bool
