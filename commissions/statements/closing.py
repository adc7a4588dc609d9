"""Signing statements: approve, lock, mark as paid, and unlock for a new revision.

Approving and locking first calculate the month again, under the closing lock, so that
nobody signs amounts that are out of date.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max, Min
from django.utils import timezone

from commissions.models import Dispute, Statement, Status
from commissions.refusals import RunRefused
from commissions.statements.calculate import closing_lock, run_month
from commissions.statements.disputes import move_disputes
from commissions.statements.four_eyes import (
    TO_APPROVE,
    TO_LOCK,
    TO_PAY,
    TO_UNLOCK,
    Refusal,
    four_eyes,
)
from commissions.statements.freshness import mark_unreconciled
from commissions.statements.order_of_months import (
    check_over,
    earlier_without,
    unpaid_before,
)
from commissions.statements.snapshot import lock_with_snapshot
from medspa.audit.actors import acting
from medspa.formats import format_month
from medspa.jobs.progress import JobProgress
from medspa.months import next_month


@dataclass
class SigningResult:
    """The statements that were signed, and a sentence for each that was not."""

    done: list[Statement] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def approve(
    month: date,
    user: Any,
    ids: Collection[str] | None = None,
    *,
    seen_at: datetime | None = None,
    steps: JobProgress | None = None,
) -> SigningResult:
    """Approve drafts of `month`, all or those with `ids`.

    Refused are one's own statement, statements that pay by a rule one wrote, disputed
    ones, and those calculated after `seen_at` (now, if not given) to other amounts.
    Raises RunRefused for a month that is not over, or before one that is missing.
    """
    check_over(month)
    with closing_lock(steps), acting(user=user):
        _check_no_gap(month)
        seen_at = seen_at or timezone.now()
        run_month(month, steps=steps)
        rows = statements_with(month, ids, Status.DRAFT)
        refusal = refusal_to_approve(month, user, rows, seen_at)
        return _sign(rows, Status.APPROVED, user, refusal)


def _check_no_gap(month: date) -> None:
    """Raises RunRefused where a month before was never calculated, though an earlier
    one was: its refunds and balances come first.

    A month of which nobody gets a statement leaves nothing behind, so those between
    are calculated here, and that is taken back.
    """
    earlier = Statement.objects.current().filter(month__lt=month)
    last = earlier.aggregate(last=Max("month"))["last"]
    while last and (between := next_month(last)) < month:
        with transaction.atomic():
            run_month(between)
            has_statements = Statement.objects.current().of_month(between).exists()
            transaction.set_rollback(True)
        if has_statements:
            raise RunRefused(
                f"Calculate {format_month(between)} first: months are approved in "
                "order.",
                "month_is_missing",
            )
        last = between


def refusal_to_approve(
    month: date, user: Any, rows: Any, seen_at: datetime | None = None
) -> Refusal:
    def is_changed(row: Statement) -> str:
        if seen_at and row.computed_at > seen_at:
            return f"{row}: something has changed. Check it again."
        return ""

    earlier = earlier_without(month, (Status.APPROVED, Status.LOCKED, Status.PAID))
    return first_of(
        four_eyes(TO_APPROVE, user, month, rows),
        _in_order(earlier, "approve"),
        disputed(rows),
        is_changed,
    )


def lock(
    month: date,
    user: Any,
    ids: Collection[str] | None = None,
    *,
    steps: JobProgress | None = None,
) -> SigningResult:
    """Lock approved statements of `month`: they never change again."""
    with closing_lock(steps), acting(user=user):
        was_approved = set(
            statements_with(month, ids, Status.APPROVED).values_list("pk")
        )
        run_month(month, steps=steps)
        rows = statements_with(month, ids, Status.APPROVED)
        refusal = refusal_to_lock(month, user, rows)
        signed = _sign(rows, Status.LOCKED, user, refusal)
        fallen = len(was_approved) - len(rows)
        if fallen:
            signed.refused.append(
                f"{fallen} no longer approved: the amounts have changed."
            )
        return signed


def refusal_to_lock(month: date, user: Any, rows: Any) -> Refusal:
    earlier = earlier_without(month, (Status.LOCKED, Status.PAID))
    return first_of(
        four_eyes(TO_LOCK, user, month, rows),
        _in_order(earlier, "lock"),
        disputed(rows),
    )


def mark_paid(
    month: date, user: Any, ids: Collection[str] | None = None
) -> SigningResult:
    with closing_lock(), acting(user=user):
        rows = statements_with(month, ids, Status.LOCKED)
        return _sign(rows, Status.PAID, user, refusal_to_pay(month, user, rows))


def refusal_to_pay(month: date, user: Any, rows: Any) -> Refusal:
    return first_of(
        four_eyes(TO_PAY, user, month, rows),
        _in_order(unpaid_before(month), "pay"),
        disputed(rows),
    )


def first_of(*refusals: Refusal) -> Refusal:
    """The first of them that has something to say."""
    return lambda row: next(filter(None, (each(row) for each in refusals)), "")


def disputed(rows: Any) -> Refusal:
    """An open dispute holds a statement."""
    found = Dispute.objects.open().filter(statement__in=rows).order_by()
    held = set(found.values_list("statement", flat=True))

    def refusal(row: Statement) -> str:
        if row.pk not in held:
            return ""
        return f"{row}: a line is disputed. Resolve that first."

    return refusal


def _in_order(earlier: dict[str, date], verb: str) -> Refusal:
    def refusal(row: Statement) -> str:
        if row.provider_id not in earlier:
            return ""
        month = earlier[row.provider_id]
        return (
            f"{row}: {verb} {format_month(month)} first: its balance carries forward."
        )

    return refusal


def unlock(statement: Statement, user: Any) -> SigningResult:
    """Replace a locked statement by a new draft; the old revision is kept."""
    with closing_lock(), acting(user=user):
        rows = Statement.objects.current().filter(pk=statement.pk)
        row = rows.first()
        if row is None:
            return SigningResult(refused=[f"{statement} is already unlocked."])
        eyes = four_eyes(TO_UNLOCK, user, row.month, rows)
        if refusal := first_of(eyes, _cannot_unlock)(row):
            return SigningResult(refused=[refusal])
        row.superseded_at, row.superseded_by = timezone.now(), user
        row.save(update_fields=["superseded_at", "superseded_by"])
        # What it corrected is no longer posted.
        corrected = row.lines.corrections()
        mark_unreconciled(corrected.values_list("corrects_statement__month", flat=True))
        run_month(row.month, provider=row.provider_id)
        current = Statement.objects.current().of_month(row.month)
        found = list(current.filter(provider=row.provider_id))
        for revision in found:
            move_disputes(row, revision)
        return SigningResult(done=found)


def _cannot_unlock(row: Statement) -> str:
    if row.status != Status.LOCKED:
        return f"{row} is {row.get_status_display().lower()}, not locked."
    later = (
        Statement.objects.current()
        .closed()
        .filter(provider=row.provider_id, month__gt=row.month)
        .aggregate(first=Min("month"))["first"]
    )
    if later:
        return f"{row}: {format_month(later)} is locked and starts from its balance."
    return ""


def _sign(rows: Any, status: Status, user: Any, refusal: Refusal) -> SigningResult:
    signed, moment = SigningResult(), timezone.now()
    for row in rows:
        if sentence := refusal(row):
            signed.refused.append(sentence)
            continue
        row.sign(status, user, moment)
        signed.done.append(row)
    if signed.done:
        _write_signatures(signed.done, status)
    return signed


def _write_signatures(rows: list[Statement], status: Status) -> None:
    """By one UPDATE for all rows, and their history by one INSERT."""
    if status == Status.LOCKED:
        lock_with_snapshot(rows)
    else:
        steps = f"{status.value}_at", f"{status.value}_by"
        values = {step: getattr(rows[0], step) for step in steps}
        ids = [row.pk for row in rows]
        Statement.objects.filter(pk__in=ids).update(status=status, **values)
    Statement.history.bulk_history_create(rows, update=True)


def statements_with(month: date, ids: Collection[str] | None, status: Status) -> Any:
    """Current statements of `month` with that status, all or those with `ids`."""
    rows = (
        Statement.objects.current()
        .of_month(month)
        .filter(status=status)
        .select_related("provider")
        .order_by("provider__name")
        .defer("snapshot_json")
    )
    return rows if ids is None else rows.filter(pk__in=ids)
