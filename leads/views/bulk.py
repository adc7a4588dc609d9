"""Bulk actions of the lead list: do one, show its result, undo it."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.decorators import permission_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from leads.bulk import (
    MOST_AT_ONCE,
    RIGHTS,
    BulkOrder,
    TooManyLeads,
    chosen_ids,
    run_now,
    store_run,
)
from leads.bulk.form import BulkForm, MoveQuestion
from leads.bulk.undo import can_be_undone, check_undo, undo_run
from leads.jobs import BULK, UNDO_BULK, BulkArguments
from leads.models import BulkAction, BulkRun, Lead
from leads.models.lead_lists import offered_lost_reasons
from leads.models.lead_queries import LeadQuerySet
from leads.selection.list_filters import ListFilter, read_list_filters
from leads.views.refusals import refuse
from medspa.ids import CUID
from medspa.jobs.registry import start_job
from medspa.jobs.views import watch
from medspa.models import JobRun, User
from medspa.refusals import Refused
from medspa.web.pages import ClinicPageMixin
from medspa.web.toasts import say_with_undo

# Marks the toasts of this page, whose undo is about many leads.
BULK_TOAST = "bulk"
VERBS = {
    BulkAction.TAG: "Tag",
    BulkAction.UNTAG: "Untag",
    BulkAction.ASSIGN: "Assign",
    BulkAction.MOVE: "Move",
    BulkAction.DELETE: "Delete",
}


@require_POST
@permission_required("leads.view_lead", raise_exception=True)
def do_many(request: HttpRequest) -> HttpResponse:
    """Do the action with the chosen leads, or with all that the filters leave."""
    filters, notices = read_list_filters(request.GET, request.user)
    form = BulkForm(request.POST)
    back = f"{reverse('leads')}?{filters.query}".rstrip("?")
    if not form.is_valid():
        return refuse(request, str(next(iter(form.errors.values()))[0]), back)
    if not request.user.has_perm(RIGHTS[form.order.act]):
        return refuse(
            request, "You don't have permission to do this with many leads.", back
        )
    if notices and "all" in request.POST:
        return refuse(request, f"{notices[0]} Nothing was done.", back)
    leads = chosen_leads(request, filters)
    try:
        lead_ids = chosen_ids(leads)
    except TooManyLeads as refusal:
        return refuse(request, refusal, back)
    if not lead_ids:
        return refuse(request, "Select leads first. Nothing was done.", back)
    if question := form.question(leads):
        return _ask(request, question, len(lead_ids), back)
    return _do(request, form.order, lead_ids, back)


def chosen_leads(request: HttpRequest, filters: ListFilter) -> LeadQuerySet:
    """The ticked ones, or all that the filters leave."""
    if "all" in request.POST:
        return filters.leads
    leads: LeadQuerySet = Lead.objects.filter(pk__in=ticked_ids(request))
    return leads


def ticked_ids(request: HttpRequest) -> list[str]:
    """The ids of ticked leads: one field each, or all in one, as the script sends them.

    A request may have only so many fields, and a list may show more leads.
    """
    ids = [*request.POST.getlist("lead"), *request.POST.get("leads", "").split()]
    return [pk for pk in ids if CUID.fullmatch(pk)]


def _ask(
    request: HttpRequest, question: MoveQuestion, count: int, back: str
) -> HttpResponse:
    """Ask one question for all leads; the form carries what was chosen."""
    carried = [("leads", " ".join(ticked_ids(request)))]
    carried += [("all", value) for value in request.POST.getlist("all")]
    context = admin.site.each_context(request) | {
        "title": f"Move to {question.stage}",
        "question": question,
        "count": count,
        "carried": carried,
        "reasons": offered_lost_reasons(),
        "query": request.GET.urlencode(),
        "back": back,
    }
    return render(request, "leads/bulk_ask.html", context)


def _do(
    request: HttpRequest, order: BulkOrder, lead_ids: list[str], back: str
) -> HttpResponse:
    if len(lead_ids) > MOST_AT_ONCE:
        what = f"{VERBS[order.act]} {len(lead_ids):,} leads"
        title = f"{what}: {order.name}" if order.name else what
        return watch(request, _begin(request, order, lead_ids, title))
    done = run_now(order, lead_ids)
    if done.skipped or done.failed:
        return redirect(_with_list(reverse("leads_bulk", args=[done.pk]), back))
    say_with_undo(request, done.sentence, f"many {BULK_TOAST} {done.pk}")
    return redirect(back)


def _with_list(page: str, back: str) -> str:
    """The page's address, with the query of the list that it leads back to."""
    _, mark, query = back.partition("?")
    return f"{page}{mark}{query}"


def start_or_run(
    request: HttpRequest, order: BulkOrder, expected: int, title: str
) -> HttpResponse:
    """Retire a stage of so many leads now, or have a worker do it if they are many;
    then show the result."""
    if expected > MOST_AT_ONCE:
        return watch(request, _begin(request, order, (), title, expected))
    return redirect("leads_bulk", run_now(order, expected=expected).pk)


@transaction.atomic
def _begin(
    request: HttpRequest,
    order: BulkOrder,
    lead_ids: Sequence[str],
    title: str,
    expected: int = 0,
) -> JobRun:
    run = store_run(order, lead_ids, expected=expected)
    run.work = _begin_work(request, BULK, run, title, run.chosen)
    run.save(update_fields=["work"])
    return run.work


def _begin_work(
    request: HttpRequest, kind: str, run: BulkRun, title: str, total: int
) -> JobRun:
    user: Any = request.user
    return start_job(
        kind,
        BulkArguments(run=run.pk),
        title=title,
        by=user,
        after=reverse("leads_bulk", args=[run.pk]),
        key=run.pk,
        total=total,
    )


class BulkRunPage(ClinicPageMixin, TemplateView):
    """The result of a bulk action: done, skipped and failed, with reasons."""

    permission_required = "leads.view_lead"
    title = "Bulk action"
    template_name = "leads/bulk.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        runs = BulkRun.objects.select_related("made_by", "work", "undo_work")
        done = get_object_or_404(runs, pk=self.kwargs["run_id"])
        return super().get_context_data(
            run=done,
            may_undo=not done.running and can_be_undone(done),
            query=self.request.GET.urlencode(),
            breadcrumbs_trail=[(reverse("leads"), "Leads")],
            **kwargs,
        )


@require_POST
@permission_required("leads.view_lead", raise_exception=True)
def undo_many(request: HttpRequest, run_id: str) -> HttpResponse:
    user: Any = request.user
    back = f"{reverse('leads')}?{request.GET.urlencode()}".rstrip("?")
    try:
        if BulkRun.objects.filter(pk=run_id, changed__gt=MOST_AT_ONCE).exists():
            return watch(request, _begin_undo(request, run_id, user))
        undone, _ = undo_run(run_id, user)
    except Refused as refusal:
        return refuse(request, refusal, back)
    messages.success(request, undone.undo_sentence)
    return redirect(back)


@transaction.atomic
def _begin_undo(request: HttpRequest, run_id: str, person: User) -> JobRun:
    run = BulkRun.objects.select_for_update().get(pk=run_id)
    check_undo(run, person)
    title = f"Undo: {run.sentence.rstrip('.')}"
    run.undo_work = _begin_work(request, UNDO_BULK, run, title, run.changed)
    run.save(update_fields=["undo_work"])
    return run.undo_work
