"""The data of a campaign's page: its funnel, what each step cost, and its months.

`read_campaign_page` asks all the questions; the templates ask none.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from campaigns.models import Campaign
from campaigns.spend.entered import EnteredSpend, entered_cents
from campaigns.spend.missing import MissingSpend, missing_spend, runs_since
from campaigns.spend.pasting import (
    BEFORE_PREFIX,
    INPUT_PREFIX,
    NEW_INPUTS,
    amount_text,
    input_key,
)
from campaigns.spend.planning import so_far
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
from kpis.metrics.spend import Plan
from kpis.page.cards import MetricCard
from kpis.page.chart import BarChart, bar_chart
from kpis.page.state import PageState
from kpis.page.table import Cell, KpiTable, cell
from kpis.period import Period, Window
from kpis.queries import counts as queries
from kpis.queries.breakdown import Row
from kpis.queries.numbers import KpiData
from medspa.formats import clinic_formats, format_cents, format_days
from medspa.months import DayRange

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
    ("Showed", "shown_leads", "cost_per_show_cents"),
    ("New customers", "new_customers", "cac_cents"),
)
CAMPAIGN_MONTH_COLUMNS = (
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
LONGEST_PERIOD = timedelta(days=730)


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
class SpendInput:
    """The input of what some days cost; `cents` are what is entered, and `sent` what
    the form had when it was refused."""

    days: DayRange
    cents: int | None
    sent: Mapping[str, str]

    @property
    def key(self) -> str:
        return input_key(self.days)

    @property
    def before(self) -> str:
        """What was entered when the amount was typed, in cents."""
        now = "" if self.cents is None else str(self.cents)
        return self.sent.get(f"{BEFORE_PREFIX}{self.key}", now)

    @property
    def text(self) -> str:
        return self.sent.get(f"{INPUT_PREFIX}{self.key}", amount_text(self.cents))

    @property
    def label(self) -> str:
        return format_days(self.days)


class NewSpend(NamedTuple):
    """What was typed for dates that have no input of their own yet."""

    first: str
    last: str
    amount: str


@dataclass(frozen=True)
class MonthLine:
    """A month of the table; `note` says what counts where it is not the input's."""

    month: CampaignMonth
    input: SpendInput
    note: str
    cells: Sequence[Cell]
    is_missing: bool


@dataclass(frozen=True)
class CampaignPageData:
    """One campaign: `figures` of the range, and its months as a table for the file.

    `months` are the newest first, like the rows of the table and the `lines` that the
    page prints. `parts` are the entries that are not just one of these months, `new` is
    what was typed for other dates, and `missing` are the days without a spend.
    """

    state: PageState
    figures: Figures
    cards: Sequence[MetricCard]
    steps: Sequence[CampaignStep]
    months: Sequence[CampaignMonth]
    table: KpiTable
    lines: Sequence[MonthLine]
    parts: Sequence[SpendInput]
    new: NewSpend
    missing: MissingSpend | None
    charts: Sequence[MonthChart]


def read_campaign_page(
    campaign: Campaign, state: PageState, numbers: KpiData, sent: Mapping[str, str]
) -> CampaignPageData:
    """`sent` is what the form of its spend had when it was refused, if it was."""
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
        lines=[
            _line(campaign, month, table, missing, numbers.window.today, sent)
            for month in months
        ],
        parts=_parts(months, sent),
        new=NewSpend(*(sent.get(name, "") for name in NEW_INPUTS)),
        missing=missing,
        charts=[_chart(definitions.PERIOD[key], months) for key in CHARTED],
    )


def months_table(campaign: Campaign, window: Window) -> KpiTable:
    """The table of the months by itself, for the file."""
    return _month_table(_months(campaign, window))


# The range -----------------------------------------------------------------------


