"""Signing statements: approve, lock, mark as paid, and unlock for a new revision.

Approving and locking first calculate the month again, under the closing lock, so that
nobody signs amounts that are out of date.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Max, Min
from django.utils import timezone

from commissions.models import CommissionRule, Statement, StatementLine, Status
from commissions.models.statement import CLOSED
from commissions.statements.calculate import closing_lock, run_month
from commissions.statements.freshness import mark_unreconciled
from commissions.statements.snapshot import lock_with_snapshot
from medspa.audit.actors import acting
from medspa.jobs.progress import JobProgress


@dataclass
class SigningResult:
    """The statements that were signed, and a sentence for each that was not."""

    done: list[Statement] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


# Why a statement is not signed; empty if it may be.
Refusal = Callable[[Statement], str]


def approve(
    month: date,
    user: Any,
    ids: Collection[str] | None = None,
    *,
    seen_at: datetime | None = None,
    steps: JobProgress | None = None,
) -> SigningResult:
    """Approve drafts of `month`, all or those with `ids`.

    Refused are one's own statement, statements that pay by a rule one wrote, and those
    calculated after `seen_at` (now, if not given) to other amounts.
    """
    with closing_lock(steps), acting(user=user):
        seen_at = seen_at or timezone.now()
        run_month(month, steps=steps)
        rows = _rows(month, ids, Status.DRAFT)
        authored = _statements_of_authored_rules(user, rows)

        def refusal(row: Statement) -> str:
            if row.provider.user_id == user.pk:
                return f"{row}: nobody approves their own statement."
            if row.pk in authored:
                return f"{row}: somebody else must approve what your rules pay."
            if row.computed_at > seen_at:
                return f"{row}: something changed meanwhile. Look at it again."
            return ""

        return _sign(rows, Status.APPROVED, user, refusal)


def lock(
    month: date,
    user: Any,
    ids: Collection[str] | None = None,
    *,
    steps: JobProgress | None = None,
) -> SigningResult:
    """Lock approved statements of `month`: they never change again."""
    with closing_lock(steps), acting(user=user):
        was_approved = set(_rows(month, ids, Status.APPROVED).values_list("pk"))
        run_month(month, steps=steps)
        rows = _rows(month, ids, Status.APPROVED)
        open_before = _open_before(month)

        def refusal(row: Statement) -> str:
            if row.provider_id in open_before:
                earlier = open_before[row.provider_id]
                return f"{row}: lock {earlier:%B %Y} first, its balance is carried."
            return ""

        signed = _sign(rows, Status.LOCKED, user, refusal)
        fallen = len(was_approved) - len(rows)
        if fallen:
            signed.refused.append(
                f"{fallen} no longer approved: the amounts changed meanwhile."
            )
        return signed


def mark_paid(
    month: date, user: Any, ids: Collection[str] | None = None
) -> SigningResult:
    with closing_lock(), acting(user=user):
        rows = _rows(month, ids, Status.LOCKED)
        return _sign(rows, Status.PAID, user, lambda row: "")


def unlock(statement: Statement, user: Any) -> SigningResult:
    """Replace a locked statement by a new draft; the old revision is kept."""
    with closing_lock(), acting(user=user):
        row = Statement.objects.current().get(pk=statement.pk)
        if refusal := _cannot_unlock(row):
            return SigningResult(refused=[refusal])
        row.superseded_at, row.superseded_by = timezone.now(), user
        row.save(update_fields=["superseded_at", "superseded_by"])
        # What it corrected is no longer posted.
        corrected = (
            row.lines.corrections()
            .order_by()
            .values_list("corrects_statement__month", flat=True)
        )
        mark_unreconciled(corrected.distinct())
        run_month(row.month, provider=row.provider_id)
        current = Statement.objects.current().of_month(row.month)
        return SigningResult(done=list(current.filter(provider=row.provider_id)))


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
        return f"{row}: {later:%B %Y} is locked and begins with its balance."
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


def _rows(month: date, ids: Collection[str] | None, status: Status) -> Any:
    rows = (
        Statement.objects.current()
        .of_month(month)
        .filter(status=status)
        .select_related("provider")
        .order_by("provider__name")
        .defer("snapshot_json")
    )
    return rows if ids is None else rows.filter(pk__in=ids)


def _open_before(month: date) -> dict[str, date]:
    """By provider the last earlier month that is not locked."""
    rows = (
        Statement.objects.current()
        .filter(month__lt=month)
        .exclude(status__in=CLOSED)
        .order_by()
        .values_list("provider")
    )
    return dict(rows.annotate(last=Max("month")))


def _statements_of_authored_rules(user: Any, rows: Any) -> set[str]:
    """Ids of statements that pay by rules which `user` made or changed."""
    history = CommissionRule.history.filter(history_user=user)
    authored = set(history.exclude(history_type="-").values_list("id", flat=True))
    lines = StatementLine.objects.filter(statement__in=rows, rule__in=authored)
    drawn = rows.filter(draw_rule__in=authored)
    return {
        *lines.values_list("statement", flat=True).distinct(),
        *drawn.values_list("pk", flat=True),
    }
