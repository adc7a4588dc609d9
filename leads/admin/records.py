"""What was recorded about leads: shown here, written only by the services."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from unfold.admin import ModelAdmin

from leads.choices import ActivityType
from leads.models import (
    Activity,
    ContactPoint,
    ExportLog,
    LeadStage,
    LeadTag,
    Opportunity,
    Tag,
    Task,
)
from leads.timeline.sources import activity_text
from medspa.formats import format_cents
from medspa.web.clinic_admin import ClinicAdmin, ReadOnlyMixin, VisibleRowsMixin
from medspa.web.filters import OfferedFiltersMixin
from medspa.web.paging import BoundedPaginator


@admin.register(Activity)
class ActivityAdmin(ReadOnlyMixin, ClinicAdmin):
    list_display = ["type", "lead", "created_by", "created_at"]
    list_filter = ["type"]
    list_select_related = ["lead", "created_by"]
    sortable_by = ["created_at"]
    fields = ["type", "lead", "details", "created_by", "created_at"]
    readonly_fields = ["details"]

    @admin.display(description="details")
    def details(self, activity: Activity) -> str:
        if activity.type == ActivityType.STAGE_CHANGE:
            return "–"  # the stage periods say from where to where
        tag = Tag.all_objects.filter(pk=activity.payload_json.get("tag")).first()
        return activity_text(activity, str(tag or "a former tag"))


@admin.register(ContactPoint)
class ContactPointAdmin(ReadOnlyMixin, ClinicAdmin):
    """Further emails and phones of leads; merges write them."""

    list_display = ["for_people", "lead", "created_at"]
    list_select_related = ["lead"]
    sortable_by = ["created_at"]
    fields = ["for_people", "lead", "created_at"]
    readonly_fields = fields

    @admin.display(description="email or phone")
    def for_people(self, point: ContactPoint) -> str:
        return point.for_people


@admin.register(LeadStage)
class LeadStageAdmin(VisibleRowsMixin, OfferedFiltersMixin, ReadOnlyMixin, ModelAdmin):
    list_display = ["lead", "stage", "changed_at", "left_at", "changed_by"]
    list_filter = ["stage"]
    list_select_related = ["lead", "stage", "changed_by"]
    list_fullwidth = True
    sortable_by = ["changed_at"]
    paginator = BoundedPaginator
    list_per_page = ClinicAdmin.list_per_page
    show_full_result_count = False
    fields = ["lead", "stage", "lost_reason", "changed_at", "left_at", "changed_by"]

    def changelist_view(
        self, request: HttpRequest, extra_context: Any = None
    ) -> HttpResponse:
        return super().changelist_view(request, {"title": "Stage periods"})


@admin.register(LeadTag)
class LeadTagAdmin(ReadOnlyMixin, ClinicAdmin):
    list_display = ["lead", "tag", "created_at"]
    list_filter = ["tag"]
    list_select_related = ["lead", "tag"]
    sortable_by: list[str] = []
    fields = ["lead", "tag", "created_at"]


@admin.register(Task)
class TaskAdmin(ReadOnlyMixin, ClinicAdmin):
    list_display = ["what", "lead", "due_at", "assigned_to", "done_at"]
    list_filter = ["what"]
    # Joined, all leads are read before the steps are sorted: 310 ms at a million.
    list_select_related: list[str] = []
    sortable_by = ["due_at"]
    fields = ["what", "lead", "due_at", "assigned_to", "done_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Task]:
        return super().get_queryset(request).prefetch_related("lead", "assigned_to")


@admin.register(Opportunity)
class OpportunityAdmin(ReadOnlyMixin, ClinicAdmin):
    """Shown with its history; it is edited on the lead's form."""

    list_display = ["lead", "procedure_code", "expected", "expected_date"]
    list_filter = ["procedure_code"]
    list_select_related = ["lead"]
    sortable_by: list[str] = []
    fields = ["lead", "expected", "procedure_code", "expected_date"]
    # Putting a past value back never changes the lead.
    readonly_fields = ["lead", "expected"]

    @admin.display(description="expected value")
    def expected(self, opportunity: Opportunity) -> str:
        return format_cents(opportunity.expected_value_cents)

    def may_put_back(
        self, request: HttpRequest, row: Opportunity | None = None
    ) -> bool:
        """One past value can be put back, though there is no form."""
        if row and (row.is_deleted or row.lead.is_deleted):
            return False
        return request.user.has_perms(("leads.change_opportunity", "leads.put_back"))


@admin.register(ExportLog)
class ExportLogAdmin(VisibleRowsMixin, OfferedFiltersMixin, ReadOnlyMixin, ModelAdmin):
    list_display = [
        "exported_by",
        "row_count",
        "filters",
        "is_complete",
        "unreadable_count",
        "created_at",
    ]
    list_select_related = ["exported_by"]
    list_fullwidth = True
    sortable_by = ["created_at"]
    paginator = BoundedPaginator
    show_full_result_count = False
    fields = list_display

    def changelist_view(
        self, request: HttpRequest, extra_context: Any = None
    ) -> HttpResponse:
        return super().changelist_view(request, {"title": "Lead exports"})
