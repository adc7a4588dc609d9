"""The engine's input, and the lines that it returns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple
from zoneinfo import ZoneInfo

from commissions.engine.rule_language import AnyRule
from medspa.refusals import Refused

WHOLE_BPS = 10_000
PAYMENT_KIND = "invoice_paid"
REFUND_KIND = "invoice_refunded"


class InputRefused(Refused):
    """The input breaks a rule of the database; the sentence names the row."""

    code = "input_refused"


@dataclass(frozen=True)
class Earner:
    """A provider. After `left_on` neither pools nor draws pay."""

    id: str
    role: str
    left_on: date | None = None

    def is_here(self, month: date) -> bool:
        return self.left_on is None or self.left_on >= month


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

    def concerns(self, provider: Earner) -> bool:
        if self.provider:
            return self.provider == provider.id
        return not self.role or self.role == provider.role


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
    REVERSAL = "reversal"
    BRACKET = "bracket"
    WHOLE = "whole"
    BONUS = "bonus"
    POOL = "pool"
    CAP = "cap"


# Lines of one rule and month that differ by their bracket.
TIER_KINDS = (LineKind.BRACKET, LineKind.WHOLE)


class CommissionLine(NamedTuple):
    """One amount on a statement: exactly `numerator / denominator` cents, rounded.

    `detail` is the bracket's number, the pool's cents or the cap's cents.
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
        return self.kind.value

    @property
    def key(self) -> tuple[str, str, str, int]:
        """What the line is for, without its amount: rule, event, kind, bracket."""
        bracket = self.detail if self.kind in TIER_KINDS else 0
        return self.rule, self.event or "", self.kind.value, bracket


@dataclass(frozen=True)
class Inputs:
    """Everything the engine reads.

    Events may be older than the months asked for: payments of refunds, and earlier
    events of the same leads.
    """

    rules: Sequence[RuleRow]
    events: Sequence[Event]
    providers: Mapping[str, Earner]
    zone: ZoneInfo


def nearest(numerator: int, denominator: int) -> int:
    """`round_half_away` of a quotient, without the cost of making a fraction.

    `denominator` is positive.
    """
    magnitude = (2 * abs(numerator) + denominator) // (2 * denominator)
    return magnitude if numerator >= 0 else -magnitude
