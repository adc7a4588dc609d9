"""The list of campaigns, and entering what they cost."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from campaigns.listing import listed
from campaigns.models import Campaign
from campaigns.spend.export_columns import SpendFileRefused
from campaigns.spend.export_file import read_spend_file, read_spend_table
from campaigns.spend.importing import (
    MAX_AMOUNTS,
    SpendImport,
    import_spend,
    pack_spend,
    preview_spend,
    unpack_spend,
)
from campaigns.spend.matching import LEAVE_OUT
from campaigns.spend.missing import missing_spend
from campaigns.spend.pasting import edited_inputs, read_edits, read_pasted
from campaigns.spend.planning import ChangedMeanwhile, SpendPlan, make_plan, write_spend
from campaigns.spend.text import TextRefused
from medspa.formats import format_days
from medspa.postgres.replica_views import from_replica
from medspa.reading.uploads import MAX_UPLOAD_MEGABYTES
from medspa.web.error_pages import MovedOn
from medspa.web.forms.sent import keep_sent
from medspa.web.pages import ClinicPageMixin
from medspa.web.toasts import read_toasts

SEE_SPEND = "campaigns.view_spend"
EDIT_SPEND = ("campaigns.change_campaignspend", "campaigns.add_campaignspend")
# The form of a campaign's page with an input for each month.
SPEND_FORM = "campaign_spend"
# Each name has its own choice in the page.
MAX_NAMES = 400


@method_decorator(from_replica, name="dispatch")
class CampaignList(ClinicPageMixin, TemplateView):
    permission_required = "campaigns.view_campaign"
    title = "Campaigns"
    template_name = "campaigns/list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        every = list(Campaign.all_objects.all())
        campaigns = [one for one in every if not one.is_deleted]
        may_see = self.request.user.has_perm(SEE_SPEND)
        return super().get_context_data(
            campaigns=listed(campaigns, with_spend=may_see),
            missing=missing_spend(campaigns) if may_see else [],
            deleted=[one for one in every if one.is_deleted]
            if self.request.user.has_perm("campaigns.delete_campaign")
            else [],
            toasts=read_toasts(self.request),
            may_see_spend=may_see,
            may_edit_spend=self.request.user.has_perms(EDIT_SPEND),
            **kwargs,
        )


def find_campaign(campaign_id: str, *, lock: bool = False) -> Campaign:
    """The campaign, to be changed; raises Http404, for a deleted one with the way to
    its page."""
    rows: Any = Campaign.all_objects
    if lock:
        rows = rows.select_for_update(no_key=True)
    campaign: Campaign | None = rows.filter(pk=campaign_id).first()
    if campaign is None:
        raise Http404
    if campaign.is_deleted:
        address = reverse("campaign", args=[campaign.pk])
        sentence = "This campaign was deleted. Nothing was saved."
        raise MovedOn(sentence, address, "Open campaign")
    return campaign


@require_POST
@permission_required(EDIT_SPEND, raise_exception=True)
def edit_spend(request: HttpRequest, campaign_id: str) -> HttpResponse:
    """The amounts that were changed on the campaign's page, all or none of them."""
    campaign = find_campaign(campaign_id)
    try:
        edits = read_edits(campaign, request.POST)
        plan = make_plan(edits.given)
        if plan.conflicts:
            raise TextRefused(plan.conflicts[0].why_not)
        plan = write_spend(edits.given, plan.seen, edits.expected)
    except TextRefused as refusal:
        messages.error(request, f"{refusal} Nothing was saved.")
        keep_sent(request, campaign.pk, SPEND_FORM, only=edited_inputs(request.POST))
    except ChangedMeanwhile:
        messages.error(
            request,
            "Someone else changed one of these amounts. Nothing was saved; the page "
            "shows the current amounts.",
        )
    else:
        messages.success(request, _saved(plan))
    return redirect("campaign", campaign.pk)


def _saved(plan: SpendPlan) -> str:
    if not plan.changes:
        return "Nothing was changed."
    lines = [
        f"{format_days(line.days)}{f' ({line.note})' if line.note else ''}"
        for line in plan.lines
    ]
    return f"Spend of {'; '.join(lines)} saved."


