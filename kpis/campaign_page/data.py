"""The data of a campaign's page: its funnel, what each step cost, and its months.

`read_campaign_page` asks all the questions; the templates ask none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from campaigns.models import Campaign
from campaigns.spend.missing import MissingSpend, missing_spend, runs_since
from kpis import drill
from kpis.campaign_page.months import CampaignMonth, campaign_months
from kpis.metrics import definitions
from kpis.metrics.definitions import Basis, Metric, Unit
from kpis.metrics.display import DASH, Value, as_integer, number, text
from kpis.metrics.figures import (
    Counts,
    Figures,
    period_figures,
    ratio,
    share,
    total_row,
)
from kpis.metrics.spend import Plan, Spend
from kpis.page.cards import MetricCard
from kpis.page.chart import BarChart, bar_chart
from kpis.page.state import PageState
from kpis.page.table import Cell, KpiTable, cell
from kpis.period import Period, Window
from kpis.queries import counts as queries
from kpis.queries.breakdown import Row
from kpis.queries.numbers import KpiData

CAMPAIGN_CARD_KEYS = (
    "spend_cents",
    "cpl_cents",
    "cac_cents",
    "net_revenue_cents",
    "roas",
)
# Label, the figure that counts the step, the figure of what each one costs.
CAMPAIGN_STEPS = (
    ("Ad clicks", "ad_clicks", ""),
    ("Leads", "leads", "cpl_cents"),
    ("Booked", "booked_leads", "cost_per_booked_cents"),
    ("Shown", "shown_leads", "cost_per_show_cents"),
    ("New customers", "new_customers", "cac_cents"),
)
MONTH_COLUMNS = (
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
CHARTED = ("spend_cents", "net_revenue_cents", "roas")
LONGEST = timedelta(days=730)


@dataclass(frozen=True)
class CampaignStep:
    """A step of the funnel.

    `width` is its share of the widest step in percent, `rate` that of the step before.
    """

    label: str
    people: str
    width: str
    rate: Cell | None
    cost: str
    rows: str


@dataclass(frozen=True)
class MonthChart:
    """`words` say what the bars show, for people who don't see them."""

    metric: Metric
    total: str
    chart: BarChart
    words: str


@dataclass(frozen=True)
class MonthLine:
    """A month of the table; `key` names its input.

    `entered_text` is the entered spend as an input has it, `note` says which amount
    counts if it is another one.
    """

    month: CampaignMonth
    key: str
    entered_text: str
    note: str
    cells: Sequence[Cell]


@dataclass(frozen=True)
class CampaignPageData:
    """One campaign: `figures` of the range, and its months as a table for the file.

    `months` are the newest first, like the rows of the table and the `lines` that the
    page prints. `missing` are the months whose spend nobody has entered.
    """

    state: PageState
    figures: Figures
    cards: Sequence[MetricCard]
    steps: Sequence[CampaignStep]
    months: Sequence[CampaignMonth]
    table: KpiTable
    lines: Sequence[MonthLine]
    missing: MissingSpend | None
    charts: Sequence[MonthChart]


def read_campaign_page(
    campaign: Campaign, state: PageState, numbers: KpiData
) -> CampaignPageData:
    figures = _figures(campaign, numbers)
    months = _months(campaign, numbers.window)
    table = _month_table(months)
    missing = next(iter(missing_spend([campaign])), None)
    return CampaignPageData(
        state=state,
        figures=figures,
        cards=_cards(campaign, state, figures),
        steps=_steps(campaign, state, figures),
        months=months,
        table=table,
        lines=[_line(campaign, month, table, missing) for month in months],
        missing=missing,
        charts=[_chart(definitions.PERIOD[key], months) for key in CHARTED],
    )


def months_table(campaign: Campaign, window: Window) -> KpiTable:
    """The table of the months by itself, for the file."""
    return _month_table(_months(campaign, window))


# The range -----------------------------------------------------------------------


def _figures(campaign: Campaign, numbers: KpiData) -> Figures:
    counts = _counts_of(campaign, numbers.slices)
    spend = Spend({"": numbers.spend.exact[campaign.pk]})
    figures = total_row(period_figures(counts, counts, spend))
    if numbers.basis == Basis.PERIOD:
        return {**figures, "ad_clicks": counts.ad_clicks}
    # Clicks have no cohort: they are those of the range on either basis.
    in_range = _counts_of(campaign, queries.period_slices(numbers.window))
    return {**figures, "ad_clicks": in_range.ad_clicks}


def _counts_of(campaign: Campaign, slices: queries.Slices) -> Counts:
    return queries.total(slices, lambda place: place.campaign == campaign.pk)


def _cards(campaign: Campaign, state: PageState, figures: Figures) -> list[MetricCard]:
    cards = []
    for key in CAMPAIGN_CARD_KEYS:
        metric = definitions.PERIOD[key]
        rows = _rows(campaign, key, state.period, state.basis, figures[key])
        value = Cell(text(figures[key], metric.unit))
        cards.append(MetricCard(metric, state.basis, value, rows=rows))
    return cards


