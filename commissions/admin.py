"""Providers, commission rules and credits in the admin."""

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from unfold.decorators import action

from commissions.linking import link_result
from commissions.models import CREDITED_KINDS, CommissionRule, Credit, Provider
from commissions.sentences import rule_sentence
from commissions.statements.lines import member_names
from commissions.views.credits import CreditPage
from commissions.views.providers import ProvidersPage
from kpis.admin import KpiEventAdmin
from kpis.models import KpiEvent
from medspa.formats import format_percent
from medspa.web.clinic_admin import ClinicAdmin, ReadOnlyMixin


@admin.register(Provider)
class ProviderAdmin(ClinicAdmin):
    """The form for one provider. The list has a page of its own."""

    list_display = ["name", "role", "user"]
    list_filter = ["role"]
    list_select_related = ["user"]
    search_fields = ["name"]
    fields = ["name", "role", "user"]

    def changelist_view(
        self, request: HttpRequest, extra_context: Any = None
    ) -> HttpResponse:
        if request.method == "POST":
            return super().changelist_view(request, extra_context)
        return ProvidersPage.as_view()(request)

    def save_model(
        self, request: HttpRequest, obj: Provider, form: Any, change: bool
    ) -> None:
        super().save_model(request, obj, form, change)
        person: Any = request.user
        if "user" in form.changed_data and (sentence := link_result(obj, person)):
            messages.info(request, sentence)


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
        "in_words",
    ]
    readonly_fields = ["in_words"]

    @admin.display(description="rule")
    def in_words(self, row: CommissionRule) -> str:
        try:
            terms = row.rule
        except ValidationError:
            return "This rule can't be read."
        first, last = row.effective_from, row.effective_to
        return rule_sentence(terms, first, last, member_names([row]))


class SplitMixin:
    """A link to the page that credits a payment or consult, while it counts.

    `event_lookup` leads from a payment to the row of the admin's page.
    """

    actions_detail = ["split"]
    event_lookup: ClassVar[str]

    def events_of(self, object_id: str) -> QuerySet[KpiEvent]:
        return KpiEvent.objects.counting().filter(
            kind__in=CREDITED_KINDS, **{self.event_lookup: object_id}
        )

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
    event_lookup = "credits"
    fields = ["kpi_event", "provider", "share"]
    readonly_fields = ["share"]

    @admin.display(description="share")
    def share(self, credit: Credit) -> str:
        return format_percent(credit.share_bps)


# The kpis app does not know of credits, so its admin is replaced here.
admin.site.unregister(KpiEvent)


@admin.register(KpiEvent)
class CreditedEventAdmin(SplitMixin, KpiEventAdmin):
    event_lookup = "pk"
