"""What was entered for a range of days counts evenly over its days."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from campaigns.models import CampaignSpend
from medspa.money import round_half_away
from medspa.months import DayRange


@dataclass(frozen=True, order=True)
class EnteredSpend:
    """Cents that a campaign cost on `days`, together."""

    days: DayRange
    cents: int

    def share(self, asked: DayRange) -> Fraction:
        """The exact cents of those of its days that are asked for."""
        part = self.days.within(asked.first, asked.last)
        return Fraction(self.cents * part.days, self.days.days) if part else Fraction(0)


def entered_by(row: CampaignSpend) -> EnteredSpend:
    return EnteredSpend(DayRange(row.from_on, row.to_on), row.spend_cents)


def entered_cents(entered: Iterable[EnteredSpend], asked: DayRange) -> int | None:
    """The cents entered for the asked days; None if nothing is entered for any."""
    shares = [spend.share(asked) for spend in entered if spend.days.overlaps(asked)]
    return round_half_away(sum(shares, Fraction(0))) if shares else None
