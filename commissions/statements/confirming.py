"""What a step would do to a month's statements, for the page that asks first."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from commissions.models import Statement, Status
from commissions.statements.closing import (
    refusal_to_approve,
    refusal_to_lock,
    refusal_to_pay,
    statements_with,
)
from commissions.statements.four_eyes import Refusal


@dataclass(frozen=True)
class SigningStep:
    """`verb` is on the button, its form goes to `url_name`, `done` tells the result."""

    verb: str
    url_name: str
    done: str
    status: Status
    refusal: Callable[[date, Any, Any], Refusal]


APPROVE = SigningStep(
    "Approve", "approve_statements", "approved", Status.DRAFT, refusal_to_approve
)
LOCK = SigningStep(
    "Lock", "lock_statements", "locked", Status.APPROVED, refusal_to_lock
)
PAY = SigningStep(
    "Mark as paid", "pay_statements", "marked as paid", Status.LOCKED, refusal_to_pay
)


@dataclass(frozen=True)
class Question:
    """The statements that the step would sign, and why it would not sign others."""

    step: SigningStep
    month: date
    statements: Sequence[Statement]
    refused: Sequence[str]

    @property
    def payable_cents(self) -> int:
        return sum(statement.payable_cents for statement in self.statements)


def question(
    step: SigningStep, month: date, user: Any, ids: Collection[str] | None = None
) -> Question:
    """As of now; the step itself calculates the month again."""
    rows = statements_with(month, ids, step.status)
    refusal = step.refusal(month, user, rows)
    answers = [(row, refusal(row)) for row in rows]
    return Question(
        step,
        month,
        [row for row, sentence in answers if not sentence],
        [sentence for _, sentence in answers if sentence],
    )
