"""Bulk acts of the lead list: do one, see what came of it, take it back."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from leads.acts import ActRefused
from leads.bulk import Order, TooMany, chosen_ids, run
from leads.bulk_undo import undo_run
from leads.lead_list import filtered_leads
from leads.list_filters import ListFilter, read_list_filters
from leads.models import BulkAct, BulkRun, Lead, PipelineStage, Tag
from leads.vocabulary import LostReason
from medspa.ids import CUID
from medspa.models import User
from medspa.pages import ClinicPageMixin
from medspa.toasts import say_with_undo

PERMISSIONS = {
    BulkAct.TAG: "leads.add_leadtag",
    BulkAct.UNTAG: "leads.delete_leadtag",
    BulkAct.ASSIGN: "leads.change_lead",
    BulkAct.MOVE: "leads.change_lead",
    BulkAct.DELETE: "leads.bulk_delete_lead",
}
# What toasts of this page offer to undo, beside those of a single lead.
BULK = "bulk"


class BulkForm(forms.Form):
    """Which act, with what. The leads are chosen beside it."""

    act = forms.ChoiceField(choices=BulkAct.choices)
    tag = forms.ModelChoiceField(Tag.objects, required=False)
    person = forms.ModelChoiceField(User.objects.filter(is_active=True), required=False)
    stage = forms.ModelChoiceField(PipelineStage.objects, required=False)
    lost_reason = forms.ChoiceField(choices=LostReason.choices, required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        needed = {"tag": "tag", "untag": "tag", "move": "stage"}.get(
            given.get("act", "")
        )
        if needed and not given.get(needed) and needed not in self.errors:
            raise forms.ValidationError(f"Choose a {needed} first. Nothing was done.")
        stage = given.get("stage")
        is_lost = given.get("act") == "move" and stage and stage.is_lost
        if is_lost and not given.get("lost_reason"):
            raise forms.ValidationError(
                f"Say why the leads go to {stage}: choose a reason."
            )
        return given

    @property
    def order(self) -> Order:
        given = self.cleaned_data
        act = BulkAct(given["act"])
        kind = {"tag": "tag", "untag": "tag", "assign": "person", "move": "stage"}
        row = given.get(kind.get(act, ""))
        name = str(row) if row else ("nobody" if act is BulkAct.ASSIGN else "")
        return Order(act, row.pk if row else "", name, given["lost_reason"])


@require_POST
@permission_required("leads.view_lead", raise_exception=True)
def do_many(request: HttpRequest) -> HttpResponse:
    """Do the chosen act with the chosen leads, or with all that the filters leave."""
    filters, notices = read_list_filters(request.GET, request.user)
    form = BulkForm(request.POST)
    back = f"{reverse('leads')}?{filters.kept}".rstrip("?")
    if not form.is_valid():
        return _refuse(request, str(next(iter(form.errors.values()))[0]), back)
    if not request.user.has_perm(PERMISSIONS[form.order.act]):
        return _refuse(request, "You may not do this with many leads.", back)
    if notices and "all" in request.POST:
        return _refuse(request, f"{notices[0]} Nothing was done.", back)
    try:
        lead_ids = chosen_ids(_chosen(request, filters), form.order.act)
    except TooMany as refusal:
        return _refuse(request, str(refusal), back)
    if not lead_ids:
        return _refuse(request, "Choose leads first. Nothing was done.", back)
    done = run(form.order, lead_ids)
    if done.skipped or done.failed:
        return redirect("leads_bulk", done.pk)
    say_with_undo(request, done.sentence, f"many {BULK} {done.pk}")
    return redirect(back)


def _chosen(request: HttpRequest, filters: ListFilter) -> Any:
    if "all" in request.POST:
        return filtered_leads(filters)
    ids = [pk for pk in request.POST.getlist("lead") if CUID.fullmatch(pk)]
    return Lead.objects.filter(pk__in=ids)


def _refuse(request: HttpRequest, sentence: str, back: str) -> HttpResponse:
    messages.error(request, sentence)
    return redirect(back)


class BulkRunPage(ClinicPageMixin, TemplateView):
    """What came of a bulk act: done, skipped and failed, with reasons."""

    permission_required = "leads.view_lead"
    title = "Many leads at once"
    template_name = "leads/bulk.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        done = get_object_or_404(
            BulkRun.objects.select_related("made_by"), pk=self.kwargs["run_id"]
        )
        return super().get_context_data(
            run=done,
            total=done.done + done.skipped + done.failed,
            breadcrumbs_trail=[(reverse("leads"), "Leads")],
            **kwargs,
        )


@require_POST
@permission_required("leads.view_lead", raise_exception=True)
def undo_many(request: HttpRequest, run_id: str) -> HttpResponse:
    user: Any = request.user
    try:
        taken_back, restored = undo_run(run_id, user)
    except ActRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("leads")
    kept = taken_back.done - restored
    since = f" {kept:,} changed since and stay as they are." if kept else ""
    messages.success(request, f"{restored:,} leads are as before.{since}")
    return redirect("leads")
