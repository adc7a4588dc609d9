"""The list of recorded events: they are never edited, only voided with a reason."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import F
from django.http import HttpRequest
from unfold.decorators import action
from unfold.forms import ActionForm
from unfold.widgets import UnfoldAdminSelectWidget

from kpis.choices import VoidReason
from kpis.events.refusals import VoidRefused
from kpis.events.voiding import void
from kpis.models import KpiEvent
from kpis.payments_page.data import what_in_words
from medspa.formats import format_cents
from medspa.web.clinic_admin import ClinicAdmin, ReadOnlyMixin
from medspa.web.filters import ClinicRangeFilter


class VoidForm(ActionForm):
    reason = forms.ChoiceField(
        choices=[("", "Why?"), *VoidReason.choices],
        required=False,
        widget=UnfoldAdminSelectWidget,
    )


@admin.register(KpiEvent)
class KpiEventAdmin(ReadOnlyMixin, ClinicAdmin):
    """Read-only but for voiding; events are recorded on the lead page."""

    list_display = ["kind", "who", "amount", "occurred_at", "is_counting"]
    list_filter = ["kind", ("occurred_at", ClinicRangeFilter)]
    list_filter_submit = True
    list_select_related = ["lead", "campaign"]
    search_fields = ["id__startswith"]
    sortable_by = ["occurred_at"]
    fields = [
        "kind",
        "lead",
        "campaign",
        "amount",
        "refund_of",
        "details",
        "occurred_at",
    ]
    readonly_fields = ["amount", "details"]
    actions = ["void_selected"]
    action_form = VoidForm

    @admin.display(description="lead or campaign")
    def who(self, event: KpiEvent) -> str:
        return str(event.lead or event.campaign)

    @admin.display(description="amount")
    def amount(self, event: KpiEvent) -> str:
        return format_cents(event.value_cents)

    @admin.display(description="details")
    def details(self, event: KpiEvent) -> str:
        return what_in_words(event) or "–"

    @admin.display(description="counted", boolean=True)
    def is_counting(self, event: KpiEvent) -> bool:
        return not event.is_deleted

    def has_void_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("kpis.void_kpievent")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("kpis.view_kpievent")

    @action(description="Void selected (excluded from reports)", permissions=["void"])
    def void_selected(self, request: HttpRequest, queryset: Any) -> None:
        """Void refunds first, so that a payment can be voided with its refunds."""
        reason = request.POST.get("reason", "")
        if reason not in VoidReason.values:
            self.message_user(
                request, "Choose a reason for voiding them.", messages.ERROR
            )
            return
        count = 0
        for event in queryset.active().order_by(F("refund_of").asc(nulls_last=True)):
            try:
                void(event.pk, VoidReason(reason))
                count += 1
            except VoidRefused as refusal:
                self.message_user(request, f"{event}: {refusal}", messages.WARNING)
        self.message_user(request, f"{count} voided.", messages.SUCCESS)
