"""The data of the KPI page: everything that its templates print.

`read_page` and `read_parts` ask all the questions; the templates ask none.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from campaigns.spend.missing import MissingSpend
from kpis import drill
from kpis.metrics import definitions
from kpis.metrics.definitions import Basis, Unit
from kpis.metrics.display import Value, as_integer, change, text
from kpis.page import people_tables, tables
from kpis.page.cards import (
    FunnelStep,
    MetricCard,
    TrendChart,
    funnel_step,
    immature_share,
    planned_days,
    trend_chart,
)
from kpis.page.heatmap import Heatmap, heatmap_of
from kpis.page.parts import FIRST_ANCHORS, PART_GROUPS, PageAnchor, PagePart
from kpis.page.state import PageState
from kpis.page.table import KpiTable, cell
from kpis.period import Period, whole_month
from kpis.queries.counts import clinic_is_empty
from kpis.queries.missing_spend import missing_spend
from kpis.queries.numbers import KpiData
from kpis.restatements.data import RestatedMonth
from kpis.restatements.reading import restated_month
from medspa.clinic.current import current_clinic

CARD_KEYS = (
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
# Every figure of a range, in the groups in which the page lists them.
FIGURE_GROUPS = (
    (
        "Leads and consults",
        (
            "leads",
            "leads_with_campaign",
            "ad_clicks",
            "booked_leads",
            "booked_events",
            "shown_leads",
            "show_events",
        ),
    ),
    (
        "Money",
        (
            "gross_collected_cents",
            "refunds_cents",
            "net_revenue_cents",
            "attributed_net_revenue_cents",
            "paid_invoices",
            "aov_cents",
            "revenue_per_lead_cents",
        ),
    ),
    (
        "Customers and rates",
        (
            "paying_leads",
            "new_customers",
            "attributed_new_customers",
            "lead_to_booked",
            "show_rate",
            "close_rate",
            "click_to_lead",
        ),
    ),
    (
        "What it costs",
        (
            "spend_cents",
            "cpl_cents",
            "paid_cpl_cents",
            "cost_per_booked_cents",
            "cost_per_show_cents",
            "cac_blended_cents",
            "cac_paid_cents",
        ),
    ),
    ("What it returns", ("roas_attributed", "mer_blended", "roi_attributed")),
)
WITHIN_5MIN = definitions.SPEED["within_5min_share_of_all_leads"]
# Label, people, rate, what the rate is of, the metric whose rows it opens.
FUNNEL_STEPS = (
    ("Leads", "leads", None, "", "leads"),
    ("Booked", "booked", "lead_to_booked", "of leads", "booked_leads"),
    ("Showed", "shown", "booked_to_shown", "of booked", "shown_leads"),
    ("Paid", "won", "lead_to_won", "of leads", "paying_leads"),
)
# If all of these are zero, nothing happened in the range.
ACTIVITY_KEYS = (
    "leads",
    "ad_clicks",
    "booked_events",
    "show_events",
    "paid_invoices",
)


class FigureGroup(NamedTuple):
    """Figures that belong together; each is written like a card."""

    title: str
    figures: Sequence[MetricCard]


@dataclass(frozen=True)
class KpiContent:
    """The numbers of the page.

    `immature_percent` is the share of the cohort's leads that are too young to judge,
    empty if there are none. `restated` is what differs from the month's numbers as
    they first were, `missing_spend` the campaigns whose spend nobody has entered.
    `lists_restated_months`: the range is more or less than one month, so the months
    in it that changed are loaded after the page. Of `part_groups` each is loaded by
    one request.
    """

    is_quiet: bool
    cards: Sequence[MetricCard]
    groups: Sequence[FigureGroup]
    restated: RestatedMonth | None
    missing_spend: Sequence[MissingSpend]
    immature_percent: str
    funnel: Sequence[FunnelStep]
    trend: KpiTable
    charts: Sequence[TrendChart]
    campaigns: KpiTable
    lists_restated_months: bool
    part_groups: Sequence[Sequence[PagePart]]

    @property
    def parts(self) -> list[PagePart]:
        return [part for group in self.part_groups for part in group]


@dataclass(frozen=True)
class KpiPageData:
    """`content` is None in a clinic that has no leads yet.

    On paper stand `clinic` and `as_of`, the moment to which the numbers go.
    """

    state: PageState
    compared_with: Period
    clinic: str
    as_of: datetime
    content: KpiContent | None

    @property
    def anchors(self) -> list[PageAnchor]:
        parts = self.content.parts if self.content else ()
        later = [PageAnchor(f"kpi-{part.key}", part.short) for part in parts]
        return [*FIRST_ANCHORS, *later] if self.content else []


@dataclass(frozen=True)
class KpiPartData:
    """One part of the page; only that of arrivals has a heatmap."""

    part: PagePart
    tables: Sequence[KpiTable]
    heatmap: Heatmap | None


def read_page(state: PageState, numbers: KpiData) -> KpiPageData:
    before = numbers.previous()
    is_quiet = not any(numbers.figures[key] for key in ACTIVITY_KEYS)
    is_empty = is_quiet and clinic_is_empty()
    content = None if is_empty else _content(state, numbers, before, is_quiet)
    return KpiPageData(
        state,
        before.window.period,
        current_clinic().name,
        numbers.window.as_of,
        content,
    )


def _content(
    state: PageState, numbers: KpiData, before: KpiData, is_quiet: bool
) -> KpiContent:
    period = state.period
    compared = before if state.compares else None
    trend = tables.trend_table(numbers)
    whole = numbers.cohort_base
    return KpiContent(
        is_quiet=is_quiet,
        cards=_cards(numbers, compared),
        groups=[
            FigureGroup(title, [_card(key, numbers, compared) for key in keys])
            for title, keys in FIGURE_GROUPS
        ],
        restated=restated_month(numbers),
        missing_spend=missing_spend(numbers.facts, period, numbers.window.today),
        immature_percent=immature_share(whole.immature_leads, whole.leads),
        funnel=_funnel(numbers),
        trend=trend,
        charts=[trend_chart(metric, trend.rows, period) for metric in trend.columns],
        campaigns=tables.by_campaign(numbers),
        lists_restated_months=(
            numbers.basis == Basis.PERIOD and period != whole_month(period.first)
        ),
        part_groups=PART_GROUPS,
    )


def read_parts(
    parts: Sequence[PagePart], state: PageState, numbers: KpiData
) -> list[KpiPartData]:
    return [_read_part(part, state, numbers) for part in parts]


def _read_part(part: PagePart, state: PageState, numbers: KpiData) -> KpiPartData:
    found = [build(numbers) for build in part.builders]
    shows_hours = people_tables.by_hour in part.tables
    heatmap = heatmap_of(numbers.arrivals, state.period) if shows_hours else None
    return KpiPartData(part, found, heatmap)


def _cards(numbers: KpiData, before: KpiData | None) -> list[MetricCard]:
    cards = [_card(key, numbers, before) for key in CARD_KEYS]
    return [*cards, _contacted_card(numbers, before)]


def _card(key: str, numbers: KpiData, before: KpiData | None) -> MetricCard:
    metric, value = definitions.PERIOD[key], numbers.figures[key]
    card = MetricCard(
        metric,
        numbers.basis,
        cell(value, metric),
        note=planned_days(numbers.spend) if key == "spend_cents" else "",
        rows=_rows(numbers, key, numbers.basis, value),
    )
    if before is None:
        return card
    earlier = before.figures[key]
    return _compared(card, value, earlier, text(earlier, metric.unit))


def _contacted_card(numbers: KpiData, before: KpiData | None) -> MetricCard:
    speed = numbers.first_human_touch
    share = speed.within_5min_share
    asked = drill.MetricRef(WITHIN_5MIN.key, "speed", "human")
    period = numbers.window.period
    median = text(speed.median_seconds, Unit.SECONDS)
    card = MetricCard(
        WITHIN_5MIN,
        Basis.COHORT,
        cell(share, WITHIN_5MIN),
        note=f"median {median}" if speed.contacted else "",
        second_line=_with_automatic_texts(numbers, speed.not_counted),
        rows=drill.address(period, Basis.COHORT, asked, share),
    )
    if before is None:
        return card
    earlier = before.in_time
    return _compared(card, share, earlier, cell(earlier, WITHIN_5MIN).text)


def _with_automatic_texts(numbers: KpiData, not_counted: int) -> str:
    """The share that counts every touch, and whom neither share counts."""
    any_share = cell(numbers.any_in_time, WITHIN_5MIN).text
    words = f"{any_share} with automatic texts"
    if not_counted:
        leads = "lead" if not_counted == 1 else "leads"
        words += f"; {not_counted:,} imported {leads} not counted"
    return words


def _compared(card: MetricCard, now: Value, before: Value, words: str) -> MetricCard:
    return replace(card, before=words, change=change(card.metric, now, before))


def _rows(numbers: KpiData, key: str, basis: Basis, value: Value) -> str:
    return drill.address(numbers.window.period, basis, drill.MetricRef(key), value)


def _funnel(numbers: KpiData) -> list[FunnelStep]:
    cohort = numbers.cohort
    return [
        replace(
            funnel_step(
                label,
                as_integer(cohort[people]),
                numbers.cohort_base.leads,
                cohort[rate] if rate else None,
                of_what,
            ),
            rows=_rows(numbers, metric, Basis.COHORT, cohort[people]),
        )
        for label, people, rate, of_what, metric in FUNNEL_STEPS
    ]
