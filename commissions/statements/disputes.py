"""Disputes of statements: answering them, and taking them to a new revision."""

from typing import Any

from commissions.models import Dispute, Statement
from commissions.refusals import DisputeRefused
from commissions.statements.four_eyes import providers_of_person


def answer(dispute: Dispute, answer_code: str, user: Any) -> None:
    """Answer `dispute`; nobody answers those on their own statement.

    Raises DisputeRefused for that, ValidationError for an unknown answer.
    """
    statement = dispute.statement
    if statement.provider_id in providers_of_person(user, statement.month):
        raise DisputeRefused(
            "Someone else must resolve disputes on your own statement.",
            "own_statement",
        )
    dispute.resolve(answer_code, user)


def move_disputes(old: Statement, new: Statement) -> None:
    """Open disputes of a replaced statement go on at the same lines of the new one."""
    lines = {line.engine_line.key: line for line in new.lines.earned()}
    for dispute in old.disputes.open().select_related("line"):
        was = dispute.line
        is_earned = was is not None and not was.is_correction
        dispute.line = lines.get(was.engine_line.key) if was and is_earned else None
        dispute.statement = new
        dispute.save(update_fields=["statement", "line"])
