"""The rows behind ad spend: what each campaign cost in each month of a window."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import lcm

from kpis.drill.metric_ref import MetricRef
from kpis.period import Period
from kpis.queries.counts import CampaignFacts
from kpis.queries.numbers import KpiData
from medspa.money import split_cents
from medspa.months import month_of


@dataclass(frozen=True)
class SpendRow:
    """A campaign's cost in one month; `is_planned` if no actual spend was entered.

    `running` are the days on which it ran.
    """

    campaign: str
    campaign_id: str
    running: Period
    cents: int
    is_planned: bool


def spend_rows(ref: MetricRef, numbers: KpiData) -> list[SpendRow]:
    """Campaign by campaign, the newest month first; they add up to the number."""
    return [
        row
        for facts in numbers.facts
        if _is_asked(ref, facts)
        for row in _rows(facts, numbers)
    ]


def _is_asked(ref: MetricRef, facts: CampaignFacts) -> bool:
    own = {"campaign": facts.id, "platform": facts.platform}
    return not ref.by or own[ref.by] == ref.key


def _rows(facts: CampaignFacts, numbers: KpiData) -> list[SpendRow]:
    """A campaign is rounded once: the cents are shared out among its months."""
    total = numbers.spend.cents(facts.id)
    if not total:
        return []
    months = list(_running(facts, numbers.window.period))
    costs = [facts.plan.cost(period) for period in months]
    unit = lcm(*(cost.denominator for cost in costs))
    parts = split_cents(total, [int(cost * unit) for cost in costs])
    rows = [
        SpendRow(
            facts.name,
            facts.id,
            period,
            cents,
            month_of(period.first) not in facts.plan.actual,
        )
        for period, cents in zip(months, parts, strict=True)
    ]
    return [row for row in reversed(rows) if row.cents]


def _running(facts: CampaignFacts, period: Period) -> Iterator[Period]:
    """The days of each month on which the campaign ran, the oldest month first."""
    for month in period.by_month():
        if days := month.within(facts.plan.starts_on, facts.plan.ends_on):
            yield days
