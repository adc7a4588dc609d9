"""Months in which a campaign runs and nobody has entered what it cost.

Such a month counts as no spend, which makes every cost look better than it is; so it
is shown wherever spend is shown.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from campaigns.models import Campaign, CampaignSpend
from medspa.clinic_time import clinic_today, clinic_zone, local_date
from medspa.months import months_between as months_between

# Nobody looks up a spend that is older than this.
LOOKS_BACK = timedelta(days=400)


@dataclass(frozen=True)
class MissingSpend:
    """The months of one campaign without a spend, in order."""

    campaign_id: str
    name: str
    months: tuple[date, ...]

    @property
    def words(self) -> str:
        """`Nov 2025, Feb, Mar`: the year where it is not this one."""
        this_year = clinic_today().year
        return ", ".join(
            f"{month:%b}" if month.year == this_year else f"{month:%b %Y}"
            for month in self.months
        )


def missing_months(
    first: date,
    last: date,
    planned_cents: int,
    entered: Collection[date],
) -> tuple[date, ...]:
    """Of the days on which a campaign runs, the months without any spend.

    A planned spend counts for every month, so then none is missing.
    """
    if planned_cents > 0:
        return ()
    return tuple(m for m in months_between(first, last) if m not in entered)


def runs_since(campaign: Campaign) -> date:
    """Its first day; where nobody gave one, the day on which it was added."""
    return campaign.starts_on or local_date(campaign.created_at, clinic_zone())


def missing_spend(campaigns: Iterable[Campaign]) -> list[MissingSpend]:
    """What is missing up to today, of active campaigns, in their order."""
    today = clinic_today()
    unplanned = [c for c in campaigns if not c.monthly_spend_cents]
    entered: dict[str, set[date]] = {campaign.pk: set() for campaign in unplanned}
    for pk, month in CampaignSpend.objects.filter(campaign__in=unplanned).values_list(
        "campaign", "month"
    ):
        entered[pk].add(month)
    found = [
        MissingSpend(
            campaign.pk,
            campaign.name,
            missing_months(
                max(runs_since(campaign), today - LOOKS_BACK),
                min(campaign.ends_on or today, today),
                campaign.monthly_spend_cents,
                entered[campaign.pk],
            ),
        )
        for campaign in unplanned
    ]
    return [missing for missing in found if missing.months]
