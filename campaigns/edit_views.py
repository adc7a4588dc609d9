"""Adding, editing, deleting and restoring a campaign, by forms of our own."""

from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from campaigns.models import Campaign
from campaigns.models.campaign import Platform
from campaigns.views import SEE_SPEND, find_campaign
from medspa.clinic_time import clinic_today
from medspa.formats import clinic_formats
from medspa.ids import new_id
from medspa.web.add_once import SAVED_ALREADY, again_if_taken, read_row_key, row_id
from medspa.web.conflicts import ConflictForm, inputs_to_resend
from medspa.web.forms.fields import HundredthsField
from medspa.web.pages import ClinicPageMixin
from medspa.web.refusals import redirect_refused
from medspa.web.toasts import say_with_undo


class CampaignForm(ConflictForm):
    """The budget is asked of those who may see what campaigns cost."""

    monthly_spend_cents = HundredthsField(
        required=False,
        help_text="Used for days without entered spend.",
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )

    class Meta:
        model = Campaign
        fields = ("name", "platform", "monthly_spend_cents", "starts_on", "ends_on")
        widgets = {
            name: forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
            for name in ("starts_on", "ends_on")
        }

    def __init__(self, *args: Any, may_see_spend: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        budget = self.fields["monthly_spend_cents"]
        budget.label = clinic_formats().in_currency("Monthly budget")
        if may_see_spend:
            self.fields["starts_on"].help_text = "The budget counts from this day."
        else:
            del self.fields["monthly_spend_cents"]
        for name, field in self.fields.items():
            field.widget.attrs.setdefault("class", "field-box")
            if field.help_text:
                field.widget.attrs["aria-describedby"] = f"id_{name}_helptext"
        self.fields["name"].widget.attrs["autocomplete"] = "off"
        platform: Any = self.fields["platform"]
        platform.choices = [("", "Choose a platform"), *Platform.choices]

    def clean_monthly_spend_cents(self) -> int:
        return self.cleaned_data["monthly_spend_cents"] or 0


class CampaignFormPage(ClinicPageMixin, TemplateView):
    """The form of one campaign; without an id in the address that of a new one."""

    template_name = "campaigns/form.html"

    def get_permission_required(self) -> tuple[str, ...]:
        is_new = "campaign_id" not in self.kwargs
        return ("campaigns.add_campaign" if is_new else "campaigns.change_campaign",)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        campaign = self._campaign()
        # Without a first day the budget would count for all the past.
        initial = {} if campaign else {"starts_on": clinic_today()}
        return self._page(self._form(campaign, initial=initial), campaign)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return again_if_taken(lambda: self._save(request))

    def _save(self, request: HttpRequest) -> HttpResponse:
        new = row_id(request.POST) if self._row_key() else ""
        if new and (saved := Campaign.all_objects.filter(pk=new).first()):
            messages.info(request, SAVED_ALREADY.format(row=saved))
            return redirect("campaign", new)
        with transaction.atomic():
            campaign = self._campaign(lock=True)
            form = self._form(campaign, data=request.POST)
            if not form.is_valid():
                return self._refused(form, campaign)
            if new:
                form.instance.pk = new
            saved = form.save()
        for sentence in form.reconciled.sentences:
            messages.info(request, f"{sentence} That is kept.")
        messages.success(request, "Saved." if campaign else f"{saved} added.")
        return redirect("campaign", saved.pk)

    def _row_key(self) -> str:
        if self.request.method != "POST" or "campaign_id" in self.kwargs:
            return ""
        return read_row_key(self.request.POST)

    def _campaign(self, *, lock: bool = False) -> Campaign | None:
        if "campaign_id" not in self.kwargs:
            return None
        return find_campaign(self.kwargs["campaign_id"], lock=lock)

    def _form(self, campaign: Campaign | None, **kwargs: Any) -> CampaignForm:
        may_see = self.request.user.has_perm(SEE_SPEND)
        return CampaignForm(instance=campaign, may_see_spend=may_see, **kwargs)

    def _refused(self, form: CampaignForm, campaign: Campaign | None) -> HttpResponse:
        if not form.reconciled.conflicts:
            return self._page(form, campaign)
        context = self._context(form, campaign) | {
            "title": "Changed by someone else",
            "what": "campaign",
            "told": form.reconciled.sentences,
            "conflicts": form.reconciled.conflicts,
            "inputs": inputs_to_resend(self.request.POST, [form]),
        }
        return render(
            self.request, "medspa/conflict.html", context, status=HTTPStatus.CONFLICT
        )

    def _page(self, form: CampaignForm, campaign: Campaign | None) -> HttpResponse:
        return self.render_to_response(self._context(form, campaign))

    def _context(self, form: CampaignForm, campaign: Campaign | None) -> dict[str, Any]:
        self.title = "Edit" if campaign else "Add campaign"
        trail = [(reverse("campaigns"), "Campaigns")]
        if campaign:
            trail.append((reverse("campaign", args=[campaign.pk]), str(campaign)))
        return self.get_context_data(
            form=form,
            campaign=campaign,
            row_key=self._row_key() or new_id(),
            breadcrumbs_trail=trail,
        )


@require_POST
@permission_required("campaigns.delete_campaign", raise_exception=True)
def delete_campaign(request: HttpRequest, campaign_id: str) -> HttpResponse:
    """Its leads, payments and spend stay, and count as before."""
    campaign = get_object_or_404(Campaign.all_objects, pk=campaign_id)
    if campaign.is_deleted:
        messages.info(request, f"{campaign} is already deleted.")
        return redirect("campaigns")
    try:
        campaign.delete()
    except ValidationError as refusal:
        return redirect_refused(request, refusal, "campaign", campaign.pk)
    say_with_undo(
        request, f"{campaign} deleted.", f"{campaign.pk} campaign {campaign.pk}"
    )
    return redirect("campaigns")


@require_POST
@permission_required("campaigns.delete_campaign", raise_exception=True)
def restore_campaign(request: HttpRequest, campaign_id: str) -> HttpResponse:
    campaign = get_object_or_404(Campaign.all_objects, pk=campaign_id)
    if not campaign.is_deleted:
        messages.info(request, f"{campaign} isn't deleted.")
        return redirect("campaigns")
    try:
        campaign.restore()
    except ValidationError as refusal:
        return redirect_refused(request, refusal, "campaigns")
    messages.success(request, f"{campaign} restored.")
    return redirect("campaigns")
