"""The clinic's own lists: the form of one row. All else has pages of its own."""

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from unfold.decorators import action

from leads.models import LeadLostReason, LeadSource, Procedure
from leads.models.clinic_list import ClinicListRow
from leads.views.clinic_lists import (
    ArchiveRowPage,
    ClinicListPage,
    LostReasonsPage,
    ProceduresPage,
    SourcesPage,
)
from medspa.web.clinic_admin import ClinicAdmin


class ClinicListAdmin(ClinicAdmin):
    list_page: type[ClinicListPage]

    # Not “Delete”: where the row was chosen it stays.
    actions_detail: ClassVar[Any] = ["archive"]

    @action(description="Archive…", permissions=["delete"])
    def archive(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return redirect(self._address("delete", object_id))

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> Any:
        context["show_delete"] = False
        return super().render_change_form(request, context, *args, **kwargs)

    def get_readonly_fields(
        self, request: HttpRequest, obj: ClinicListRow | None = None
    ) -> Any:
        """A code is for good."""
        fields = super().get_readonly_fields(request, obj)
        return (*fields, "code") if obj and "code" in self.fields else fields

    def changelist_view(
        self, request: HttpRequest, extra_context: Any = None
    ) -> HttpResponse:
        if request.method == "POST":
            return super().changelist_view(request, extra_context)
        return self.list_page.as_view()(request)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        page = ArchiveRowPage.as_view(model=self.model)
        return page(request, row_id=object_id)


@admin.register(Procedure)
class ProcedureAdmin(ClinicListAdmin):
    list_page = ProceduresPage
    fields = ["name", "category", "default_value_cents", "repeat_months", "code"]


class MeaningListAdmin(ClinicListAdmin):
    fields: ClassVar[Any] = ["name", "meaning"]

    def formfield_for_choice_field(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> Any:
        """A meaning is chosen: none is there before."""
        kwargs["choices"] = db_field.get_choices(blank_choice=[("", "Choose…")])
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """A meaning is for good: what was counted by it stays true."""
        return ("meaning",) if obj else ()


@admin.register(LeadSource)
class LeadSourceAdmin(MeaningListAdmin):
    list_page = SourcesPage


@admin.register(LeadLostReason)
class LeadLostReasonAdmin(MeaningListAdmin):
    list_page = LostReasonsPage