def _rows(
    campaign: Campaign, key: str, period: Period, basis: Basis, value: Value
) -> str:
    """The parameters that open the rows of one of the campaign's numbers."""
    return drill.address(
        period, basis, drill.MetricRef(key, "campaign", campaign.pk), value
    )


def _steps(
    campaign: Campaign, state: PageState, figures: Figures
) -> list[CampaignStep]:
    counts = [as_integer(figures[key]) for _, key, _ in CAMPAIGN_STEPS]
    widest = max(*counts, 1)
    steps = []
    for (label, key, cost), count, before in zip(
        CAMPAIGN_STEPS, counts, [None, *counts[:-1]], strict=True
    ):
        basis = Basis.PERIOD if key == "ad_clicks" else state.basis
        step = CampaignStep(
            label,
            f"{count:,}",
            f"{count / widest * 100:.2f}%",
            None if before is None else _rate(count, before, state.basis),
            text(figures[cost], Unit.CENTS) if cost else _cost_per_click(figures),
            _rows(campaign, key, state.period, basis, figures[key]),
        )
        steps.append(step)
    return steps


def _cost_per_click(figures: Figures) -> str:
    cents, clicks = as_integer(figures["spend_cents"]), as_integer(figures["ad_clicks"])
    return text(ratio(cents, clicks), Unit.CENTS) if clicks else DASH


def _rate(count: int, before: int, basis: Basis) -> Cell:
    """On the period basis a step can exceed the one before: no share of a sample."""
    value: Value = (share if basis == Basis.COHORT else ratio)(count, before)
    return cell(value, definitions.PERIOD["click_to_lead"])


# The months ----------------------------------------------------------------------


def _months(campaign: Campaign, window: Window) -> list[CampaignMonth]:
    months = _months_window(campaign, window)
    return campaign_months(campaign.pk, _plan(campaign, months), months)


def _months_window(campaign: Campaign, window: Window) -> Window:
    """From its first day, at most two years back, to today or its last day."""
    last = min(campaign.ends_on or window.today, window.today)
    entered = campaign.spends.order_by("month").values_list("month", flat=True)
    begun = min([runs_since(campaign), *entered[:1]])
    first = max(begun, last - LONGEST)
    return Window(Period(min(first, last), last), window.zone, window.as_of)


def _plan(campaign: Campaign, months: Window) -> Plan:
    facts = queries.campaign_facts(months)
    return next(fact for fact in facts if fact.id == campaign.pk).plan


def _month_table(months: Sequence[CampaignMonth]) -> KpiTable:
    rows = [
        Row(
            f"{month.first:%Y-%m}",
            f"{month.first:%b %Y}",
            month.figures,
            period=Period(month.first, month.last),
        )
        for month in months
    ]
    return KpiTable(
        "months",
        "Month by month",
        "Month",
        Basis.PERIOD,
        [definitions.PERIOD[key] for key in MONTH_COLUMNS],
        rows,
    )


def _line(
    campaign: Campaign,
    month: CampaignMonth,
    table: KpiTable,
    missing: MissingSpend | None,
) -> MonthLine:
    return MonthLine(
        month,
        f"{month.first:%Y-%m}",
        _as_input(month.entered),
        _note(month, is_missing=bool(missing and month.first in missing.months)),
        # The spend is an input.
        [_month_cell(campaign, month, metric) for metric in table.columns[1:]],
    )


def _month_cell(campaign: Campaign, month: CampaignMonth, metric: Metric) -> Cell:
    value = month.figures[metric.key]
    period = Period(month.first, month.last)
    rows = _rows(campaign, metric.key, period, Basis.PERIOD, value)
    return cell(value, metric)._replace(rows=rows)


def _note(month: CampaignMonth, *, is_missing: bool) -> str:
    """Which amount counts, where it is not simply the one that was entered."""
    counted = as_integer(month.figures["spend_cents"])
    if month.entered is None:
        if counted:
            return f"planned {text(counted, Unit.CENTS)}"
        return "missing" if is_missing else ""
    if counted != month.entered:
        return f"counts {text(counted, Unit.CENTS)}: it ran on some days only"
    return ""


def _as_input(cents: int | None) -> str:
    """As an input of dollars has it: `1200.50`, empty for nothing."""
    return "" if cents is None else f"{cents // 100}.{cents % 100:02}"


def _chart(metric: Metric, months: Sequence[CampaignMonth]) -> MonthChart:
    oldest_first = list(reversed(months))
    values = [month.figures[metric.key] for month in oldest_first]
    titles = [
        f"{month.first:%b %Y}: {text(value, metric.unit)}"
        for month, value in zip(oldest_first, values, strict=True)
    ]
    scale = 100 if metric.unit == Unit.RATIO else 1
    heights = [int((number(value) or 0) * scale) for value in values]
    total = "" if metric.unit == Unit.RATIO else text(sum(heights), metric.unit)
    peak = titles[heights.index(max(heights))]
    words = f"{metric.label} by month, at most {peak}."
    return MonthChart(metric, total, bar_chart(heights, titles), words)
