"""What people do with a month: run, approve, lock, pay, unlock, dispute."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from commissions import closing
from commissions.engine import InputRefused
from commissions.models import Dispute, Statement, StatementLine
from commissions.statements import RunRefused, RunReport, run_month
from commissions.views.month import month_of

SHOWN_REFUSALS = 5


def _act(permission: str) -> Callable[[Any], Any]:
    def decorate(view: Any) -> Any:
        allowed = permission_required(permission, raise_exception=True)(view)
        return require_POST(login_required(allowed))

    return decorate


def _back(month: date) -> HttpResponse:
    return redirect(f"{reverse('commissions')}?month={month:%Y-%m}")


@_act("commissions.run_month")
def run(request: HttpRequest) -> HttpResponse:
    month = month_of(request)
    try:
        _tell_run(request, run_month(month))
    except (RunRefused, InputRefused) as refusal:
        messages.error(request, f"{refusal} Nothing was changed.")
    return _back(month)


def _tell_run(request: HttpRequest, report: RunReport) -> None:
    sentence = f"{report.written} worked out anew, {report.unchanged} unchanged"
    if report.closed:
        sentence += f", {report.closed} locked and left alone"
    messages.success(request, f"{sentence}.")
    for month in sorted({month for month, _ in report.missing}):
        messages.warning(
            request,
            f"Somebody earned something in {month:%B %Y} and has no statement there: "
            "work that month out again.",
        )


@_act("commissions.approve_statement")
def approve(request: HttpRequest) -> HttpResponse:
    return _signed(request, closing.approve, "approved")


@_act("commissions.lock_statement")
def lock(request: HttpRequest) -> HttpResponse:
    return _signed(request, closing.lock, "locked")


@_act("commissions.lock_statement")
def pay(request: HttpRequest) -> HttpResponse:
    return _signed(request, closing.mark_paid, "marked as paid")


def _signed(request: HttpRequest, act: Any, done: str) -> HttpResponse:
    """Those that were ticked; all that can be when none was."""
    month = month_of(request)
    signed = act(month, request.user, request.POST.getlist("statement") or None)
    if signed.done or not signed.refused:
        messages.success(request, f"{len(signed.done)} {done}.")
    for sentence in signed.refused[:SHOWN_REFUSALS]:
        messages.warning(request, sentence)
    if more := signed.refused[SHOWN_REFUSALS:]:
        messages.warning(request, f"… and {len(more)} more.")
    return _back(month)


@_act("commissions.lock_statement")
def unlock(request: HttpRequest, statement_id: str) -> HttpResponse:
    statement = get_object_or_404(Statement.objects.current(), pk=statement_id)
    signed = closing.unlock(statement, request.user)
    for sentence in signed.refused:
        messages.error(request, sentence)
    for row in signed.done:
        messages.success(request, f"{row}: revision {row.revision} is a draft now.")
        return redirect("statement", row.pk)
    return redirect("statement", statement_id)


@_act("commissions.add_dispute")
def dispute(request: HttpRequest, line_id: str) -> HttpResponse:
    line = get_object_or_404(
        StatementLine.objects.select_related("statement__provider"), pk=line_id
    )
    if not may_see(request.user, line.statement):
        raise PermissionDenied
    person: Any = request.user
    row = Dispute(
        statement=line.statement,
        line=line,
        reason=request.POST.get("reason", ""),
        raised_by=person,
    )
    try:
        row.full_clean()
        row.save()
        messages.success(request, "The line is marked as disputed.")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return _to_line(line)


@_act("commissions.settle_dispute")
def settle(request: HttpRequest, dispute_id: str) -> HttpResponse:
    row = get_object_or_404(Dispute.objects.open(), pk=dispute_id)
    try:
        row.settle(request.POST.get("answer", ""), request.user)
        messages.success(request, f"Answered: {row.get_answer_display()}.")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return _to_line(row.line) if row.line else redirect("statement", row.statement_id)


def _to_line(line: StatementLine) -> HttpResponse:
    page = (line.position - 1) // StatementLine.PAGE_SIZE + 1
    address = reverse("statement", args=[line.statement_id])
    return redirect(f"{address}?page={page}#{line.pk}")


def may_see(user: Any, statement: Statement) -> bool:
    """Managers see every statement, a provider their own."""
    if user.has_perm("commissions.view_month"):
        return True
    is_own = statement.provider.user_id == user.pk
    return is_own and user.has_perm("commissions.view_own_statement")