def _figures(campaign: Campaign, numbers: KpiData) -> Figures:
    counts = _counts_of(campaign, numbers.slices)
    spend = numbers.spend.of_campaigns([campaign.pk])
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
    """From its first day, at most two years back, to its last, paid for, or today."""
    ended = campaign.ends_on or window.today
    paid = campaign.spends.order_by("-to_on").values_list("to_on", flat=True)
    last = min(max([ended, *paid[:1]]), window.today)
    entered = campaign.spends.order_by("from_on").values_list("from_on", flat=True)
    begun = min([runs_since(campaign), *entered[:1]])
    first = max(begun, last - LONGEST_PERIOD)
    return Window(Period(min(first, last), last), window.zone, window.as_of)


def _plan(campaign: Campaign, months: Window) -> Plan:
    facts = queries.campaign_facts(months)
    return next(fact for fact in facts if fact.id == campaign.pk).plan


def _month_table(months: Sequence[CampaignMonth]) -> KpiTable:
    rows = [
        Row(
            f"{month.first:%Y-%m}",
            clinic_formats().short_month(month.first),
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
        [definitions.PERIOD[key] for key in CAMPAIGN_MONTH_COLUMNS],
        rows,
    )


def _line(
    campaign: Campaign,
    month: CampaignMonth,
    table: KpiTable,
    missing: MissingSpend | None,
    today: date,
    sent: Mapping[str, str],
) -> MonthLine:
    own = _own_entry(month)
    asked = own.days if own else so_far(month.days, today)
    is_missing = bool(missing and any(gap.overlaps(month.days) for gap in missing.gaps))
    return MonthLine(
        month,
        SpendInput(asked, own.cents if own else None, sent),
        "" if own else _note(month, is_missing=is_missing),
        # The spend is an input.
        [_month_cell(campaign, month, table, metric) for metric in table.columns[1:]],
        is_missing,
    )


def _own_entry(month: CampaignMonth) -> EnteredSpend | None:
    """What was entered for just this month."""
    return next((entry for entry in month.entered if entry.days == month.days), None)


def _parts(
    months: Sequence[CampaignMonth], sent: Mapping[str, str]
) -> list[SpendInput]:
    """The entries of other ranges than these months, the newest first."""
    found = {
        entry
        for month in months
        if _own_entry(month) is None
        for entry in month.entered
    }
    newest = sorted(found, reverse=True)
    return [SpendInput(entry.days, entry.cents, sent) for entry in newest]


def _month_cell(
    campaign: Campaign, month: CampaignMonth, table: KpiTable, metric: Metric
) -> Cell:
    value = month.figures[metric.key]
    period = Period(month.first, month.last)
    rows = _rows(campaign, metric.key, period, Basis.PERIOD, value)
    return table.cell(value, metric)._replace(rows=rows)


def _note(month: CampaignMonth, *, is_missing: bool) -> str:
    """`$1,350 entered for 14 days, 16 days planned`, or what else counts."""
    counted = as_integer(month.figures["spend_cents"])
    entered = entered_cents(month.entered, month.days)
    if entered is not None:
        days = month.spend.entered_days
        words = f"{format_cents(entered)} entered for {_days(days)}"
        planned = month.spend.planned_days
        return f"{words}, {_days(planned)} from budget" if planned else words
    if counted:
        return f"budget {format_cents(counted)}"
    return "missing" if is_missing else ""


def _days(count: int) -> str:
    return f"{count} day{'' if count == 1 else 's'}"


def _chart(metric: Metric, months: Sequence[CampaignMonth]) -> MonthChart:
    oldest_first = list(reversed(months))
    values = [month.figures[metric.key] for month in oldest_first]
    titles = [
        f"{clinic_formats().short_month(month.first)}: {text(value, metric.unit)}"
        for month, value in zip(oldest_first, values, strict=True)
    ]
    scale = 100 if metric.unit == Unit.RATIO else 1
    heights = [int((number(value) or 0) * scale) for value in values]
    total = "" if metric.unit == Unit.RATIO else text(sum(heights), metric.unit)
    peak = titles[heights.index(max(heights))]
    words = f"{metric.label} by month, at most {peak}."
    return MonthChart(metric, total, bar_chart(heights, titles), words)
