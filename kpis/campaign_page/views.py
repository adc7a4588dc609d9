"""A campaign's page; people who may not see numbers see how far its leads are."""

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.generic import View
from django.views.generic.base import ContextMixin, TemplateResponseMixin

from campaigns.listing import listed
from campaigns.models import Campaign
from campaigns.views import EDIT_SPEND, SEE_SPEND, SPEND_FORM
from kpis.campaign_page.data import months_table, read_campaign_page
from kpis.page.state import PageState
from kpis.views import download, read_numbers
from leads.board import read_columns
from leads.models import Lead
from medspa.accounts.second_factor.fresh_views import ask_again
from medspa.postgres.replica_views import from_replica
from medspa.web.forms.sent import take_sent
from medspa.web.pages import ClinicPageMixin


@method_decorator(from_replica, name="dispatch")
class CampaignPageView(ClinicPageMixin, TemplateResponseMixin, ContextMixin, View):
    """`?range=30d` or `?from=…&to=…`, `?basis=cohort`, `?export=months`."""

    permission_required = "campaigns.view_campaign"
    title = "Campaign"
    template_name = "kpis/campaign.html"

    def get(self, request: HttpRequest, campaign_id: str) -> HttpResponseBase:
        campaign = get_object_or_404(Campaign.all_objects, pk=campaign_id)
        self.title = str(campaign)
        context: dict[str, Any] = {
            "campaign": campaign,
            "line": listed([campaign], with_spend=False)[0],
            "breadcrumbs_trail": [(reverse("campaigns"), "Campaigns")],
        }
        if request.user.has_perms(("kpis.view_kpis", SEE_SPEND)):
            choice, numbers = read_numbers(request)
            if request.GET.get("export") == "months":
                if asked := ask_again(request, is_download=True):
                    return asked
                return download(months_table(campaign, numbers.window), choice)
            state = PageState(choice, numbers.basis)
            sent = take_sent(request, campaign.pk).get(SPEND_FORM, {})
            context |= {
                "page": read_campaign_page(campaign, state, numbers, sent),
                "may_edit_spend": request.user.has_perms(EDIT_SPEND)
                and not campaign.is_deleted,
            }
        elif request.user.has_perm("leads.view_lead"):
            leads = Lead.objects.filter(campaign=campaign)
            context["stages"] = read_columns(leads).columns
        return self.render_to_response(self.get_context_data(**context))
