"""Actions on statements: run a month, approve, lock, pay, unlock, dispute."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from commissions import jobs
from commissions.models import Dispute, Statement, StatementLine
from commissions.statements import closing, confirming, disputes
from commissions.statements.confirming import Question, SigningStep, question
from commissions.statements.order_of_months import check_begun, check_over
from commissions.views.month import requested_month
from commissions.views.refusals import refusals_as_messages
from medspa.formats import format_month
from medspa.jobs.views import watch
from medspa.models import JobRun

SHOWN_REFUSALS = 5


def _action(permission: str) -> Callable[[Any], Any]:
    def decorate(view: Any) -> Any:
        allowed = permission_required(permission, raise_exception=True)(view)
        return require_POST(login_required(allowed))

    return decorate


def _to_month(month: date) -> HttpResponse:
    return redirect(f"{reverse('commissions')}?month={month:%Y-%m}")


@_action("commissions.run_month")
def run(request: HttpRequest) -> HttpResponse:
    month = requested_month(request)
    with refusals_as_messages(request):
        check_begun(month)
        return watch(request, _begin(request, jobs.RUN, month))
    return _to_month(month)


@_action("commissions.approve_statement")
def approve(request: HttpRequest) -> HttpResponse:
    month, seen_at = requested_month(request), _seen_at(request)

    def act(ids: list[str]) -> HttpResponse:
        check_over(month)
        if jobs.is_large(month):
            job = _begin(request, jobs.APPROVE, month, ids, seen_at)
            return watch(request, job)
        signed = closing.approve(month, request.user, ids, seen_at=seen_at)
        return _show_result(request, month, signed, confirming.APPROVE.done)

    return _ask_or_act(request, confirming.APPROVE, month, act)


@_action("commissions.lock_statement")
def lock(request: HttpRequest) -> HttpResponse:
    month = requested_month(request)

    def act(ids: list[str]) -> HttpResponse:
        if jobs.is_large(month):
            return watch(request, _begin(request, jobs.LOCK, month, ids))
        signed = closing.lock(month, request.user, ids)
        return _show_result(request, month, signed, confirming.LOCK.done)

    return _ask_or_act(request, confirming.LOCK, month, act)


@_action("commissions.lock_statement")
def pay(request: HttpRequest) -> HttpResponse:
    month = requested_month(request)

    def act(ids: list[str]) -> HttpResponse:
        signed = closing.mark_paid(month, request.user, ids)
        return _show_result(request, month, signed, confirming.PAY.done)

    return _ask_or_act(request, confirming.PAY, month, act)


def _ask_or_act(
    request: HttpRequest,
    step: SigningStep,
    month: date,
    act: Callable[[list[str]], HttpResponse],
) -> HttpResponse:
    """Act on the ticked statements. With none ticked it is all of them: a page names
    the people and the sum and asks; so it does before anything is paid.
    """
    ids = _chosen_statements(request)
    is_final = step is confirming.PAY
    is_confirmed = "confirmed" in request.POST
    with refusals_as_messages(request):
        if ids and (is_confirmed or not is_final):
            return act(ids)
        asked = question(step, month, request.user, ids)
        return _question_page(request, asked)
    return _to_month(month)


def _question_page(request: HttpRequest, asked: Question) -> HttpResponse:
    month = f"{asked.month:%Y-%m}"
    context = {
        **admin.site.each_context(request),
        "title": f"{asked.step.verb} {format_month(asked.month)}",
        "is_fullwidth": "1",
        "asked": asked,
        "seen": request.POST.get("seen", ""),
        "breadcrumbs_trail": [
            (f"{reverse('commissions')}?month={month}", "Commissions")
        ],
    }
    return render(request, "commissions/confirm.html", context)


def _begin(request: HttpRequest, kind: str, month: date, *args: Any) -> JobRun:
    person: Any = request.user
    after = f"{reverse('commissions')}?month={month:%Y-%m}"
    return jobs.begin_job(kind, month, person, after, *args)


def _chosen_statements(request: HttpRequest) -> list[str] | None:
    """Ids of the ticked statements; None, if none is ticked, stands for all."""
    return request.POST.getlist("statement") or None


def _seen_at(request: HttpRequest) -> datetime | None:
    """When the latest statement was calculated that the person has seen."""
    try:
        moment = datetime.fromisoformat(request.POST.get("seen", ""))
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _show_result(
    request: HttpRequest, month: date, signed: closing.SigningResult, done: str
) -> HttpResponse:
    if signed.done or not signed.refused:
        messages.success(request, f"{len(signed.done)} {done}.")
    for sentence in signed.refused[:SHOWN_REFUSALS]:
        messages.warning(request, sentence)
    if more := signed.refused[SHOWN_REFUSALS:]:
        messages.warning(request, f"… and {len(more)} more.")
    return _to_month(month)


@_action("commissions.lock_statement")
def unlock(request: HttpRequest, statement_id: str) -> HttpResponse:
    statement = get_object_or_404(Statement, pk=statement_id)
    signed = closing.unlock(statement, request.user)
    for sentence in signed.refused:
        messages.error(request, sentence)
    for row in signed.done:
        messages.success(request, f"{row}: revision {row.revision} is a draft now.")
        return redirect("statement", row.pk)
    return redirect("statement", statement_id)


@_action("commissions.add_dispute")
def dispute(request: HttpRequest, line_id: str) -> HttpResponse:
    line = get_object_or_404(
        StatementLine.objects.select_related("statement__provider"), pk=line_id
    )
    if not may_see(request.user, line.statement):
        raise PermissionDenied
    with refusals_as_messages(request):
        disputes.dispute_line(line, request.POST.get("reason", ""), request.user)
        messages.success(request, "Line disputed.")
    return _to_line(line)


@_action("commissions.settle_dispute")
def resolve(request: HttpRequest, dispute_id: str) -> HttpResponse:
    rows = Dispute.objects.select_related("statement")
    row = get_object_or_404(rows, pk=dispute_id)
    with refusals_as_messages(request):
        disputes.answer(row, request.POST.get("answer", ""), request.user)
        messages.success(request, f"Dispute resolved: {row.get_answer_display()}.")
    return _to_dispute(row)


@_action("commissions.add_dispute")
def withdraw(request: HttpRequest, dispute_id: str) -> HttpResponse:
    rows = Dispute.objects.select_related("statement__provider")
    row = get_object_or_404(rows, pk=dispute_id)
    if not may_see(request.user, row.statement):
        raise PermissionDenied
    with refusals_as_messages(request):
        disputes.withdraw(row, request.user)
        messages.success(request, "Dispute withdrawn.")
    return _to_dispute(row)


def _to_dispute(row: Dispute) -> HttpResponse:
    return _to_line(row.line) if row.line else redirect("statement", row.statement_id)


def _to_line(line: StatementLine) -> HttpResponse:
    page = (line.position - 1) // StatementLine.PAGE_SIZE + 1
    address = reverse("statement", args=[line.statement_id])
    return redirect(f"{address}?page={page}#{line.pk}")


def may_see(user: Any, statement: Statement) -> bool:
    """Managers see all statements, a provider their own."""
    if user.has_perm("commissions.view_month"):
        return True
    is_own = statement.provider.user_id == user.pk
    return is_own and user.has_perm("commissions.view_own_statement")
