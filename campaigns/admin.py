"""Campaigns and what they cost."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from unfold.admin import TabularInline

from campaigns.models import Campaign, CampaignSpend
from medspa.clinic_time import clinic_today
from medspa.formats import format_cents
from medspa.web.clinic_admin import ClinicAdmin, FewFormsMixin, ReadOnlyMixin


class CampaignSpendInline(FewFormsMixin, ReadOnlyMixin, TabularInline):
    """To look at; spend is entered on the campaign's page, or imported."""

    model = CampaignSpend
    extra = 0
    ordering = ["-from_on"]
    per_page = 12
    fields = ["from_on", "to_on", "spend"]
    readonly_fields = ["spend"]

    @admin.display(description="spend")
    def spend(self, row: CampaignSpend) -> str:
        return format_cents(row.spend_cents)


@admin.register(Campaign)
class CampaignAdmin(ClinicAdmin):
    list_filter = ["platform"]
    search_fields = ["name"]
    inlines = [CampaignSpendInline]
    fields = ["name", "platform", "monthly_spend_cents", "starts_on", "ends_on"]

    def may_see_spend(self, request: HttpRequest) -> bool:
        return request.user.has_perm("campaigns.view_spend")

    def get_list_display(self, request: HttpRequest) -> list[str]:
        columns = ["name", "platform", "starts_on", "ends_on"]
        return [*columns, "spend"] if self.may_see_spend(request) else columns

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [
            name
            for name in self.fields
            if self.may_see_spend(request) or name != "monthly_spend_cents"
        ]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Without a first day the budget would count for all the past."""
        return {
            "starts_on": clinic_today(),
            **super().get_changeform_initial_data(request),
        }

    def get_inlines(self, request: HttpRequest, obj: Any) -> list:
        return self.inlines if self.may_see_spend(request) else []

    def may_read_history(self, request: HttpRequest) -> bool:
        return self.may_see_spend(request)  # old spends stand in the history

    def response_post_save_add(self, request: HttpRequest, obj: Any) -> HttpResponse:
        return redirect("campaign", obj.pk)

    def response_post_save_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        return redirect("campaign", obj.pk)

    @admin.display(description="monthly budget", ordering="monthly_spend_cents")
    def spend(self, campaign: Campaign) -> str:
        return format_cents(campaign.monthly_spend_cents)
