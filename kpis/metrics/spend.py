"""What campaigns cost in a range of days: exact fractions, each rounded once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from campaigns.spend.entered import EnteredSpend
from kpis.period import Period
from medspa.money import round_half_away
from medspa.months import days_in


@dataclass(frozen=True)
class SpendPart:
    """Exact cents of days in a row: entered, or (`is_planned`) from the budget."""

    days: Period
    cents: Fraction
    is_planned: bool


@dataclass(frozen=True)
class Plan:
    """What a campaign costs: what is `entered`, on other days a part of its budget.

    The budget is `monthly_cents` a month from `starts_on` to `ends_on`, both included,
    either may be open. What was entered counts on its days even outside of these.
    """

    monthly_cents: int
    starts_on: date | None = None
    ends_on: date | None = None
    entered: Sequence[EnteredSpend] = ()

    def parts(self, period: Period) -> Iterator[SpendPart]:
        """Entry by entry, and between them the budget month by month, in order."""
        found = [
            SpendPart(part, spend.share(period), is_planned=False)
            for spend in self.entered
            if (part := period.within(spend.days.first, spend.days.last))
        ]
        for gap in period.without(spend.days for spend in self.entered):
            if running := gap.within(self.starts_on, self.ends_on):
                found += map(self._planned, running.by_month())
        yield from sorted(found, key=lambda part: part.days)

    def _planned(self, days: Period) -> SpendPart:
        """Days of one month, each of which costs the same."""
        cents = Fraction(self.monthly_cents * days.days, days_in(days.first))
        return SpendPart(days, cents, is_planned=True)

    def cost(self, period: Period) -> Fraction:
        """Cents for the days of `period`, exactly."""
        return sum((part.cents for part in self.parts(period)), Fraction(0))


@dataclass(frozen=True)
class CampaignCost:
    """Exact cents of a campaign, and of how many days they were planned or entered."""

    cents: Fraction
    planned_days: int = 0
    entered_days: int = 0


@dataclass(frozen=True)
class Spend:
    """Cost by campaign id. Each is rounded once, so that rows add up to the total."""

    costs: Mapping[str, CampaignCost]

    @classmethod
    def of(cls, plans: Mapping[str, Plan], period: Period) -> "Spend":
        return cls({key: _cost(plan, period) for key, plan in plans.items()})

    def cents(self, campaign: str) -> int:
        return round_half_away(self.costs[campaign].cents)

    def of_campaigns(self, campaigns: Sequence[str]) -> "Spend":
        return Spend({campaign: self.costs[campaign] for campaign in campaigns})

    @property
    def total_cents(self) -> int:
        return sum(self.cents(campaign) for campaign in self.costs)

    @property
    def total_exact(self) -> Fraction:
        return sum((cost.cents for cost in self.costs.values()), Fraction(0))

    @property
    def planned_days(self) -> int:
        """Days without an entry on which a campaign ran; those of each campaign."""
        return sum(cost.planned_days for cost in self.costs.values())

    @property
    def entered_days(self) -> int:
        return sum(cost.entered_days for cost in self.costs.values())


def _cost(plan: Plan, period: Period) -> CampaignCost:
    parts = list(plan.parts(period))
    planned = sum(part.days.days for part in parts if part.is_planned)
    return CampaignCost(
        sum((part.cents for part in parts), Fraction(0)),
        planned,
        sum(part.days.days for part in parts) - planned,
    )
