"""The rows behind ad spend: what each campaign cost on which days of a window."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import lcm

from kpis.drill.metric_ref import MetricRef
from kpis.metrics.spend import SpendPart
from kpis.period import Period
from kpis.queries.counts import CampaignFacts
from kpis.queries.numbers import KpiData
from medspa.money import split_cents
from medspa.months import month_of


@dataclass(frozen=True)
class SpendRow:
    """A campaign's cost on days of one month or entry; `is_planned` if none is entered.

    `entries` is how many entries it adds up.
    """

    campaign: str
    campaign_id: str
    days: Period
    cents: int
    is_planned: bool
    entries: int = 0


def spend_rows(ref: MetricRef, numbers: KpiData) -> list[SpendRow]:
    """Campaign by campaign, the newest days first; they add up to the number."""
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
    """A campaign is rounded once: the cents are shared out among its rows."""
    total = numbers.spend.cents(facts.id)
    if not total:
        return []
    groups = list(_groups(facts.plan.parts(numbers.window.period)))
    costs = [sum(part.cents for part in group) for group in groups]
    unit = lcm(*(cost.denominator for cost in costs))
    shares = split_cents(total, [int(cost * unit) for cost in costs])
    rows = [
        SpendRow(
            facts.name,
            facts.id,
            Period(group[0].days.first, group[-1].days.last),
            cents,
            group[0].is_planned,
            0 if group[0].is_planned else len(group),
        )
        for group, cents in zip(groups, shares, strict=True)
    ]
    return [row for row in reversed(rows) if row.cents]


def _groups(parts: Iterator[SpendPart]) -> Iterator[list[SpendPart]]:
    """What was entered day by day is one row a month."""
    group: list[SpendPart] = []
    for part in parts:
        if group and not _goes_on(group, part):
            yield group
            group = []
        group.append(part)
    if group:
        yield group


def _goes_on(group: list[SpendPart], part: SpendPart) -> bool:
    first, last = group[0], group[-1]
    return (
        part.is_planned == first.is_planned
        and (part.days.first - last.days.last).days == 1
        and month_of(part.days.last) == month_of(first.days.first)
    )
