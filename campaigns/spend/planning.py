"""From months and cents to rows: what would change, and changing it.

A month's spend that is given replaces the one that is entered, so giving it twice
changes nothing the second time.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from hashlib import sha256

from django.db import transaction

from campaigns.models import Campaign, CampaignSpend
from campaigns.spend.text import MOST_CENTS, TextRefused
from medspa.clinic_time import clinic_today

# Campaign id and first day of the month; None takes the entered spend away.
Given = Mapping[tuple[str, date], int | None]


class Kind(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    REMOVED = "removed"
    SAME = "same"


@dataclass(frozen=True)
class Change:
    """One month of a campaign: cents before and after, None for not entered."""

    campaign: Campaign
    month: date
    before: int | None
    after: int | None

    @property
    def kind(self) -> Kind:
        if self.before == self.after:
            return Kind.SAME
        if self.before is None:
            return Kind.NEW
        return Kind.REMOVED if self.after is None else Kind.CHANGED


@dataclass(frozen=True)
class Plan:
    """Every month that was given, by campaign and month."""

    changes: list[Change]

    @property
    def given(self) -> Given:
        return {(c.campaign.pk, c.month): c.after for c in self.changes}

    @property
    def counts(self) -> Counter[Kind]:
        return Counter(change.kind for change in self.changes)

    @property
    def writes(self) -> int:
        return len(self.changes) - self.counts[Kind.SAME]

    @property
    def total_cents(self) -> int:
        return sum(change.after or 0 for change in self.changes)

    @property
    def seen(self) -> str:
        """A word for what the plan says; another one after anybody's change."""
        told = [
            (change.campaign.pk, str(change.month), change.before, change.after)
            for change in self.changes
        ]
        return sha256(repr(told).encode()).hexdigest()[:32]

    @property
    def sentence(self) -> str:
        """`5 new, 3 changed, 4 unchanged`"""
        words = {Kind.SAME: "unchanged"}
        counts = self.counts
        return ", ".join(
            f"{counts[kind]} {words.get(kind, kind)}" for kind in Kind if counts[kind]
        )


class ChangedMeanwhile(Exception):
    """Somebody changed what the plan was made of; nothing was written."""


def refuse_month(month: date, today: date | None = None) -> None:
    """Raises TextRefused for a month that has not begun in the clinic."""
    if month > (today or clinic_today()):
        raise TextRefused(f"{month:%B %Y} has not begun: what was spent isn't known.")


def refuse_cents(cents: int | None) -> None:
    """Raises TextRefused for what no month can cost."""
    if cents is not None and not 0 <= cents <= MOST_CENTS:
        raise TextRefused("Enter an amount from 0 to $10,000,000.")


def make_plan(given: Given) -> Plan:
    """What writing `given` would change. Campaigns that are gone are left out."""
    return _plan(given, Campaign.objects.in_bulk({pk for pk, _ in given}))


def _plan(given: Given, campaigns: Mapping[str, Campaign]) -> Plan:
    entered = {
        (row.campaign_id, row.month): row.spend_cents
        for row in CampaignSpend.objects.filter(campaign__in=campaigns.values())
    }
    changes = [
        Change(campaigns[pk], month, entered.get((pk, month)), cents)
        for (pk, month), cents in given.items()
        if pk in campaigns
    ]
    return Plan(
        sorted(changes, key=lambda c: (c.campaign.name, c.campaign.pk, c.month))
    )


@transaction.atomic
def write_spend(given: Given, seen: str = "") -> Plan:
    """Write what was given; what changed is told as it was before.

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
        raise ChangedMeanwhile
    for change in plan.changes:
        _write(change)
    return plan


def _write(change: Change) -> None:
    rows = CampaignSpend.objects.filter(campaign=change.campaign, month=change.month)
    match change.kind:
        case Kind.NEW:
            CampaignSpend.objects.create(
                campaign=change.campaign,
                month=change.month,
                spend_cents=change.after or 0,
            )
        case Kind.CHANGED:
            row = rows.get()
            row.spend_cents = change.after or 0
            row.save()
        case Kind.REMOVED:
            rows.get().delete()
