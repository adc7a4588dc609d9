"""The engine's input, and the lines that it returns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple
from zoneinfo import ZoneInfo

from commissions.engine.rule_language import AnyRule
from medspa.months import last_day, month_name
from medspa.refusals import Refused

WHOLE_BPS = 10_000
PAYMENT_KIND = "invoice_paid"
REFUND_KIND = "invoice_refunded"


class InputRefused(Refused):
    """The input breaks a rule of the database; the sentence names the row."""

    code = "input_refused"


class RoleChange(NamedTuple):
    """From the month of `on` on a provider has `role`."""

    on: date
    role: str


@dataclass(frozen=True)
class Earner:
    """A provider. After `left_on` neither pools nor draws pay.

    `role` is the latest one; `roles` are all of them, the earliest first, where it
    changed.
    """

    id: str
    role: str
    left_on: date | None = None
    roles: tuple[RoleChange, ...] = ()

    def is_here(self, month: date) -> bool:
        return self.left_on is None or self.left_on >= month

    def role_in(self, month: date) -> str:
        """The role at the end of `month`; before the first known one, that one."""
        until = last_day(month)
        known = [change.role for change in self.roles if change.on <= until]
        if known:
            return known[-1]
        return self.roles[0].role if self.roles else self.role


@dataclass(frozen=True)
class RuleRow:
    """A rule with its scope and dates; without provider and role it is everyone's.

    `chain` is the id of its first version.
    """

    id: str
    terms: AnyRule
    effective_from: date
    effective_to: date | None = None
    provider: str | None = None
    role: str | None = None
    priority: int = 0
    chain: str = ""

    def covers(self, day: date) -> bool:
        return self.effective_from <= day and (
            self.effective_to is None or day <= self.effective_to
        )

    def concerns(self, provider: Earner, month: date | None = None) -> bool:
        """Whether it is for `provider`, by the role of `month` or the latest one."""
        if self.provider:
            return self.provider == provider.id
        role = provider.role_in(month) if month else provider.role
        return not self.role or self.role == role


class CreditShare(NamedTuple):
    """A provider's part of an event, in basis points."""

    provider: str
    share_bps: int


class Event(NamedTuple):
    """A payment, refund or consult; `occurred_at` is aware, money is positive."""

    id: str
    kind: str
    occurred_at: datetime
    value_cents: int = 0
    lead: str | None = None
    procedure: str | None = None
    category: str | None = None
    cost_cents: int = 0
    credits: tuple[CreditShare, ...] = ()
    refund_of: str | None = None


class LineKind(StrEnum):
    SALE = "sale"
    REFUND = "refund"
    # Only on statements of rules of version 1: a flat sum taken back.
    REVERSAL = "reversal"
    BRACKET = "bracket"
    WHOLE = "whole"
    BONUS = "bonus"
    POOL = "pool"
    CAP = "cap"
    # A payment, bracket or pool of a month that did not reach the rule's minimum.
    BELOW = "below"
    # What refunds of an earlier month's payments change in that month.
    REFUNDS = "refunds"


# Lines of one rule and month that differ by their detail: bracket or earlier month.
NUMBERED_KINDS = (LineKind.BRACKET, LineKind.WHOLE, LineKind.BELOW, LineKind.REFUNDS)


class LineSource(NamedTuple):
    """What a payment (or, negative, a refund) adds to the base of a line.

    `cents` are the provider's share of it; for a pool all of it.
    """

    event: str
    share_bps: int
    cents: int


class CommissionLine(NamedTuple):
    """One amount on a statement: exactly `numerator / denominator` cents, rounded.

    `detail` is the bracket's number, the pool's cents, the cap's cents, or the month of
    the refunded payments as 202603. `sources` are the payments and refunds under a
    line that is about more than its event.
    """

    rule: str
    event: str | None
    kind: LineKind
    base_cents: int
    numerator: int
    denominator: int
    amount_cents: int
    share_bps: int = WHOLE_BPS
    rate_bps: int | None = None
    detail: int = 0
    sources: tuple[LineSource, ...] = ()

    @property
    def exact(self) -> Fraction:
        return Fraction(self.numerator, self.denominator)

    @property
    def note(self) -> str:
        match self.kind:
            case LineKind.SALE:
                return ""
            case LineKind.BRACKET:
                return f"bracket {self.detail}"
            case LineKind.WHOLE:
                return f"bracket {self.detail} on whole base"
            case LineKind.POOL:
                return f"pool {self.detail}"
            case LineKind.BELOW:
                return "below minimum"
            case LineKind.REFUNDS:
                return f"refunds of {month_name(month_of_number(self.detail))}"
        return self.kind.value

    @property
    def key(self) -> tuple[str, str, str, int]:
        """What the line is for, without its amount: rule, event, kind, number."""
        number = self.detail if self.kind in NUMBERED_KINDS else 0
        return self.rule, self.event or "", self.kind.value, number


def number_of_month(month: date) -> int:
    """March 2026 as 202603."""
    return month.year * 100 + month.month


def month_of_number(number: int) -> date:
    return date(number // 100, number % 100, 1)


@dataclass(frozen=True)
class Inputs:
    """Everything the engine reads.

    Events may be older than the months asked for: payments that were refunded since,
    with all else of their months, and other events of the same leads.

    For totals alone, events that earn the same may be given as one: `times` says by id
    how many an event stands for, where it is more than one. Its lines then have the
    amounts of all of them. Neither refunded payments nor events of rules that pay a
    lead once may be given so.
    """

    rules: Sequence[RuleRow]
    events: Sequence[Event]
    providers: Mapping[str, Earner]
    zone: ZoneInfo
    times: Mapping[str, int] = field(default_factory=dict)


def nearest(numerator: int, denominator: int) -> int:
    """`round_half_away` of a quotient, without the cost of making a fraction.

    `denominator` is positive.
    """
    magnitude = (2 * abs(numerator) + denominator) // (2 * denominator)
    return magnitude if numerator >= 0 else -magnitude
