"""Exporting leads: a job finds them, then the file can be downloaded for a day."""

from datetime import datetime
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel, Field, create_model

from api.exports.exporting import begin_export, download, visible_exports
from api.exports.models import LeadExport
from api.ground.problems import Problem, not_found
from api.idempotency.answering import KeptAnswer, SentFile
from api.resources.imports import IMPORTS_TAG
from api.resources.jobs import JobAnswer, job_data
from api.resources.lead_list import API_FILTERS
from api.resources.values import Text, invalid, known_id
from api.web.calls import ApiCall
from api.web.operations import Operation, operation
from leads.lead_list.export import EXPORT_FORMATS
from medspa import clock
from medspa.clinic_time import clinic_today
from medspa.json_columns import Schema

MAY_EXPORT = ("leads.export_lead",)
Values = list[Text]


ExportFilters = create_model(  # type: ignore[call-overload]
    "ExportFilters",
    __base__=Schema,
    __doc__="The filters of the list of leads; a lead has one of the values of each.",
    **{
        name: (Values, Field(default=[], max_length=50, description=words))
        for name, words in API_FILTERS.items()
    },
)


class ExportBody(Schema):
    """Without filters all leads are exported."""

    filters: ExportFilters = ExportFilters()  # type: ignore[valid-type]


class ExportAnswer(BaseModel):
    """An export and its job. `rows` and `expires_at` are null until it is done; from
    `expires_at` on there is no file.
    """

    job: JobAnswer
    rows: int | None
    expires_at: datetime | None
    file: str | None


@operation(
    Operation(
        "start_export",
        "post",
        "/exports",
        "jobs:write",
        MAY_EXPORT,
        "Export leads",
        "A background job finds the leads; ask for the result with the id of the job.",
        IMPORTS_TAG,
        answer=JobAnswer,
        status=HTTPStatus.ACCEPTED,
        example={"filters": {"source": ["instagram"]}},
    )
)
def start_export(call: ApiCall, body: ExportBody) -> KeptAnswer:
    given: Any = body.filters
    run = begin_export(given.model_dump(exclude_unset=True), call.person)
    call.subject = run
    location = f"/api/v1/exports/{run.pk}"
    return KeptAnswer(job_data(run), HTTPStatus.ACCEPTED, location=location)


@operation(
    Operation(
        "get_export",
        "get",
        "/exports/{job_id}",
        "jobs:read",
        MAY_EXPORT,
        "Get the result of an export",
        tag=IMPORTS_TAG,
        answer=ExportAnswer,
    )
)
def get_export(call: ApiCall, job_id: str) -> KeptAnswer:
    export = _export(call, job_id)
    path = f"/api/v1/exports/{export.work_id}/file"
    return KeptAnswer(
        {
            "job": job_data(export.work),
            "rows": export.rows,
            "expires_at": export.expires_at,
            "file": path if export.is_ready(clock.now()) else None,
        }
    )


@operation(
    Operation(
        "download_export",
        "get",
        "/exports/{job_id}/file",
        "jobs:read",
        MAY_EXPORT,
        "Download an export",
        "The leads as they are now, with the columns of the list page's export. Email "
        "and Phone are columns only for keys with `contacts:read`. 409 "
        "`export_not_ready` until the job is done; 410 a day later.",
        IMPORTS_TAG,
        parameters={"as": f"One of {', '.join(EXPORT_FORMATS)}; `csv` without it."},
        formats={"as": {"type": "string", "enum": list(EXPORT_FORMATS)}},
        files=tuple(form.content_type for form in EXPORT_FORMATS.values()),
        problems=(HTTPStatus.CONFLICT, HTTPStatus.GONE),
    )
)
def download_export(call: ApiCall, job_id: str) -> KeptAnswer:
    name = call.query.get("as", "csv")
    if name not in EXPORT_FORMATS:
        raise invalid("as", f"choose one of {', '.join(EXPORT_FORMATS)}")
    export = _export(call, job_id)
    _refuse_without_file(export)
    if call.sees_contacts:
        call.contacts = export.rows or 0
    form = EXPORT_FORMATS[name]
    content = download(export, call.person, form, has_contacts=call.sees_contacts)
    ending = f"leads_{clinic_today()}.{form.ending}"
    return KeptAnswer(file=SentFile(ending, form.content_type, content))


def _export(call: ApiCall, job_id: str) -> LeadExport:
    exports = visible_exports(call.person).filter(work=known_id(job_id))
    export: LeadExport | None = exports.first()
    if export is None:
        raise not_found()
    call.subject = export.work
    return export


def _refuse_without_file(export: LeadExport) -> None:
    """Raises Problem: 409 before the job is done, 410 after a day."""
    if export.expires_at is None:
        raise Problem(
            HTTPStatus.CONFLICT,
            "export_not_ready",
            "The export isn't done. See its job.",
        )
    if not export.is_ready(clock.now()):
        raise Problem(
            HTTPStatus.GONE,
            "export_expired",
            "This export has expired. Start another one.",
        )
