"""Disputes of statements: raised, answered or withdrawn, taken to a new revision."""

from typing import Any

from django.db import transaction

from commissions.models import Dispute, DisputeAnswer, Statement, StatementLine
from commissions.refusals import DisputeRefused
from commissions.statements.four_eyes import providers_of_person
from medspa.templatetags.clinic import moment


@transaction.atomic
def dispute_line(line: StatementLine, reason: str, user: Any) -> Dispute:
    """Raises DisputeRefused for a line of a replaced revision, ValidationError for an
    unknown reason or a line that is disputed already."""
    # Unlocking takes along the disputes that there are by then.
    rows = Statement.objects.select_for_update(no_key=True).defer("snapshot_json")
    statement = rows.get(pk=line.statement_id)
    if statement.superseded_at:
        raise DisputeRefused(
            "This revision was replaced. Dispute the line of the new one.",
            "revision_was_replaced",
        )
    dispute = Dispute(statement=statement, line=line, reason=reason, raised_by=user)
    dispute.full_clean()
    dispute.save()
    return dispute


@transaction.atomic
def answer(dispute: Dispute, answer_code: str, user: Any) -> None:
    """Answer `dispute`; nobody answers those on their own statement.

    Raises DisputeRefused for that and for one that was resolved already,
    ValidationError for an unknown answer.
    """
    _lock_open(dispute)
    if answer_code == DisputeAnswer.WITHDRAWN:
        raise DisputeRefused("Choose a resolution from the list.", "unknown_answer")
    statement = dispute.statement
    if statement.provider_id in providers_of_person(user, statement.month):
        raise DisputeRefused(
            "Someone else must resolve disputes on your own statement.",
            "own_statement",
        )
    dispute.resolve(answer_code, user)


@transaction.atomic
def withdraw(dispute: Dispute, user: Any) -> None:
    """Close a dispute that was a mistake, in the name of who raised it.

    Raises DisputeRefused for anybody else, and for one that was resolved already.
    """
    _lock_open(dispute)
    if dispute.raised_by_id != user.pk:
        raise DisputeRefused(
            f"Only {dispute.raised_by} can withdraw this dispute.", "not_yours"
        )
    dispute.resolve(DisputeAnswer.WITHDRAWN, user)


def _lock_open(dispute: Dispute) -> None:
    rows = Dispute.objects.select_for_update(no_key=True, of=("self",))
    now = rows.select_related("settled_by").get(pk=dispute.pk)
    if now.settled_at:
        raise DisputeRefused(
            f"{now.settled_by} already resolved this dispute on "
            f"{moment(now.settled_at)}: {now.get_answer_display()}. "
            "Nothing was changed.",
            "already_resolved",
        )


def move_disputes(old: Statement, new: Statement) -> None:
    """Open disputes of a replaced statement go on at the same lines of the new one."""
    lines = {line.engine_line.key: line for line in new.lines.earned()}
    for dispute in old.disputes.open().select_related("line"):
        was = dispute.line
        is_earned = was is not None and not was.is_correction
        dispute.line = lines.get(was.engine_line.key) if was and is_earned else None
        dispute.statement = new
        dispute.save(update_fields=["statement", "line"])
