"""Background jobs: what was started, and how far it is."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel

from api.ground.etags import etag_of
from api.ground.problems import not_found
from api.idempotency.answering import KeptAnswer
from api.resources.paging import PAGING, page_of
from api.resources.values import known_id
from api.web.calls import ApiCall
from api.web.operations import Operation, operation
from medspa.jobs.registry import cancel
from medspa.models import JobRun

TAG, SEE = "Jobs", ("leads.view_lead",)


class JobAnswer(BaseModel):
    """`total` is 0 until it is known; `page` shows the result in the product."""

    id: str
    kind: str
    title: str
    state: str
    done: int
    total: int
    outcome: str
    failure: str
    page: str
    created_at: datetime
    finished_at: datetime | None


@operation(
    Operation(
        "list_jobs",
        "get",
        "/jobs",
        "jobs:read",
        SEE,
        "List background jobs",
        "Those of the person the key acts for; all of them for managers.",
        TAG,
        parameters=PAGING,
        answer=JobAnswer,
        is_list=True,
    )
)
def list_jobs(call: ApiCall) -> KeptAnswer:
    return page_of(call, JobRun.objects.visible_to(call.person), "jobs", job_data)


@operation(
    Operation(
        "get_job",
        "get",
        "/jobs/{job_id}",
        "jobs:read",
        SEE,
        "Get a background job",
        tag=TAG,
        answer=JobAnswer,
    )
)
def get_job(call: ApiCall, job_id: str) -> KeptAnswer:
    return _answer(_job(call, job_id))


@operation(
    Operation(
        "cancel_job",
        "post",
        "/jobs/{job_id}/cancel",
        "jobs:write",
        SEE,
        "Cancel a background job",
        "What it has done by then stays done.",
        TAG,
        answer=JobAnswer,
    )
)
def cancel_job(call: ApiCall, job_id: str) -> KeptAnswer:
    """Without If-Match: a job moves on while it is read."""
    run = _job(call, job_id)
    cancel(run)
    run.refresh_from_db()
    return _answer(run)


def _job(call: ApiCall, job_id: str) -> JobRun:
    runs = JobRun.objects.visible_to(call.person)
    run: JobRun | None = runs.filter(pk=known_id(job_id)).first()
    if run is None:
        raise not_found()
    call.subject = run
    return run


def _answer(run: JobRun) -> KeptAnswer:
    data = job_data(run)
    return KeptAnswer(data, etag=etag_of(data))


def job_data(run: JobRun) -> dict[str, Any]:
    names = [name for name in JobAnswer.model_fields if name != "page"]
    data = {name: getattr(run, name) for name in names}
    return data | {"state": str(run.state), "page": run.after}
