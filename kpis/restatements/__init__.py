"""What a past month's numbers were when it had just ended, and why they differ now."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from urllib.parse import urlencode

from kpis.choices import Kind
from kpis.metrics.definitions import PERIOD, Basis, Metric, Unit
from kpis.metrics.display import text
from kpis.models import MonthSnapshot
from kpis.models.snapshot import MEASURES
from kpis.period import Period
from kpis.queries.numbers import Numbers
from kpis.restatements.causes import Cause, Change, remainder
from kpis.restatements.snapshot_diff import compare
from kpis.restatements.snapshots import month_of
from kpis.restatements.spend import spend_changes
from medspa.money import format_cents

# The numbers of the cards, and what the ratios among them are made of.
HEADLINES = (
    "net_revenue_cents",
    "leads",
    "booked_leads",
    "shown_leads",
    "new_customers",
    "spend_cents",
    "leads_with_campaign",
    "attributed_new_customers",
    "attributed_net_revenue_cents",
)
LABELS = {
    "leads_with_campaign": "Leads with a campaign",
    "attributed_new_customers": "New customers with a campaign",
    "attributed_net_revenue_cents": "Net revenue of leads with a campaign",
}
PLURALS = {
    Cause.REFUND: "refunds recorded late",
    Cause.PAYMENT: "payments recorded late",
    Cause.EVENT: "events recorded late",
    Cause.VOIDED: "events voided",
    Cause.BACK: "voided events brought back",
    Cause.ADDED: "leads added late",
    Cause.DELETED: "leads deleted",
    Cause.RESTORED: "leads restored",
    Cause.MERGED: "leads merged",
    Cause.UNMERGED: "merges undone",
    Cause.REMOVED: "records removed",
    Cause.CAMPAIGN: "leads of another campaign",
    Cause.MOVED: "dates changed",
    Cause.SPEND: "spends entered or changed",
    Cause.OTHER: "other changes",
}


@dataclass(frozen=True)
class Reason:
    """One cause of a number's difference: `count` rows that add up to `amount`."""

    cause: Cause
    count: int
    amount: int
    unit: Unit

    @property
    def words(self) -> str:
        """`1 refund recorded late`"""
        return (
            f"{self.count:,} {self.cause if self.count == 1 else PLURALS[self.cause]}"
        )

    @property
    def signed(self) -> str:
        return signed(self.amount, self.unit)


@dataclass(frozen=True)
class Restated:
    """One number that is another one now."""

    key: str
    then: int
    now: int
    reasons: Sequence[Reason] = ()

    @property
    def unit(self) -> Unit:
        return _metric(self.key).unit

    @property
    def label(self) -> str:
        return _metric(self.key).label

    @property
    def signed(self) -> str:
        return signed(self.now - self.then, self.unit)

    @property
    def then_text(self) -> str:
        return text(self.then, self.unit)

    @property
    def now_text(self) -> str:
        return text(self.now, self.unit)


@dataclass(frozen=True)
class Line:
    """One row of the page: what changed, and by how much in each column."""

    change: Change
    amounts: Sequence[str]

    @property
    def event(self) -> str:
        event = self.change.event
        if event is None:
            return ""
        kind = str(Kind(event.kind).label)
        return f"{kind} {format_cents(event.cents)}" if event.cents else kind


def signed(amount: int, unit: Unit) -> str:
    """`−$200`, `+3`"""
    words = text(amount, unit)
    return f"+{words}" if amount > 0 else words


def baseline(period: Period, zone: str) -> MonthSnapshot | None:
    """The first snapshot after the month that `period` is; None for another range."""
    if period != month_of(period.first):
        return None
    return (
        MonthSnapshot.objects.filter(
            month=period.first, taken_on__gt=period.last, zone=zone
        )
        .order_by("taken_on")
        .first()
    )


def restatement(numbers: Numbers) -> "Restatement | None":
    """What the numbers of a month say beside their first snapshot, if they differ.

    None too for other ranges and for cohorts, of which none are kept.
    """
    window = numbers.window
    if numbers.basis != Basis.PERIOD:
        return None
    snapshot = baseline(window.period, window.zone.key)
    if snapshot is None:
        return None
    found = Restatement(snapshot, numbers)
    return found if found.headlines else None


@dataclass
class Restatement:
    """A month's snapshot beside its numbers now. Causes are looked for when shown."""

    snapshot: MonthSnapshot
    numbers: Numbers
    only: str = ""

    @cached_property
    def differences(self) -> Mapping[str, int]:
        """By number, now less then; only what differs."""
        now, then = self.numbers.figures, self.snapshot.figures
        found = {key: int(now[key]) - then[key] for key in MEASURES}  # type: ignore[arg-type]
        return {key: amount for key, amount in found.items() if amount}

    @property
    def since(self) -> date:
        return self.snapshot.taken_on

    @property
    def query(self) -> str:
        return urlencode({"month": f"{self.snapshot.month:%Y-%m}"})

    @property
    def headlines(self) -> list[Restated]:
        """The numbers of the cards that differ, without their causes."""
        return [self._restated(key) for key in HEADLINES if key in self.differences]

    @cached_property
    def explained(self) -> list[Restated]:
        """The same with their causes, which add up to each difference."""
        return [
            self._restated(key, self._reasons(key))
            for key in HEADLINES
            if key in self.differences
        ]

    def _restated(self, key: str, reasons: Sequence[Reason] = ()) -> Restated:
        then = self.snapshot.figures[key]
        return Restated(key, then, then + self.differences[key], reasons)

    def _reasons(self, key: str) -> list[Reason]:
        counts: Counter[Cause] = Counter()
        amounts: Counter[Cause] = Counter()
        for change in self.changes:
            if key in change.amounts:
                counts[change.cause] += 1
                amounts[change.cause] += change.amounts[key]
        unit = _metric(key).unit
        return [Reason(c, counts[c], amounts[c], unit) for c in Cause if counts[c]]

    @cached_property
    def changes(self) -> list[Change]:
        """Everything that changed one of the numbers, and what nobody can tell."""
        since = self.snapshot.taken_at
        known = compare(self.numbers.window, since).changes()
        if "spend_cents" in self.differences:
            known += spend_changes(self.numbers, since)
        left = remainder(self.differences, known)
        unknown = [Change(Cause.OTHER, {key: amount}) for key, amount in left.items()]
        return known + unknown

    @property
    def _keys(self) -> list[str]:
        if self.only:
            return [self.only]
        return [key for key in HEADLINES if key in self.differences]

    @property
    def metrics(self) -> list[Metric]:
        """The columns of the rows."""
        return [_metric(key) for key in self._keys]

    @cached_property
    def lines(self) -> list["Line"]:
        """The rows behind the number `only`, or behind all of them, by cause."""
        order = list(Cause)
        found = [
            change
            for change in self.changes
            if any(key in change.amounts for key in self._keys)
        ]
        found.sort(key=lambda change: (order.index(change.cause), change.name))
        return [Line(change, self._written(change.amounts)) for change in found]

    @property
    def sums(self) -> list[str]:
        """Below the columns: the differences themselves."""
        return self._written(self.differences)

    def _written(self, amounts: Mapping[str, int]) -> list[str]:
        return [
            signed(amounts[key], _metric(key).unit) if key in amounts else ""
            for key in self._keys
        ]


def _metric(key: str) -> Metric:
    if key in LABELS:
        unit = Unit.CENTS if key.endswith("_cents") else Unit.COUNT
        return Metric(key, LABELS[key], unit, LABELS[key])
    return PERIOD[key]
