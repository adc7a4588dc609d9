"""The clinic's own lists: all rows, archiving one, bringing it back, other names."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from leads.intake.files.importers import FILE_IMPORTERS, IMPORTERS_BY_NAME
from leads.lists import procedure_names
from leads.lists.archiving import AlreadyArchived, NotArchived, archive, restore
from leads.lists.uses import Use, uses_of, uses_that_go_on
from leads.models import LeadLostReason, LeadSource, Procedure, ProcedureName
from leads.models.clinic_list import ClinicListRow
from leads.views.refusals import REFUSALS, refuse
from medspa.formats import format_cents
from medspa.web.add_once import again_if_taken
from medspa.web.pages import ClinicPageMixin
from medspa.web.refusals import render_refused

MOST_UNKNOWN_NAMES_SHOWN = 50


@dataclass(frozen=True)
class ClinicListLine:
    """A row of the page: label and text of each of its cells."""

    row: Any
    cells: tuple[tuple[str, str], ...]
    uses: tuple[Use, ...] = ()


class ClinicListPage(ClinicPageMixin, TemplateView):
    """All rows of one list: those that are offered, then the archived."""

    model: type[ClinicListRow] = Procedure
    intro: str
    remove, removed = "Archive", "Archived"
    empty_words = "Nothing to choose yet. Add your first one."
    template_name = "leads/clinic_list.html"

    @property
    def labels(self) -> tuple[str, ...]:
        """The heads of the columns after the name."""
        return ()

    def cells(self, row: Any) -> tuple[str, ...]:
        return ()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows: list[Any] = list(self.model.all_objects.all())
        archived = [row for row in rows if row.is_deleted]
        uses = uses_that_go_on(self.model, [row.code for row in archived])
        name = self.model._meta.model_name
        user = self.request.user
        return super().get_context_data(
            intro=self.intro,
            remove=self.remove,
            removed=self.removed,
            empty_words=self.empty_words,
            what=self.model._meta.verbose_name,
            labels=self.labels,
            rows=[self._row(row) for row in rows if not row.is_deleted],
            archived=[
                ClinicListLine(row, (), tuple(uses.get(row.code, ())))
                for row in archived
            ],
            addresses=_addresses(self.model),
            may_add=user.has_perm(f"leads.add_{name}"),
            may_change=user.has_perm(f"leads.change_{name}"),
            may_archive=user.has_perm(f"leads.delete_{name}"),
            **kwargs,
        )

    def _row(self, row: Any) -> ClinicListLine:
        return ClinicListLine(
            row, tuple(zip(self.labels, self.cells(row), strict=True))
        )


@dataclass(frozen=True)
class Addresses:
    """The names of the addresses of a list's pages."""

    all: str
    add: str
    change: str
    archive: str
    history: str
    bring_back: str


BRING_BACK: dict[type[ClinicListRow], str] = {
    Procedure: "bring_procedure_back",
    LeadSource: "bring_source_back",
    LeadLostReason: "bring_lost_reason_back",
}


def _addresses(model: type[ClinicListRow]) -> Addresses:
    table = f"admin:leads_{model._meta.model_name}"
    return Addresses(
        all=f"{table}_changelist",
        add=f"{table}_add",
        change=f"{table}_change",
        archive=f"{table}_delete",
        history=f"{table}_history",
        bring_back=BRING_BACK[model],
    )


