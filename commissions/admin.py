"""Providers, what they earn, and their shares of payments."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from commissions.models import CommissionRule, Credit, Provider
from medspa.clinic_admin import ClinicAdmin


@admin.register(Provider)
class ProviderAdmin(ClinicAdmin):
    list_display = ["name", "role", "user"]
    list_filter = ["role"]
    list_select_related = ["user"]
    search_fields = ["name"]
    fields = ["name", "role", "user"]


@admin.register(CommissionRule)
class CommissionRuleAdmin(ClinicAdmin):
    """To look at, with the history. Rules are made and changed on their own page."""

    list_display = ["__str__", "effective_from", "effective_to", "priority", "version"]
    list_filter = ["role"]
    list_select_related = ["provider"]
    fields = [
        "provider",
        "role",
        "effective_from",
        "effective_to",
        "priority",
        "rule_json",
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Credit)
class CreditAdmin(ClinicAdmin):
    list_display = ["provider", "kpi_event", "share"]
    list_filter = ["provider"]
    list_select_related = ["provider", "kpi_event"]
    autocomplete_fields = ["kpi_event"]
    fields = ["kpi_event", "provider", "share_bps"]

    @admin.display(description="share")
    def share(self, credit: Credit) -> str:
        return f"{credit.share_bps / 100:g} %"
