"""Importing a file of leads: what it would do, doing it in a job, what it did."""

from http import HTTPStatus
from typing import Annotated, Any

from django.core.exceptions import ValidationError
from pydantic import BaseModel, Field, StringConstraints

from api.ground.problems import not_found
from api.idempotency.answering import KeptAnswer
from api.resources.jobs import JobAnswer, job_data
from api.resources.values import Text, known_id
from api.web.calls import ApiCall
from api.web.operations import Operation, operation
from leads.intake.files.background import MAX_ROWS_FOR_WORKER, begin_import
from leads.intake.files.importers import IMPORTERS_BY_NAME
from leads.intake.files.mapping import ColumnMapping, map_columns
from leads.intake.files.refusals import FileRefused
from leads.intake.files.table import FileTable, read_table
from leads.intake.files.upload import UploadReport, failures, import_upload
from leads.intake.take_in import ImportOptions
from leads.models import ImportFile
from medspa.json_columns import Schema
from medspa.models import JobRun

IMPORTS_TAG, MAY_IMPORT = "Imports and exports", ("leads.import_lead",)
EXAMPLE_FILE = "First name,Email\nAna,ana@example.com\n"


class ImportBody(Schema):
    """`columns` are texts like `Header=field`, for headers that aren't recognized."""

    content: Annotated[str, StringConstraints(min_length=1)]
    format: Text = ""
    columns: list[Text] = Field(default=[], max_length=200)
    header_row: Annotated[int, Field(ge=0, le=1_000)] = 0
    creates_campaigns: bool = False


class FailureAnswer(BaseModel):
    """Why rows failed, and their numbers as a spreadsheet has them."""

    reason: str
    rows: str


class ImportPreviewAnswer(BaseModel):
    """What importing the first rows would do; `rows_in_file` is 0 if that is all."""

    format: str
    used_columns: list[str]
    skipped_columns: list[str]
    rows: int
    created: int
    updated: int
    restored: int
    skipped: int
    failed: int
    failures: list[FailureAnswer]
    rows_in_file: int


class ImportAnswer(BaseModel):
    """What a job has imported so far, and the job itself."""

    job: JobAnswer
    rows: int
    created: int
    updated: int
    restored: int
    skipped: int
    failed: int
    failures: list[FailureAnswer]


@operation(
    Operation(
        "preview_import",
        "post",
        "/imports/preview",
        "jobs:write",
        MAY_IMPORT,
        "See what importing a file would do",
        "Nothing is written. `content` is the text of a CSV file. Of a long one the "
        "first 500 rows are tried.",
        IMPORTS_TAG,
        answer=ImportPreviewAnswer,
        example={"content": EXAMPLE_FILE},
    )
)
def preview_import(call: ApiCall, body: ImportBody) -> KeptAnswer:
    _check(call, body)
    options = ImportOptions(is_dry_run=True, creates_campaigns=body.creates_campaigns)
    report = import_upload(
        body.content.encode(), body.format, body.columns, options, body.header_row
    )
    if report.refusal:
        raise FileRefused(report.refusal)
    return KeptAnswer(_preview(report))


@operation(
    Operation(
        "start_import",
        "post",
        "/imports",
        "jobs:write",
        MAY_IMPORT,
        "Import a file of leads",
        "A background job imports it; ask for the result with the id of the job. Rows "
        "wait encrypted until they are in.",
        IMPORTS_TAG,
        answer=JobAnswer,
        status=HTTPStatus.ACCEPTED,
        example={"content": EXAMPLE_FILE},
    )
)
def start_import(call: ApiCall, body: ImportBody) -> KeptAnswer:
    _check(call, body)
    options = ImportOptions(creates_campaigns=body.creates_campaigns)
    run = begin_import(*_table(body), options)
    call.subject = run
    location = f"/api/v1/imports/{run.pk}"
    return KeptAnswer(job_data(run), HTTPStatus.ACCEPTED, location=location)


@operation(
    Operation(
        "get_import",
        "get",
        "/imports/{job_id}",
        "jobs:read",
        MAY_IMPORT,
        "Get the result of an import",
        tag=IMPORTS_TAG,
        answer=ImportAnswer,
    )
)
def get_import(call: ApiCall, job_id: str) -> KeptAnswer:
    runs = JobRun.objects.visible_to(call.person).filter(pk=known_id(job_id))
    files = ImportFile.objects.filter(work__in=runs).select_related("work")
    file = files.defer("content").first()
    if file is None:
        raise not_found()
    call.subject = file.work
    return KeptAnswer(
        {
            "job": job_data(file.work),
            "rows": file.rows,
            "created": file.created,
            "updated": file.updated,
            "restored": file.restored,
            "skipped": file.skipped,
            "failed": file.failed,
            "failures": _failures(
                failures(zip(file.failed_reasons, file.failed_rows, strict=True))
            ),
        }
    )


def _table(body: ImportBody) -> tuple[FileTable, ColumnMapping]:
    """Raises FileRefused."""
    table = read_table(body.content.encode(), body.header_row, MAX_ROWS_FOR_WORKER)
    return table, map_columns(table.headers, body.format, body.columns)


def _check(call: ApiCall, body: ImportBody) -> None:
    if body.format and body.format not in IMPORTERS_BY_NAME:
        known = ", ".join(IMPORTERS_BY_NAME)
        raise ValidationError({"format": f"Choose one of {known}."})
    if body.creates_campaigns:
        call.require("campaigns.add_campaign")


def _preview(report: UploadReport) -> dict[str, Any]:
    result: Any = report.result
    counts = ("rows", "created", "updated", "restored", "skipped", "failed")
    return {
        "format": report.format_title,
        "used_columns": [one.name for one in report.columns if one.is_used],
        "skipped_columns": [one.name for one in report.columns if not one.is_used],
        **{name: getattr(result, name) for name in counts},
        "failures": _failures(report.failures),
        "rows_in_file": report.rows_in_file,
    }


def _failures(found: list[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"reason": reason, "rows": rows} for reason, rows in found]
