"""What the KPI page shows: cards, bars and tables, ready to be printed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import NamedTuple
from urllib.parse import urlencode

from django.urls import reverse

from campaigns.spend.missing import Missing
from kpis import drill
from kpis.metrics import definitions
from kpis.metrics.definitions import Basis, Metric, Unit
from kpis.metrics.display import Value, as_integer, change, text
from kpis.page import people_tables, tables
from kpis.page.cards import (
    Card,
    FunnelStep,
    TrendChart,
    funnel_step,
    immature_share,
    trend_chart,
)
from kpis.page.heatmap import Heat
from kpis.page.table import Table, cell
from kpis.period import PRESETS, Choice, Period
from kpis.queries.counts import clinic_is_empty
from kpis.queries.missing_spend import missing_spend
from kpis.queries.numbers import Numbers
from kpis.restatements import Restatement, restatement
from kpis.restatements.snapshots import month_of

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
Builder = Callable[[Numbers], Table]
NOT_COMPARED = {"compare": "off"}
ALIVE = ("leads", "ad_clicks", "booked_events", "show_events", "paid_invoices")


class Part(NamedTuple):
    """Tables that come after the page: no number above waits for them."""

    key: str
    title: str
    tables: tuple[Builder, ...]
    is_paired: bool = False


PARTS = {
    part.key: part
    for part in (
        Part(
            "places",
            "By source, platform, procedure and tag",
            (
                tables.by_source,
                tables.by_platform,
                tables.by_procedure,
                tables.by_tag,
            ),
        ),
        Part(
            "people",
            "Cohorts by month and where people get lost",
            (people_tables.by_month, people_tables.leak_map),
        ),
        Part(
            "paces",
            "Speed to lead and consults",
            (tables.speed, tables.consults),
            is_paired=True,
        ),
        Part("arrivals", "Arrivals and first contact", (people_tables.by_hour,)),
        Part(
            "stages",
            "Time in stage and forecast",
            (tables.time_in_stage, tables.expected),
            is_paired=True,
        ),
    )
}


class Link(NamedTuple):
    label: str
    query: str
    is_current: bool


class Page:
    """The page of one range and basis. Its parts ask the database when shown.

    `compares`: whether the cards name the period before.
    """

    def __init__(
        self, choice: Choice, numbers: Numbers, *, compares: bool = True
    ) -> None:
        self.choice = choice
        self.numbers = numbers
        self.compares = compares
        self.before = numbers.previous()

    @property
    def period(self) -> Period:
        return self.choice.period

    @property
    def compared_with(self) -> Period:
        return self.before.window.period

    @property
    def is_empty(self) -> bool:
        return self.has_nothing and clinic_is_empty()

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
                self._query(self.choice.query, basis=basis),
                basis == self.numbers.basis,
            )
            for basis in (Basis.PERIOD, Basis.COHORT)
        ]

    @property
    def comparing(self) -> Link:
        """The switch of the comparison: follow it for the other way."""
        query = self._query(self.choice.query, compares=not self.compares)
        return Link("Compare", query, self.compares)

    @property
    def query(self) -> str:
        """The address of this page, without its path."""
        return self._query(self.choice.query)

    def _query(
        self,
        chosen: Mapping[str, str],
        *,
        basis: Basis | None = None,
        compares: bool | None = None,
    ) -> str:
        basis = basis or self.numbers.basis
        compares = self.compares if compares is None else compares
        cohort = {"basis": basis.value} if basis == Basis.COHORT else {}
        return urlencode({**chosen, **cohort, **({} if compares else NOT_COMPARED)})

    @cached_property
    def rows_address(self) -> str:
        """What comes before the parameters that open a number's rows."""
        state = "" if self.compares else urlencode(NOT_COMPARED) + "&"
        return f"{reverse('kpi_rows')}?{state}"

    @property
    def cards(self) -> list[Card]:
        now = self.numbers.figures
        before = self.before.figures if self.compares else {}
        cards = [
            self._card(definitions.PERIOD[key], now[key], before.get(key))
            for key in CARDS
        ]
        return [*cards, self._contacted_card()]

    def _card(self, metric: Metric, now: Value, before: Value) -> Card:
        basis = self.numbers.basis
        rows = self._rows(metric.key, basis, now)
        card = Card(metric, basis, cell(now, metric), rows=rows)
        return self._compared(card, now, before, text(before, metric.unit))

    def _compared(self, card: Card, now: Value, before: Value, words: str) -> Card:
        if not self.compares:
            return card
        return replace(card, before=words, change=change(card.metric, now, before))

    def _rows(self, metric: str, basis: Basis, value: Value) -> str:
        return drill.address(self.period, basis, drill.Asked(metric), value)

    def _contacted_card(self) -> Card:
        now, cohort = self.numbers.first_touch, Basis.COHORT
        share = now.within_5min_share
        median = text(now.median_seconds, Unit.SECONDS)
        asked = drill.Asked("within_5min", "speed", "any")
        card = Card(
            CONTACTED,
            cohort,
            cell(share, CONTACTED),
            note=f"median {median}" if now.contacted else "",
            rows=drill.address(self.period, cohort, asked, now.within_5min),
        )
        earlier = self.before.in_time if self.compares else None
        return self._compared(card, share, earlier, cell(earlier, CONTACTED).text)

    @property
    def immature(self) -> str:
        """The percentage of leads that are too young to judge; empty if none is."""
        base = self.numbers.cohort_base
        return immature_share(base.immature_leads, base.leads)

    @property
    def funnel(self) -> list[FunnelStep]:
        cohort = self.numbers.cohort
        return [
            replace(
                funnel_step(
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
            trend_chart(metric, table.rows, self.period) for metric in table.columns
        ]

    @cached_property
    def trend(self) -> Table:
        return tables.along(self.numbers)

    @property
    def campaigns(self) -> Table:
        return tables.by_campaign(self.numbers)

    @cached_property
    def restated(self) -> Restatement | None:
        """What differs from the month's numbers as they first were."""
        return restatement(self.numbers)

    @property
    def asks_for_months(self) -> bool:
        """Other ranges than one month name the months among them that changed."""
        is_month = self.period == month_of(self.period.first)
        return self.numbers.basis == Basis.PERIOD and not is_month

    @property
    def missing(self) -> list[Missing]:
        """Campaigns whose spend nobody has entered for these days."""
        return missing_spend(self.numbers.facts, self.period, self.numbers.window.today)

    @property
    def parts(self) -> Sequence[Part]:
        return tuple(PARTS.values())

    @property
    def heat(self) -> Heat:
        return Heat(self.numbers.arrivals, self.period)


class PartPage(Page):
    """One part of the page by itself."""

    def __init__(
        self, part: Part, choice: Choice, numbers: Numbers, *, compares: bool = True
    ) -> None:
        super().__init__(choice, numbers, compares=compares)
        self.part = part

    @property
    def tables(self) -> list[Table]:
        return [build(self.numbers) for build in self.part.tables]
