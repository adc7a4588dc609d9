"""From months and cents to rows: what would change, and changing it.

The given spend of a month replaces the entered one, so writing it twice changes
nothing the second time.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from hashlib import sha256

from django.db import transaction

from campaigns.models import Campaign, CampaignSpend
from campaigns.spend.text import MAX_SPEND_CENTS, TextRefused
from medspa.clinic_time import clinic_today
from medspa.refusals import Refused

CHANGED_MEANWHILE = (
    "Nothing was written: what would change is not what the page showed. Somebody "
    "changed a month meanwhile, or another campaign was chosen. Look at it again."
)
# Campaign id and first day of the month; None deletes the entered spend.
SpendByMonth = Mapping[tuple[str, date], int | None]


class ChangeKind(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    REMOVED = "removed"
    SAME = "same"


@dataclass(frozen=True)
class SpendChange:
    """One month of a campaign: cents before and after, None for not entered."""

    campaign: Campaign
    month: date
    before: int | None
    after: int | None

    @property
    def kind(self) -> ChangeKind:
        if self.before == self.after:
            return ChangeKind.SAME
        if self.before is None:
            return ChangeKind.NEW
        return ChangeKind.REMOVED if self.after is None else ChangeKind.CHANGED


@dataclass(frozen=True)
class SpendPlan:
    """Every month that was given, by campaign and month."""

    changes: list[SpendChange]

    @property
    def given(self) -> SpendByMonth:
        return {(c.campaign.pk, c.month): c.after for c in self.changes}

    @property
    def counts(self) -> Counter[ChangeKind]:
        return Counter(change.kind for change in self.changes)

    @property
    def writes(self) -> int:
        return len(self.changes) - self.counts[ChangeKind.SAME]

    @property
    def total_cents(self) -> int:
        return sum(change.after or 0 for change in self.changes)

    @property
    def seen(self) -> str:
        """A change token: it differs after anybody changed one of the months."""
        rows = [
            (change.campaign.pk, str(change.month), change.before, change.after)
            for change in self.changes
        ]
        return sha256(repr(rows).encode()).hexdigest()[:32]

    @property
    def sentence(self) -> str:
        """`5 new, 3 changed, 4 unchanged`"""
        words = {ChangeKind.SAME: "unchanged"}
        counts = self.counts
        return ", ".join(
            f"{counts[kind]} {words.get(kind, kind)}"
            for kind in ChangeKind
            if counts[kind]
        )


class ChangedMeanwhile(Refused):
    """Somebody changed what the plan was made of; nothing was written."""

    code = "changed_meanwhile"


def refuse_month(month: date, today: date | None = None) -> None:
    """Raises TextRefused for a month that has not begun in the clinic."""
    if month > (today or clinic_today()):
        raise TextRefused(f"{month:%B %Y} has not begun: what was spent isn't known.")


def refuse_cents(cents: int | None) -> None:
    """Raises TextRefused for what no month can cost."""
    if cents is not None and not 0 <= cents <= MAX_SPEND_CENTS:
        raise TextRefused("Enter an amount from 0 to $10,000,000.")


def make_plan(given: SpendByMonth) -> SpendPlan:
    """What writing `given` would change. Campaigns that are gone are left out."""
    return _plan(given, Campaign.objects.in_bulk({pk for pk, _ in given}))


def _plan(given: SpendByMonth, campaigns: Mapping[str, Campaign]) -> SpendPlan:
    entered = {
        (row.campaign_id, row.month): row.spend_cents
        for row in CampaignSpend.objects.filter(campaign__in=campaigns.values())
    }
    changes = [
        SpendChange(campaigns[pk], month, entered.get((pk, month)), cents)
        for (pk, month), cents in given.items()
        if pk in campaigns
    ]
    return SpendPlan(
        sorted(changes, key=lambda c: (c.campaign.name, c.campaign.pk, c.month))
    )


@transaction.atomic
def write_spend(given: SpendByMonth, seen: str = "") -> SpendPlan:
    """Write what was given; what changed is rows as it was before.

    With `seen` of an earlier plan, raises ChangedMeanwhile when the plan is another
    one now. Two writers at once wait for each other at the campaigns. Raises
    TextRefused for months and amounts that can't be.
    """
    for (_, month), cents in given.items():
        refuse_month(month)
        refuse_cents(cents)
    campaigns = {
        campaign.pk: campaign
        for campaign in Campaign.objects.select_for_update(no_key=True)
        .filter(pk__in={pk for pk, _ in given})
        .order_by("pk")
    }
    plan = _plan(given, campaigns)
    if seen and plan.seen != seen:
        raise ChangedMeanwhile(CHANGED_MEANWHILE)
    for change in plan.changes:
        _write(change)
    return plan


def _write(change: SpendChange) -> None:
    rows = CampaignSpend.objects.filter(campaign=change.campaign, month=change.month)
    match change.kind:
        case ChangeKind.NEW:
            CampaignSpend.objects.create(
                campaign=change.campaign,
                month=change.month,
                spend_cents=change.after or 0,
            )
        case ChangeKind.CHANGED:
            row = rows.get()
            row.spend_cents = change.after or 0
            row.save()
        case ChangeKind.REMOVED:
            rows.get().delete()
