"""Past days on which a campaign ran and nobody has entered what they cost.

Until somebody does, such a day counts its share of the monthly budget, or nothing where
there is none; so it is named wherever spend is shown.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from campaigns.models import Campaign, CampaignSpend
from medspa.clinic_time import clinic_today, clinic_zone, local_date
from medspa.formats import format_days
from medspa.months import ONE_DAY, DayRange

# Nobody looks up a spend that is older than this.
LOOKS_BACK = timedelta(days=400)
MOST_NAMED = 4


@dataclass(frozen=True)
class MissingSpend:
    """The days of one campaign without a spend, in order; is there a budget for them.

    Never empty: a campaign that misses nothing has none.
    """

    campaign_id: str
    name: str
    gaps: tuple[DayRange, ...]
    has_budget: bool

    @property
    def days(self) -> int:
        return sum(gap.days for gap in self.gaps)

    @property
    def words(self) -> str:
        """`Nov 2025, Feb, Mar 9–31`: the year where it is not this one."""
        this_year = clinic_today().year
        named = [format_days(gap, this_year) for gap in self.gaps[-MOST_NAMED:]]
        if more := len(self.gaps) - len(named):
            named.append(f"and {more} more {'range' if more == 1 else 'ranges'}")
        return ", ".join(named)


def missing_of(
    campaign_id: str,
    name: str,
    days: DayRange | None,
    entered: Collection[DayRange],
    *,
    has_budget: bool,
) -> MissingSpend | None:
    """What is missing of the days on which a campaign ran, which may be none."""
    gaps = tuple(days.without(entered)) if days else ()
    return MissingSpend(campaign_id, name, gaps, has_budget) if gaps else None


def runs_since(campaign: Campaign) -> date:
    """Its first day; where nobody gave one, the day on which it was added."""
    return campaign.starts_on or local_date(campaign.created_at, clinic_zone())


def past_days(
    since: date, until: date | None, asked: DayRange, today: date
) -> DayRange | None:
    """Of the asked days those before today on which a campaign ran."""
    yesterday = today - ONE_DAY
    return asked.within(since, min(until or yesterday, yesterday))


def missing_spend(campaigns: Iterable[Campaign]) -> list[MissingSpend]:
    """What is missing up to yesterday, of active campaigns, in their order."""
    today = clinic_today()
    asked = DayRange(today - LOOKS_BACK, today)
    listed = list(campaigns)
    entered: dict[str, list[DayRange]] = {campaign.pk: [] for campaign in listed}
    for spend in CampaignSpend.objects.filter(campaign__in=listed).touching(asked):
        entered[spend.campaign_id].append(spend.days)
    found = (
        missing_of(
            campaign.pk,
            campaign.name,
            past_days(runs_since(campaign), campaign.ends_on, asked, today),
            entered[campaign.pk],
            has_budget=campaign.monthly_spend_cents > 0,
        )
        for campaign in listed
    )
    return [missing for missing in found if missing]
