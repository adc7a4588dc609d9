"""The lead list and the form that edits a lead."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.admin import StackedInline
from unfold.decorators import action, display
from unfold.views import ChangeList

from leads import pipeline
from leads.admin.filters import MineFilter, StageFilter, TagFilter
from leads.forms import LeadForm
from leads.models import Lead, LeadStage, LeadTag, Opportunity, StageTotal
from leads.search import Search, SearchKind
from leads.tagging import set_tags
from medspa.clinic_admin import ClinicAdmin, DeletedFilter, HundredthsMixin
from medspa.conflicts import ConflictForm
from medspa.money import format_cents
from medspa.paging import BoundedPaginator
from medspa.templatetags.clinic import since


class OpportunityInline(HundredthsMixin, StackedInline):
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


class LeadList(ChangeList):
    """The newest first; in a stage, those who entered it last first."""

    def get_queryset(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        queryset = super().get_queryset(request, *args, **kwargs)
        queryset.is_whole_list = not self.query and not self.get_filters_params()
        return queryset

    def get_results(self, request: HttpRequest) -> None:
        """Each lead's link says which list it stands in, for "next" and "previous"."""
        super().get_results(request)
        for lead in self.result_list:
            lead.opened_from = f"in=list&{request.GET.urlencode()}".rstrip("&")

    def get_ordering(self, request: HttpRequest, queryset: Any) -> list:
        if request.GET.get("stage") and "o" not in self.params:
            return ["-stays__changed_at", "-stays__id"]
        return super().get_ordering(request, queryset)


class LeadPaginator(BoundedPaginator):
    """The whole list is counted by the kept totals, everything else bounded."""

    def known_total(self) -> int | None:
        if not getattr(self.object_list, "is_whole_list", False):
            return None
        return sum(count for count, _ in StageTotal.objects.by_stage().values())


@admin.register(Lead)
class LeadAdmin(ClinicAdmin):
    form = LeadForm
    paginator = LeadPaginator
    inlines = [OpportunityInline]
    list_display = [
        "name",
        "stage",
        "contact",
        "tag_names",
        "source",
        "campaign",
        "expected",
        "assigned_to",
        "created",
    ]
    list_display_links = None
    list_filter = [StageFilter, "source", "campaign", TagFilter, MineFilter]
    search_fields = ["first_name"]  # the box itself asks `LeadQuerySet.search`
    search_help_text = "First name, exact e-mail, phone or its last four digits"
    actions_list: ClassVar[list[str]] = ["import_leads"]
    sortable_by = ["name", "created"]
    ordering = ["-created_at", "-id"]
    put_back_permission = "leads.put_back"
    autocomplete_fields: list[str] = []
    fieldsets = [
        ("Who", {"fields": ["first_name", "email", "phone", "tags"]}),
        (
            "Where from",
            {
                "fields": ["source", "campaign", "ad_platform", "external_id"],
            },
        ),
        ("Work", {"fields": ["assigned_to", "seen_history", "seen_tags"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> Any:
        leads = super().get_queryset(request)
        if not self.may_restore(request):
            leads = leads.living()
        return leads.select_related(
            "campaign", "assigned_to", "opportunity"
        ).prefetch_related(
            Prefetch(
                "stays",
                LeadStage.objects.filter(left_at__isnull=True).select_related("stage"),
                to_attr="current_stays",
            ),
            Prefetch(
                "lead_tags",
                LeadTag.objects.select_related("tag").order_by("tag__name"),
            ),
        )

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type:
        return LeadList

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[Any, bool]:
        if Search.read(search_term).kind is SearchKind.NOTHING:
            return (queryset if not search_term.strip() else queryset.none()), False
        return queryset.search(search_term), False

    # Columns ----------------------------------------------------------------

    @display(description="name", ordering="first_name")
    def name(self, lead: Lead) -> SafeString:
        page = reverse("lead", args=[lead.pk])
        return format_html(
            '<a class="lead-link" href="{}?{}">{}</a>',
            page,
            getattr(lead, "opened_from", ""),
            lead,
        )

    @display(description="stage")
    def stage(self, lead: Any) -> SafeString | str:
        if not lead.current_stays:
            return "–"
        stage = lead.current_stays[0].stage
        return format_html(
            '<span class="stage-dot" style="background:{}"></span>{}',
            stage.color,
            stage,
        )

    @display(description="contact")
    def contact(self, lead: Lead) -> str:
        return lead.phone_for_people or lead.email or "–"

    @display(description="tags")
    def tag_names(self, lead: Lead) -> SafeString | str:
        chips = [(link.tag.name,) for link in lead.lead_tags.all()]
        return format_html_join(" ", '<span class="chip">{}</span>', chips) or "–"

    @display(description="expected")
    def expected(self, lead: Lead) -> str:
        opportunity = getattr(lead, "opportunity", None)
        return format_cents(opportunity.expected_value_cents if opportunity else None)

    @display(description="created", ordering="created_at")
    def created(self, lead: Lead) -> SafeString | str:
        return since(lead.created_at)

    @action(description="Import", icon="upload_file", permissions=["import"])
    def import_leads(self, request: HttpRequest) -> HttpResponse:
        return redirect("lead_import")

    # Rights -----------------------------------------------------------------

    def may_delete_many(self, request: HttpRequest) -> bool:
        return request.user.has_perm("leads.bulk_delete_lead")

    def may_restore(self, request: HttpRequest) -> bool:
        return request.user.has_perm("leads.restore_lead")

    # By a method and not by name: the theme would look the name up before `migrate`.
    def has_import_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("leads.import_lead")

    def restore(self, row: Lead) -> None:
        pipeline.bring_back(row)

    def may_read_history(self, request: HttpRequest) -> bool:
        return request.user.has_perm("leads.read_history")

    def get_list_filter(self, request: HttpRequest) -> Any:
        filters = super().get_list_filter(request)
        if self.may_restore(request):
            return filters
        return [item for item in filters if item is not DeletedFilter]

    # Saving -----------------------------------------------------------------

    def save_model(
        self, request: HttpRequest, obj: Lead, form: Any, change: bool
    ) -> None:
        if change:
            super().save_model(request, obj, form, change)
        else:
            pipeline.admit(obj)
        set_tags(obj, form.cleaned_data["tags"])

    def response_post_save_add(self, request: HttpRequest, obj: Lead) -> HttpResponse:
        return redirect("lead", obj.pk)

    def response_post_save_change(
        self, request: HttpRequest, obj: Lead
    ) -> HttpResponse:
        return redirect("lead", obj.pk)
