"""Stages and tags, which a manager sets up."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin
from unfold.decorators import action
from unfold.widgets import UnfoldAdminColorInputWidget

from leads.bulk.retiring import plan_retirement, retire_empty
from leads.models import PipelineStage, Tag, TagSuggestion
from leads.models.stage import lock_set_up
from leads.models.tag import ColorField
from leads.services.stage_order import (
    free_place,
    place_by_outcome,
    restore_stage,
)
from leads.services.tag_suggestions import accept_suggestions
from leads.views.stages import RetirePage, StagesPage
from medspa.refusals import Refused
from medspa.web.clinic_admin import ClinicAdmin, ReadOnlyMixin, VisibleRowsMixin
from medspa.web.filters import OfferedFiltersMixin
from medspa.web.paging import BoundedPaginator


def swatch(row: Any) -> SafeString:
    return format_html(
        '<span class="stage-dot" style="background:{}"></span>{}', row.color, row
    )


@admin.register(PipelineStage)
class PipelineStageAdmin(ClinicAdmin):
    """The form for one stage. The list and retiring have pages of their own."""

    fields = [
        "name",
        "color",
        "outcome",
        "win_probability_bps",
        "records_kpi",
        "target_days",
        "moves_on_when_answered",
    ]
    # The place is changed on the list, where the other stages are renumbered.
    readonly_fields = ["order"]
    formfield_overrides = {ColorField: {"widget": UnfoldAdminColorInputWidget}}

    # Not “Delete”: the past periods of the stage stay.
    actions_detail = ["retire_stage"]

    @action(description="Archive…", permissions=["delete"])
    def retire_stage(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return redirect("admin:leads_pipelinestage_delete", object_id)

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> Any:
        context["show_delete"] = False
        return super().render_change_form(request, context, *args, **kwargs)

    def formfield_for_dbfield(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "win_probability_bps":
            # The column counts basis points, the form percent.
            field.help_text = "Share of leads in this stage you expect to win."
        return field

    def changelist_view(
        self, request: HttpRequest, extra_context: Any = None
    ) -> HttpResponse:
        if request.method == "POST":
            return super().changelist_view(request, extra_context)
        return StagesPage.as_view()(request)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        return RetirePage.as_view()(request, stage_id=object_id)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        for stage in queryset:
            try:
                retire_empty(plan_retirement(stage))
            except Refused as refusal:
                self.message_user(request, str(refusal), messages.ERROR)

    def restore(self, row: PipelineStage) -> None:
        restore_stage(row)

    # Every change of the stages takes this lock before it locks any row: no deadlock.

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.method == "POST":
            lock_set_up()
        return super().get_object(request, *args, **kwargs)

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.method == "POST":
            lock_set_up()
        return super().get_form(request, *args, **kwargs)

    def _row(self, request: HttpRequest, object_id: str, *, lock: bool = False) -> Any:
        if lock:
            lock_set_up()
        return super()._row(request, object_id, lock=lock)

    def save_model(
        self, request: HttpRequest, obj: PipelineStage, form: Any, change: bool
    ) -> None:
        if not change:
            obj.order = free_place()
        super().save_model(request, obj, form, change)
        if not change:
            place_by_outcome(obj)


@admin.register(Tag)
class TagAdmin(ClinicAdmin):
    list_display = ["shown_name"]
    search_fields = ["name"]
    fields = ["name", "color"]
    formfield_overrides = {ColorField: {"widget": UnfoldAdminColorInputWidget}}

    @admin.display(description="name", ordering="name")
    def shown_name(self, tag: Tag) -> SafeString:
        return swatch(tag)


@admin.register(TagSuggestion)
class TagSuggestionAdmin(
    VisibleRowsMixin, OfferedFiltersMixin, ReadOnlyMixin, ModelAdmin
):
    """What imports would have tagged leads with; whoever may add tags decides."""

    list_display = ["name", "row_count", "created_at"]
    list_fullwidth = True
    sortable_by = ["name", "row_count"]
    paginator = BoundedPaginator
    show_full_result_count = False
    fields = list_display
    actions = ["accept", "dismiss"]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return super().changelist_view(request, {"title": "Suggested tags"})

    def has_decide_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("leads.add_tag")

    @admin.action(description="Add as tags", permissions=["decide"])
    def accept(self, request: HttpRequest, suggestions: Any) -> None:
        added = accept_suggestions(suggestions)
        names = ", ".join(added) or "nothing new"
        messages.success(
            request,
            f"Tags added: {names}. Import the file again to tag its leads.",
        )

    @admin.action(description="Dismiss", permissions=["decide"])
    def dismiss(self, request: HttpRequest, suggestions: Any) -> None:
        suggestions.delete()
        messages.success(request, "Dismissed.")
