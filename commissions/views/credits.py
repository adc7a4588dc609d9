"""Crediting payments: splitting one, or crediting a month's by default."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from commissions.credits.crediting import (
    credit_defaults,
    default_provider,
    name_provider,
    split,
)
from commissions.credits.shares import check_sum
from commissions.models import CREDITED_KINDS, WHOLE_BPS, Provider
from commissions.views.month import requested_month
from commissions.views.refusals import refusals_as_form_errors
from kpis.models import KpiEvent
from leads.models import Lead
from leads.services.actions import ActionResult
from leads.views.lead_action import lead_action_view
from medspa.web.forms.fields import HundredthsField
from medspa.web.pages import ClinicPageMixin


class SplitForm(forms.Form):
    """A share in percent for each provider; empty for none."""

    def __init__(self, event: KpiEvent, data: Any = None) -> None:
        shares = dict(event.credits.values_list("provider", "share_bps"))
        default = None if shares else default_provider(event)
        initial = shares or ({default.pk: WHOLE_BPS} if default else {})
        super().__init__(data, initial=initial)
        people = Provider.objects.all() | Provider.all_objects.filter(pk__in=shares)
        for provider in people.distinct():
            self.fields[provider.pk] = HundredthsField(
                label=f"{provider} (%)",
                required=False,
                widget=forms.TextInput(
                    attrs={"inputmode": "decimal", "class": "field-box"}
                ),
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        shares = [share for share in cleaned.values() if share]
        if any(share < 0 for share in shares):
            raise ValidationError("A share can't be negative.")
        with refusals_as_form_errors(self):
            check_sum(shares)
        return cleaned


class CreditPage(ClinicPageMixin, TemplateView):
    """Who earned one payment."""

    permission_required = ("commissions.change_credit", "commissions.add_credit")
    title = "Credit payment"
    template_name = "commissions/credit.html"

    @cached_property
    def event(self) -> KpiEvent:
        rows = KpiEvent.objects.counting().filter(kind__in=CREDITED_KINDS)
        return get_object_or_404(
            rows.select_related("lead"), pk=self.kwargs["event_id"]
        )

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._page(SplitForm(self.event))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = SplitForm(self.event, request.POST)
        if not form.is_valid():
            return self._page(form)
        split(self.event, {key: share or 0 for key, share in form.cleaned_data.items()})
        messages.success(request, "Saved. Closed months get a correction.")
        return redirect(self._back())

    def _page(self, form: SplitForm) -> HttpResponse:
        context = self.get_context_data(form=form, event=self.event, back=self._back())
        return self.render_to_response(context)

    def _back(self) -> str:
        back = self.request.GET.get("back", "")
        is_ours = url_has_allowed_host_and_scheme(back, {self.request.get_host()})
        # `redirect` takes an address without a slash for the name of a URL.
        if is_ours and back.startswith("/"):
            return back
        return reverse("commissions")


@lead_action_view("commissions.add_leadprovider")
def choose_provider(request: HttpRequest, lead: Lead) -> ActionResult:
    choice = name_provider(lead, request.POST.get("provider", ""))
    if choice.provider is None:
        return ActionResult(f"No provider is set for {lead} now.")
    return ActionResult(f"{lead} is treated by {choice}.")


@require_POST
@login_required
@permission_required("commissions.add_credit", raise_exception=True)
def defaults(request: HttpRequest) -> HttpResponse:
    month = requested_month(request)
    count = credit_defaults(month)
    messages.success(request, f"{count} credited to the provider of their lead.")
    return redirect(f"{reverse('uncredited')}?month={month:%Y-%m}")
