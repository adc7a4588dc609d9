"""Providers, commission rules and credits in the admin."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from unfold.decorators import action

from commissions.models import CommissionRule, Credit, Provider
from commissions.views.credits import CreditPage
from kpis.admin import KpiEventAdmin
from kpis.models import KpiEvent
from medspa.web.clinic_admin import ClinicAdmin, ReadOnlyMixin


@admin.register(Provider)
class ProviderAdmin(ClinicAdmin):
    list_display = ["name", "role", "user"]
    list_filter = ["role"]
    list_select_related = ["user"]
    search_fields = ["name"]
    fields = ["name", "role", "user"]


@admin.register(CommissionRule)
class CommissionRuleAdmin(ReadOnlyMixin, ClinicAdmin):
    """Read only, with the history. Rules have a page of their own."""

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


class SplitMixin:
    """A link to the page that credits a payment or consult, while it counts."""

    actions_detail = ["split"]

    def events_of(self, object_id: str) -> Any:
        raise NotImplementedError

    def has_split_permission(self, request: HttpRequest, object_id: str) -> bool:
        may = request.user.has_perms(CreditPage.permission_required)
        return may and self.events_of(object_id).exists()

    @action(description="Split…", permissions=["split"])
    def split(self, request: HttpRequest, object_id: str) -> HttpResponse:
        back = urlencode({"back": self._address("change", object_id)})  # type: ignore[attr-defined]
        event = self.events_of(object_id).get()
        return redirect(f"{reverse('credit_payment', args=[event.pk])}?{back}")


@admin.register(Credit)
class CreditAdmin(SplitMixin, ReadOnlyMixin, ClinicAdmin):
    """Read only, with the history. Credits are changed on the page of their payment."""

    list_display = ["provider", "kpi_event", "share"]
    list_filter = ["provider"]
    list_select_related = ["provider", "kpi_event"]
    fields = ["kpi_event", "provider", "share"]
    readonly_fields = ["share"]

    @admin.display(description="share")
    def share(self, credit: Credit) -> str:
        return f"{credit.share_bps / 100:g} %"

    def events_of(self, object_id: str) -> Any:
        return KpiEvent.objects.counting().filter(credits=object_id)


# The kpis app does not know of credits, so its admin is replaced here.
admin.site.unregister(KpiEvent)


@admin.register(KpiEvent)
class CreditedEventAdmin(SplitMixin, KpiEventAdmin):
    def events_of(self, object_id: str) -> Any:
        return KpiEvent.objects.counting().filter(pk=object_id)
