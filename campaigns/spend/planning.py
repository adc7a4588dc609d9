"""From ranges of days and cents to rows: what would change, and changing it.

A given range replaces the same range, and the shorter ones that lie within it. It never
replaces part of a longer one: what a week cost does not say what its month cost. So
writing the same twice changes nothing the second time.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from hashlib import sha256

from django.db import transaction

from campaigns.models import Campaign, CampaignSpend
from campaigns.spend.text import MAX_SPEND_CENTS, TextRefused
from medspa.clinic_time import clinic_today
from medspa.formats import format_cents, format_days
from medspa.months import DayRange
from medspa.refusals import Refused

CHANGED_MEANWHILE = (
    "Nothing was saved because the preview is out of date: someone changed an entry, "
    "or another campaign was selected. Check the new preview."
)
# Campaign id and days; None deletes the entered spend.
SpendByDays = Mapping[tuple[str, DayRange], int | None]


class ChangeKind(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    REMOVED = "removed"
    SAME = "same"
    CONFLICT = "not saved"


@dataclass(frozen=True)
class SpendChange:
    """One range of a campaign: cents before and after, None for not entered.

    `replaced` are the shorter entries within it, with their cents. `conflict` is a
    range that overlaps it: then nothing is written.
    """

    campaign: Campaign
    days: DayRange
    before: int | None
    after: int | None
    replaced: tuple[tuple[DayRange, int], ...] = ()
    conflict: DayRange | None = None

    @property
    def kind(self) -> ChangeKind:
        if self.conflict:
            return ChangeKind.CONFLICT
        if self.before == self.after and not self.replaced:
            return ChangeKind.SAME
        if self.before is None and not self.replaced:
            return ChangeKind.NEW
        return ChangeKind.REMOVED if self.after is None else ChangeKind.CHANGED

    @property
    def cents_before(self) -> int | None:
        """What is entered for its days now, in however many entries."""
        if not self.replaced:
            return self.before
        return (self.before or 0) + sum(cents for _, cents in self.replaced)

    @property
    def why_not(self) -> str:
        """Why it is not written; empty if it is."""
        if self.conflict is None:
            return ""
        there = format_days(self.conflict)
        return (
            f"{there} is one amount. Remove it first to enter {format_days(self.days)}."
        )


@dataclass(frozen=True)
class PlanLine:
    """Changes of one kind whose days follow each other, as one line of a table."""

    changes: tuple[SpendChange, ...]

    @property
    def campaign(self) -> Campaign:
        return self.changes[0].campaign

    @property
    def days(self) -> DayRange:
        return DayRange(self.changes[0].days.first, self.changes[-1].days.last)

    @property
    def words(self) -> str:
        """`Mar 2026`, `Mar 2026, 31 entries`"""
        count = len(self.changes)
        return format_days(self.days) + (f", {count} entries" if count > 1 else "")

    @property
    def kind(self) -> ChangeKind:
        return self.changes[0].kind

    @property
    def before(self) -> int | None:
        return _sum(change.cents_before for change in self.changes)

    @property
    def after(self) -> int | None:
        return _sum(change.after for change in self.changes)

    @property
    def note(self) -> str:
        if why := self.changes[0].why_not:
            return why
        replaced = sum(len(change.replaced) for change in self.changes)
        shorter = "entry" if replaced == 1 else "entries"
        return f"instead of {replaced} shorter {shorter}" if replaced else ""

    def goes_on_with(self, change: SpendChange) -> bool:
        last = self.changes[-1]
        return (
            change.campaign == last.campaign
            and change.kind == last.kind != ChangeKind.CONFLICT
            and change.days.first == last.days.last + timedelta(days=1)
            and (change.days.last.year, change.days.last.month)
            == (self.days.first.year, self.days.first.month)
        )


def _sum(amounts: Iterable[int | None]) -> int | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known) if known else None


@dataclass(frozen=True)
class SpendPlan:
    """Every range that was given, by campaign and day."""

    changes: Sequence[SpendChange]

    @property
    def given(self) -> SpendByDays:
        return {(c.campaign.pk, c.days): c.after for c in self.changes}

    @property
    def counts(self) -> Counter[ChangeKind]:
        return Counter(change.kind for change in self.changes)

    @property
    def conflicts(self) -> list[SpendChange]:
        return [change for change in self.changes if change.conflict]

    @property
    def writes(self) -> int:
        counts = self.counts
        return counts.total() - counts[ChangeKind.SAME] - counts[ChangeKind.CONFLICT]

    @property
    def total_cents(self) -> int:
        return sum(change.after or 0 for change in self.changes if not change.conflict)

    @property
    def seen(self) -> str:
        """A change token: it differs after anybody changed one of the entries."""
        rows = [
            (c.campaign.pk, c.days, c.before, c.after, c.replaced, c.conflict)
            for c in self.changes
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

    @property
    def lines(self) -> list[PlanLine]:
        """Its changes; days of one month that follow each other are one line."""
        lines: list[PlanLine] = []
        for change in self.changes:
            if lines and lines[-1].goes_on_with(change):
                lines[-1] = PlanLine((*lines[-1].changes, change))
            else:
                lines.append(PlanLine((change,)))
        return lines


class ChangedMeanwhile(Refused):
    """Somebody changed what the plan was made of; nothing was written."""

    code = "changed_meanwhile"


def refuse_days(days: DayRange, today: date | None = None) -> None:
    """Raises TextRefused for days that have not begun in the clinic."""
    if days.first > (today or clinic_today()):
        raise TextRefused(
            f"{format_days(days)} hasn't started, so its spend isn't known yet."
        )


def so_far(days: DayRange, today: date | None = None) -> DayRange:
    """Of a month that is not over the days up to today: more is known of no other."""
    today = today or clinic_today()
    is_running = days.is_month and days.first <= today <= days.last
    return DayRange(days.first, today) if is_running else days


def refuse_cents(cents: int | None) -> None:
    """Raises TextRefused for what no range of days can cost."""
    if cents is not None and not 0 <= cents <= MAX_SPEND_CENTS:
        most = format_cents(MAX_SPEND_CENTS)
        raise TextRefused(f"Enter an amount from 0 to {most}.")


def make_plan(given: SpendByDays) -> SpendPlan:
    """What writing `given` would change. Campaigns that are gone are left out."""
    return _plan(given, Campaign.objects.in_bulk({pk for pk, _ in given}))


def _plan(given: SpendByDays, campaigns: Mapping[str, Campaign]) -> SpendPlan:
    entered: dict[str, dict[DayRange, int]] = defaultdict(dict)
    for row in CampaignSpend.objects.filter(campaign__in=campaigns.values()):
        entered[row.campaign_id][row.days] = row.spend_cents
    by_campaign: dict[str, dict[DayRange, int | None]] = defaultdict(dict)
    for (pk, days), cents in given.items():
        by_campaign[pk][days] = cents
    chosen = sorted(
        (campaigns[pk] for pk in by_campaign if pk in campaigns),
        key=lambda campaign: (campaign.name, campaign.pk),
    )
    return SpendPlan(
        [
            change
            for campaign in chosen
            for change in _changes(
                campaign, by_campaign[campaign.pk], entered[campaign.pk]
            )
        ]
    )


def _changes(
    campaign: Campaign,
    given: Mapping[DayRange, int | None],
    entered: Mapping[DayRange, int],
) -> Iterator[SpendChange]:
    """The changes of one campaign, by day."""
    stays = sorted(days for days in entered if days not in given)
    written = [days for days in sorted(given) if given[days] is not None]
    for days in sorted(given):
        before, after = entered.get(days), given[days]
        if after is None:
            yield SpendChange(campaign, days, before, None)
            continue
        touched = [other for other in stays if other.overlaps(days)]
        others = [other for other in written if other != days and other.overlaps(days)]
        conflicts = [other for other in touched if not days.covers(other)] + others
        yield SpendChange(
            campaign,
            days,
            before,
            after,
            tuple((other, entered[other]) for other in touched if not conflicts),
            conflicts[0] if conflicts else None,
        )


@transaction.atomic
def write_spend(
    given: SpendByDays, seen: str = "", expected: SpendByDays | None = None
) -> SpendPlan:
    """Write what was given, but for what conflicts; returns the plan it followed.

    With `seen` of an earlier plan, or the cents `expected` before, raises
    ChangedMeanwhile when these are others now. Two writers at once wait for each other
    at the campaigns. Raises TextRefused for days and amounts that can't be.
    """
    for (_, days), cents in given.items():
        refuse_days(days)
        refuse_cents(cents)
    campaigns = {
        campaign.pk: campaign
        for campaign in Campaign.objects.select_for_update(no_key=True)
        .filter(pk__in={pk for pk, _ in given})
        .order_by("pk")
    }
    plan = _plan(given, campaigns)
    before = {(c.campaign.pk, c.days): c.before for c in plan.changes}
    is_other = any(
        before.get(days) != cents for days, cents in (expected or {}).items()
    )
    if is_other or (seen and plan.seen != seen):
        raise ChangedMeanwhile(CHANGED_MEANWHILE)
    _write([change for change in plan.changes if not change.conflict])
    return plan


def _write(changes: Sequence[SpendChange]) -> None:
    """What goes makes room first: ranges never overlap, not even for a moment."""
    for change in changes:
        gone = [days for days, _ in change.replaced]
        if change.kind == ChangeKind.REMOVED:
            gone.append(change.days)
        for days in gone:
            _entry(change.campaign, days).delete()
    for change in changes:
        if change.before is None and change.after is not None:
            CampaignSpend.objects.create(
                campaign=change.campaign,
                from_on=change.days.first,
                to_on=change.days.last,
                spend_cents=change.after,
            )
        elif change.after is not None and change.after != change.before:
            entry = _entry(change.campaign, change.days)
            entry.spend_cents = change.after
            entry.save()


def _entry(campaign: Campaign, days: DayRange) -> CampaignSpend:
    return CampaignSpend.objects.get(
        campaign=campaign, from_on=days.first, to_on=days.last
    )
