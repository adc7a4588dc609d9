"""The campaigns as their list shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from campaigns.models import Campaign, CampaignSpend
from campaigns.spend.missing import missing_spend
from medspa.clinic_time import clinic_today
from medspa.months import month_of, previous_month


@dataclass(frozen=True)
class CampaignLine:
    """One line: cents of this and the last month, None where nobody entered any.

    `missing` names the months without a spend.
    """

    campaign: Campaign
    state: str
    last_month: int | None
    this_month: int | None
    missing: str

    @property
    def runs(self) -> str:
        """`since 3 Mar 2026`, `1 Jan – 31 Mar 2026`, `always`"""
        first, last = self.campaign.starts_on, self.campaign.ends_on
        if first and last:
            return f"{_day(first)} – {_day(last)}"
        if first:
            return f"since {_day(first)}"
        return f"until {_day(last)}" if last else "always"


def listed(campaigns: Sequence[Campaign], *, with_spend: bool) -> list[CampaignLine]:
    """The running campaigns first, then planned, then ended ones; each by name."""
    today = clinic_today()
    this_month, last_month = month_of(today), previous_month(today)
    spends: dict[tuple[str, date], int] = {}
    missing: dict[str, str] = {}
    if with_spend:
        spends = {
            (row.campaign_id, row.month): row.spend_cents
            for row in CampaignSpend.objects.filter(month__gte=last_month)
        }
        missing = {m.campaign_id: m.words for m in missing_spend(campaigns)}
    lines = [
        CampaignLine(
            campaign,
            _state(campaign, today),
            spends.get((campaign.pk, last_month)),
            spends.get((campaign.pk, this_month)),
            missing.get(campaign.pk, ""),
        )
        for campaign in campaigns
    ]
    order = ("running", "planned", "ended")
    return sorted(
        lines, key=lambda line: (order.index(line.state), line.campaign.name.casefold())
    )


def _state(campaign: Campaign, today: date) -> str:
    if campaign.ends_on and campaign.ends_on < today:
        return "ended"
    if campaign.starts_on and campaign.starts_on > today:
        return "planned"
    return "running"


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"
