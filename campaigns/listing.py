"""The campaigns as their list shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from campaigns.models import Campaign, CampaignSpend
from campaigns.spend.entered import EnteredSpend, entered_by, entered_cents
from campaigns.spend.missing import missing_spend
from medspa.clinic_time import clinic_today
from medspa.formats import format_date
from medspa.months import DayRange, previous_month


@dataclass(frozen=True)
class CampaignLine:
    """One line: cents of this and the last month, None where nobody entered any.

    `missing` names the days without a spend.
    """

    campaign: Campaign
    state: str
    last_month: int | None
    this_month: int | None
    missing: str

    @property
    def runs(self) -> str:
        """`since Mar 3, 2026`, `Jan 1, 2026 – Mar 31, 2026`, `always`"""
        first, last = self.campaign.starts_on, self.campaign.ends_on
        if first and last:
            return f"{format_date(first)} – {format_date(last)}"
        if first:
            return f"since {format_date(first)}"
        return f"until {format_date(last)}" if last else "always"


def listed(campaigns: Sequence[Campaign], *, with_spend: bool) -> list[CampaignLine]:
    """The running campaigns first, then planned, then ended ones; each by name."""
    today = clinic_today()
    this_month = DayRange.of_month(today)
    last_month = DayRange.of_month(previous_month(today))
    entered: dict[str, list[EnteredSpend]] = {campaign.pk: [] for campaign in campaigns}
    missing: dict[str, str] = {}
    if with_spend:
        asked = DayRange(last_month.first, this_month.last)
        for spend in CampaignSpend.objects.filter(campaign__in=campaigns).touching(
            asked
        ):
            entered[spend.campaign_id].append(entered_by(spend))
        missing = {m.campaign_id: m.words for m in missing_spend(campaigns)}
    lines = [
        CampaignLine(
            campaign,
            _state(campaign, today),
            entered_cents(entered[campaign.pk], last_month),
            entered_cents(entered[campaign.pk], this_month),
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