class PasteSpendPage(ClinicPageMixin, TemplateView):
    """Amounts that were pasted: first what they would change, then writing them."""

    permission_required = EDIT_SPEND
    title = "Spend"
    template_name = "campaigns/paste.html"
    http_method_names = ("post",)

    def post(self, request: HttpRequest, campaign_id: str) -> HttpResponse:
        campaign = find_campaign(campaign_id)
        pasted = read_pasted(request.POST.get("pasted", ""))
        given = pasted.given(campaign)
        if request.POST.get("action") == "write" and given and not pasted.refused:
            try:
                plan = write_spend(given, request.POST.get("seen", ""))
            except ChangedMeanwhile as refusal:
                messages.error(request, refusal.sentence)
            else:
                messages.success(request, f"{campaign}: {plan.sentence}.")
                return redirect("campaign", campaign.pk)
        return self.render_to_response(
            self.get_context_data(
                campaign=campaign,
                pasted=request.POST.get("pasted", ""),
                refused=pasted.refused,
                plan=make_plan(given),
                breadcrumbs_trail=[
                    (reverse("campaigns"), "Campaigns"),
                    (reverse("campaign", args=[campaign.pk]), str(campaign)),
                ],
            )
        )


class SpendFileForm(forms.Form):
    file = forms.FileField(required=False, allow_empty_file=True)
    pasted = forms.CharField(required=False, strip=False)


@method_decorator(never_cache, name="dispatch")
class ImportSpendPage(ClinicPageMixin, TemplateView):
    """A file is previewed first; its amounts come back in the form to be written."""

    permission_required = EDIT_SPEND
    title = "Import spend"
    template_name = "campaigns/import.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            max_megabytes=MAX_UPLOAD_MEGABYTES,
            all_campaigns=list(Campaign.objects.all()),
            left_out=LEAVE_OUT,
            breadcrumbs_trail=[(reverse("campaigns"), "Campaigns")],
            **kwargs,
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            context = self._answer(request)
        except SpendFileRefused as refusal:
            context = {"refusal": str(refusal)}
        return self.render_to_response(self.get_context_data(**context))

    def _answer(self, request: HttpRequest) -> dict[str, Any]:
        if "read" not in request.POST:
            return self._preview_file(request)
        source, ranges = unpack_spend(request.POST["read"])
        chosen = _chosen(request)
        if request.POST.get("action") != "write":
            return _preview_context(preview_spend(source, ranges, chosen), chosen)
        try:
            done = import_spend(source, ranges, chosen, request.POST.get("seen", ""))
        except ChangedMeanwhile as refusal:
            preview = preview_spend(source, ranges, chosen)
            return _preview_context(preview, chosen, refusal.sentence)
        return {"done": done}

    def _preview_file(self, request: HttpRequest) -> dict[str, Any]:
        form = SpendFileForm(request.POST, request.FILES)
        form.is_valid()
        if file := form.cleaned_data.get("file"):
            spending = read_spend_file(file.read())
        elif pasted := form.cleaned_data.get("pasted"):
            spending = read_spend_table(pasted)
        else:
            raise SpendFileRefused("Choose a file or paste a table.")
        preview = preview_spend(spending.source, spending.ranges)
        return _preview_context(preview, {}) | {"spending": spending}


def _preview_context(
    preview: SpendImport, chosen: dict[str, str], notice: str = ""
) -> dict[str, Any]:
    if len(preview.ranges) > MAX_NAMES:
        raise SpendFileRefused(
            f"The file names more than {MAX_NAMES} campaigns. Export fewer, or ask an "
            "administrator to import it with manage.py import_spend."
        )
    if sum(map(len, preview.ranges.values())) > MAX_AMOUNTS:
        raise SpendFileRefused(
            f"The file has more than {MAX_AMOUNTS:,} amounts. Export it by month, or "
            "ask an administrator to import it with manage.py import_spend."
        )
    read = pack_spend(preview.source, preview.ranges)
    return {"looked": preview, "read": read, "chosen": chosen, "notice": notice}


def _chosen(request: HttpRequest) -> dict[str, str]:
    """Campaign ids by the names in the file; both lists come in the same order."""
    names, choices = request.POST.getlist("name"), request.POST.getlist("campaign")
    return {
        name: choice for name, choice in zip(names, choices, strict=False) if choice
    }
