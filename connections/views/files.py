"""The page that imports files of payments and of appointments."""

from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView

from connections.file_systems import FILE_SYSTEMS
from connections.files.importing import (
    MOST_FILE_ROWS,
    FileChoices,
    FileReport,
    import_file,
)
from connections.files.kinds import FILE_KINDS
from leads.intake.files.mapping import header_label, places
from leads.intake.files.refusals import FileRefused
from leads.intake.files.table import read_table
from leads.intake.files.upload import failures
from medspa.reading.uploads import MAX_UPLOAD_MEGABYTES
from medspa.reading.word_keys import key
from medspa.web.pages import ClinicPageMixin

LAST_HEADER_ROW = 1_000
CHOOSE = {"required": "Choose a file.", "invalid": "Choose a file."}


class EventsFileForm(forms.Form):
    file = forms.FileField(allow_empty_file=True, error_messages=CHOOSE)
    system = forms.ChoiceField(choices=list(FILE_SYSTEMS.items()))
    kind = forms.ChoiceField(
        label="What it contains",
        choices=[(kind.name, kind.title) for kind in FILE_KINDS.values()],
    )
    header_row = forms.IntegerField(
        label="Header row", required=False, min_value=1, max_value=LAST_HEADER_ROW
    )


@dataclass(frozen=True)
class ShownColumn:
    """A column of the file; `choices` are value, label and whether it is chosen."""

    name: str
    choices: tuple[tuple[str, str, bool], ...]


@dataclass(frozen=True)
class Shown:
    """What the page says about a file."""

    refusal: str = ""
    report: FileReport | None = None
    columns: tuple[ShownColumn, ...] = ()
    # For which files the columns were chosen.
    columns_for: str = ""
    rows_refused: list[tuple[str, str]] = field(default_factory=list)


@method_decorator(never_cache, name="dispatch")
class ImportEventsPage(ClinicPageMixin, TemplateView):
    permission_required = "connections.work_connection"
    title = "Import payments and appointments"
    template_name = "connections/import.html"

    def get_template_names(self) -> list[str]:
        if self.request.method == "POST" and getattr(self.request, "htmx", False):
            return ["connections/_import_report.html"]
        return super().get_template_names()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            **{"form": EventsFileForm()} | kwargs,
            max_megabytes=MAX_UPLOAD_MEGABYTES,
            most_rows=MOST_FILE_ROWS,
            breadcrumbs_trail=[(reverse("connections"), "Connections")],
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        form = EventsFileForm(request.POST, request.FILES)
        return self.render_to_response(
            self.get_context_data(form=form, shown=_shown(request, form))
        )


def _shown(request: HttpRequest, form: EventsFileForm) -> Shown:
    if not form.is_valid():
        errors = next(iter(form.errors.values()))
        return Shown(refusal=str(errors[0]))
    data = form.cleaned_data["file"].read()
    choices = _choices(request, form.cleaned_data)
    columns_for = f"{choices.system}/{choices.kind}"
    try:
        report = import_file(data, choices)
    except FileRefused as refusal:
        columns = _columns_of_refused(data, choices)
        return Shown(str(refusal), columns=columns, columns_for=columns_for)
    used = report.mapping.used
    return Shown(
        report=report,
        columns=_columns(report.mapping.headers, choices.kind, used),
        columns_for=columns_for,
        rows_refused=failures(
            (why, number) for why, rows in report.refused.items() for number in rows
        ),
    )


def _choices(request: HttpRequest, given: dict[str, Any]) -> FileChoices:
    """Columns and services count when they were chosen for this kind of file."""
    is_chosen = request.POST.get("columns_for") == f"{given['system']}/{given['kind']}"
    chosen = (one.rpartition("=") for one in request.POST.getlist("map"))
    return FileChoices(
        system=given["system"],
        kind=given["kind"],
        columns={name: value for name, _, value in chosen} if is_chosen else None,
        services=tuple(map(key, request.POST.getlist("service")))
        if is_chosen
        else None,
        is_trial=request.POST.get("action") != "import",
        header_row=given["header_row"] or 0,
    )


def _columns_of_refused(data: bytes, choices: FileChoices) -> tuple[ShownColumn, ...]:
    """So that a person can say which column is what, where the headers don't."""
    try:
        headers = read_table(data, choices.header_row, choices.most_rows).headers
    except FileRefused:
        return ()
    chosen = choices.columns or {}
    used = {i: chosen.get(name, "") for i, name in enumerate(places(headers))}
    return _columns(headers, choices.kind, used)


def _columns(
    headers: tuple[str, ...], kind: str, used: dict[int, str]
) -> tuple[ShownColumn, ...]:
    fields = {"": "Skip", **FILE_KINDS[kind].fields}
    return tuple(
        ShownColumn(
            header_label(header, index),
            tuple(
                (f"{name}={value}", label, value == used.get(index, ""))
                for value, label in fields.items()
            ),
        )
        for index, (header, name) in enumerate(
            zip(headers, places(headers), strict=True)
        )
        if header
    )