class ArchiveRowPage(ClinicPageMixin, TemplateView):
    """Says what uses the row, then archives it."""

    model: type[ClinicListRow] = Procedure
    template_name = "leads/archive_row.html"

    def get_permission_required(self) -> tuple[str, ...]:
        return (f"leads.delete_{self.model._meta.model_name}",)

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"Archive a {self.model._meta.verbose_name}"

    @property
    def _found(self) -> Any:
        return get_object_or_404(self.model.all_objects, pk=self.kwargs["row_id"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row = self._found
        addresses = _addresses(self.model)
        plural = str(self.model._meta.verbose_name_plural)
        return super().get_context_data(
            row=row,
            what=self.model._meta.verbose_name,
            plural=plural,
            uses=uses_of(row),
            addresses=addresses,
            breadcrumbs_trail=[(reverse(addresses.all), plural.capitalize())],
            **kwargs,
        )

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        context = self.get_context_data()
        if context["row"].is_deleted:
            messages.info(request, f"{context['row']} is already archived.")
            return redirect(context["addresses"].all)
        return self.render_to_response(context)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        row = self._found
        try:
            archive(row)
        except AlreadyArchived as refusal:
            messages.info(request, str(refusal))
            return redirect(_addresses(self.model).all)
        except REFUSALS as refusal:
            context = self.get_context_data()
            return render_refused(request, refusal, self.template_name, context)
        messages.success(request, f"{row} archived.")
        return redirect(_addresses(self.model).all)


def bring_back(
    model: type[ClinicListRow], request: HttpRequest, row_id: str
) -> HttpResponse:
    """Offer an archived row again."""
    row: Any = get_object_or_404(model.all_objects, pk=row_id)
    try:
        restore(row)
    except NotArchived as refusal:
        messages.info(request, str(refusal))
    except ValidationError as refusal:
        messages.error(request, f"{row} stays archived. {refusal.messages[0]}")
    else:
        messages.success(request, f"{row} restored.")
    return redirect(_addresses(model).all)


class MeaningListPage(ClinicListPage):
    """A list of which each row means one of ours."""

    labels = ("Means",)

    def cells(self, row: Any) -> tuple[str, ...]:
        return (row.get_meaning_display(),)


class SourcesPage(MeaningListPage):
    permission_required = "leads.view_leadsource"
    title = "Sources"
    model = LeadSource
    intro = "Where leads come from. Forms offer the ones listed here."


class LostReasonsPage(MeaningListPage):
    permission_required = "leads.view_leadlostreason"
    title = "Lost reasons"
    model = LeadLostReason
    intro = "Why leads are lost. Moving a lead to a lost stage asks for one."


@require_POST
@permission_required("leads.delete_leadsource", raise_exception=True)
def bring_source_back(request: HttpRequest, source_id: str) -> HttpResponse:
    return bring_back(LeadSource, request, source_id)


@require_POST
@permission_required("leads.delete_leadlostreason", raise_exception=True)
def bring_lost_reason_back(request: HttpRequest, reason_id: str) -> HttpResponse:
    return bring_back(LeadLostReason, request, reason_id)


# Procedures ---------------------------------------------------------------------------

PROCEDURES_PAGE = "admin:leads_procedure_changelist"


class ProceduresPage(ClinicListPage):
    """The procedures, what other systems call them, and names that wait."""

    permission_required = "leads.view_procedure"
    title = "Procedures"
    model = Procedure
    intro = "What leads ask for and pay for. Forms offer the ones listed here."
    template_name = "leads/procedures.html"
    labels = ("Code", "Category", "Usual value", "Repeats")

    def cells(self, row: Procedure) -> tuple[str, ...]:
        months = row.repeat_months
        return (
            row.code,
            row.get_category_display(),
            format_cents(row.default_value_cents) if row.default_value_cents else "",
            f"after {months} month{'' if months == 1 else 's'}" if months else "",
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        known: dict[str, list[ProcedureName]] = {}
        waiting = []
        names = ProcedureName.objects.order_by("-row_count", "name")
        for name in names:
            if name.procedure_id is None:
                waiting.append(name)
            else:
                known.setdefault(name.procedure_id, []).append(name)
        listed = [(shown.row, known.get(shown.row.pk, [])) for shown in context["rows"]]
        return context | {
            "waiting": waiting[:MOST_UNKNOWN_NAMES_SHOWN],
            "more_waiting": len(waiting[MOST_UNKNOWN_NAMES_SHOWN:]),
            "other_names": [(row, names) for row, names in listed if names],
            "systems": [(one.name, one.title) for one in FILE_IMPORTERS],
            "may_name": self.request.user.has_perm("leads.change_procedurename"),
        }


@require_POST
@permission_required("leads.delete_procedure", raise_exception=True)
def bring_procedure_back(request: HttpRequest, procedure_id: str) -> HttpResponse:
    return bring_back(Procedure, request, procedure_id)


@require_POST
@permission_required("leads.change_procedurename", raise_exception=True)
def name_procedure(request: HttpRequest, procedure_name_id: str) -> HttpResponse:
    """Say what a name means, or that it means nothing."""
    try:
        if "forget" in request.POST:
            name = procedure_names.forget_name(procedure_name_id)
            sentence = f"“{name}” removed."
        else:
            name = procedure_names.set_meaning(
                procedure_name_id, request.POST.get("procedure", "")
            )
            sentence = f"Imports take “{name}” for {name.procedure} from now on."
    except REFUSALS as refusal:
        return refuse(request, refusal, PROCEDURES_PAGE)
    messages.success(request, sentence)
    return redirect(PROCEDURES_PAGE)


@require_POST
@permission_required("leads.add_procedurename", raise_exception=True)
def add_procedure_name(request: HttpRequest) -> HttpResponse:
    return again_if_taken(lambda: _add_name(request))


def _add_name(request: HttpRequest) -> HttpResponse:
    system = request.POST.get("system", "")
    try:
        name = procedure_names.add_name(
            request.POST.get("name", ""),
            request.POST.get("procedure", ""),
            system if system in IMPORTERS_BY_NAME else "",
        )
    except REFUSALS as refusal:
        return refuse(request, refusal, PROCEDURES_PAGE)
    messages.success(request, f"Imports take “{name}” for {name.procedure}.")
    return redirect(PROCEDURES_PAGE)
