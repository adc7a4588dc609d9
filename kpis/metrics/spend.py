"""What campaigns cost in a range of days: exact fractions, each rounded once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from kpis.period import Period
from medspa.money import round_half_away


@dataclass(frozen=True)
class Plan:
    """What a campaign costs: `actual` cents by month, else `monthly_cents` a month.

    It runs from `starts_on` to `ends_on`, both included, either may be open.
    """

    monthly_cents: int
    starts_on: date | None = None
    ends_on: date | None = None
    actual: Mapping[date, int] = field(default_factory=dict)

    def cost(self, period: Period) -> Fraction:
        """Cents for the days of `period` on which the campaign runs, exactly."""
        days = period.within(self.starts_on, self.ends_on)
        if days is None:
            return Fraction(0)
        return sum(
            (
                share * self.actual.get(month, self.monthly_cents)
                for month, share in days.months()
            ),
            Fraction(0),
        )


@dataclass(frozen=True)
class Spend:
    """Spend by campaign id. Each is rounded once, so that rows add up to the total."""

    exact: Mapping[str, Fraction]

    @classmethod
    def of(cls, plans: Mapping[str, Plan], period: Period) -> "Spend":
        return cls({key: plan.cost(period) for key, plan in plans.items()})

    def cents(self, campaign: str) -> int:
        return round_half_away(self.exact[campaign])

    @property
    def total_cents(self) -> int:
        return sum(self.cents(campaign) for campaign in self.exact)

    @property
    def total_exact(self) -> Fraction:
        return sum(self.exact.values(), Fraction(0))
