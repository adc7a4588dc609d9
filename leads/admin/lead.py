"""The form that edits a lead, and the deleted leads."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.safestring import SafeString
from unfold.admin import StackedInline
from unfold.decorators import display

from leads.deletions.deleting import (
    DeletionRefused,
    delete_lead,
    refused_deletions,
)
from leads.lead_page.forms import LeadForm
from leads.models import Lead, Opportunity
from leads.search import Search, SearchKind
from leads.services import pipeline
from leads.services.assigning import refuse_assignee
from leads.services.tagging import set_tags
from medspa.templatetags.clinic import since
from medspa.web.clinic_admin import ClinicAdmin, FewFormsMixin, HundredthsMixin
from medspa.web.conflicts import ConflictForm


class OpportunityInline(FewFormsMixin, HundredthsMixin, StackedInline):
    model = Opportunity
    form = ConflictForm
    extra = 0
    max_num = 1
    can_delete = False
    fields = [
        "expected_value_cents",
        "procedure_code",
        "expected_date",
        "seen_history",
    ]


@admin.register(Lead)
class LeadAdmin(ClinicAdmin):
    form = LeadForm
    inlines = [OpportunityInline]
    list_display = ["first_name", "contact", "source", "campaign", "deleted"]
    list_display_links = ["first_name"]
    list_select_related = ["campaign"]
    search_fields = ["first_name"]  # the box itself asks `LeadQuerySet.search`
    search_help_text = "First name, exact email, phone or its last four digits"
    sortable_by: list[str] = []
    ordering = ["-id"]  # the order of the index of deleted leads
    put_back_permission = "leads.put_back"
    autocomplete_fields: list[str] = []
    fieldsets = [
        ("Contact", {"fields": ["first_name", "email", "phone", "tags"]}),
        ("Source", {"fields": ["source", "campaign", "ad_platform"]}),
        ("Work", {"fields": ["assigned_to", "seen_history", "seen_tags"]}),
        ("Other systems", {"fields": ["external_id"]}),
    ]

    # Who opens it ---------------------------------------------------------------

    def add_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.works_on_lead_pages(request):
            return redirect("lead_add")
        return super().add_view(request, *args, **kwargs)

    def change_view(
        self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        if self.works_on_lead_pages(request):
            lead = self.get_object(request, unquote(object_id))
            if lead is not None:
                return redirect("lead", lead.pk)
        return super().change_view(request, object_id, *args, **kwargs)

    def works_on_lead_pages(self, request: HttpRequest) -> bool:
        """Whether the person works with leads on pages of our own instead."""
        is_asked = request.method == "GET" and self.has_view_permission(request)
        return is_asked and not request.user.has_perm("medspa.change_user")

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """Who may not delete this lead reads why instead of the question."""
        lead = request.method == "GET" and self.get_object(request, unquote(object_id))
        if lead and self.has_delete_permission(request, lead):
            person: Any = request.user
            if why := refused_deletions([lead.pk], person).get(lead.pk):
                request.deletion_refused = DeletionRefused(why)  # type: ignore[attr-defined]
                return self.response_delete(request, str(lead), lead.pk)
        return super().delete_view(request, object_id, extra_context)

    # The deleted ----------------------------------------------------------------

    def changelist_view(
        self, request: HttpRequest, extra_context: Any = None
    ) -> HttpResponse:
        """The deleted leads, to restore them; the others have the lead list."""
        is_asked = request.GET.get("deleted") == "yes"
        if not is_asked and self.has_view_permission(request):
            return redirect("leads")
        if is_asked and not self.may_restore(request):
            raise PermissionDenied
        context = {"title": "Deleted leads", **(extra_context or {})}
        return super().changelist_view(request, context)

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[Any, bool]:
        if Search.read(search_term).kind is SearchKind.NOTHING:
            return (queryset if not search_term.strip() else queryset.none()), False
        return queryset.search(search_term), False

    @display(description="contact")
    def contact(self, lead: Lead) -> str:
        return lead.phone_for_people or lead.email or "–"

    @display(description="deleted")
    def deleted(self, lead: Lead) -> SafeString | str:
        return since(lead.deleted_at)

    # Rights -----------------------------------------------------------------

    def may_delete_many(self, request: HttpRequest) -> bool:
        """Deleted leads can't be deleted again; the lead list deletes many."""
        return False

    def may_restore(self, request: HttpRequest) -> bool:
        return request.user.has_perm("leads.restore_lead")

    def restore(self, row: Lead) -> None:
        pipeline.restore_lead(row)

    def refuse_value(self, row: Lead, name: str) -> str:
        return refuse_assignee(row) if name == "assigned_to" else ""

    def may_read_history(self, request: HttpRequest) -> bool:
        return request.user.has_perm("leads.read_history")

    # Saving -----------------------------------------------------------------

    def save_model(
        self, request: HttpRequest, obj: Lead, form: Any, change: bool
    ) -> None:
        if change:
            super().save_model(request, obj, form, change)
        else:
            pipeline.create_lead(obj)
        if change or form.cleaned_data["tags"]:
            set_tags(obj, form.cleaned_data["tags"])

    def delete_model(self, request: HttpRequest, obj: Lead) -> None:
        person: Any = request.user
        try:
            delete_lead(obj, person)
        except DeletionRefused as refusal:
            request.deletion_refused = refusal  # type: ignore[attr-defined]

    def response_post_save_add(self, request: HttpRequest, obj: Lead) -> HttpResponse:
        return redirect("lead", obj.pk)

    def response_post_save_change(
        self, request: HttpRequest, obj: Lead
    ) -> HttpResponse:
        return redirect("lead", obj.pk)
