"""Next steps of leads."""

from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.core.exceptions import ValidationError
from pydantic import BaseModel

from api.ground.etags import etag_of
from api.ground.problems import Problem, not_found
from api.idempotency.answering import KeptAnswer
from api.resources.lead_data import active_lead, visible_lead
from api.resources.paging import PAGING, page_of
from api.resources.values import Id, Moment, Text, known_id
from api.web.calls import ApiCall
from api.web.operations import Operation, operation
from leads.models import Task
from leads.services import next_steps
from leads.services.assigning import CAN_NOT_OPEN, is_assignable
from medspa.json_columns import Schema
from medspa.models import User

TASKS_TAG = "Next steps"


class TaskAnswer(BaseModel):
    id: str
    lead_id: str
    what: str
    due_at: datetime
    assigned_to_id: str | None
    done_at: datetime | None
    created_at: datetime


class TaskBody(Schema):
    what: Text
    due_at: Moment
    assigned_to_id: Id | None = None


@operation(
    Operation(
        "list_tasks",
        "get",
        "/leads/{lead_id}/tasks",
        "tasks:read",
        ("leads.view_task",),
        "List the next steps of a lead",
        tag=TASKS_TAG,
        parameters=PAGING,
        answer=TaskAnswer,
        is_list=True,
    )
)
def list_tasks(call: ApiCall, lead_id: str) -> KeptAnswer:
    lead = visible_lead(call, lead_id)
    rows = Task.objects.filter(lead=lead)
    return page_of(call, rows, f"tasks {lead.pk}", _data)


@operation(
    Operation(
        "plan_task",
        "post",
        "/leads/{lead_id}/tasks",
        "tasks:write",
        ("leads.add_task",),
        "Add a next step",
        tag=TASKS_TAG,
        answer=TaskAnswer,
        status=201,
        example={"what": "call_back", "due_at": "2030-01-02T15:00:00Z"},
    )
)
def plan_task(call: ApiCall, lead_id: str, body: TaskBody) -> KeptAnswer:
    lead = active_lead(call, lead_id)
    if body.assigned_to_id and not is_assignable(body.assigned_to_id):
        raise ValidationError({"assigned_to_id": CAN_NOT_OPEN})
    person: Any = User.objects.filter(pk=body.assigned_to_id).first()
    row = next_steps.plan(lead, body.what, body.due_at, person)
    return _answer(row, 201)


@operation(
    Operation(
        "get_task",
        "get",
        "/tasks/{task_id}",
        "tasks:read",
        ("leads.view_task",),
        "Get a next step",
        tag=TASKS_TAG,
        answer=TaskAnswer,
    )
)
def get_task(call: ApiCall, task_id: str) -> KeptAnswer:
    return _answer(_task(call, task_id))


@operation(
    Operation(
        "finish_task",
        "post",
        "/tasks/{task_id}/finish",
        "tasks:write",
        ("leads.change_task",),
        "Mark a next step as done",
        tag=TASKS_TAG,
        needs_match=True,
        answer=TaskAnswer,
    )
)
def finish_task(call: ApiCall, task_id: str) -> KeptAnswer:
    active_lead(call, _task(call, task_id).lead_id)
    row = _task(call, task_id)
    call.require_match(_data(row))
    if not row.finish():
        raise Problem(HTTPStatus.CONFLICT, "done_already", "This was already done.")
    return _answer(row)


def _task(call: ApiCall, task_id: str) -> Task:
    rows = Task.objects.visible_to(call.person).filter(pk=known_id(task_id))
    row: Task | None = rows.select_related("lead").first()
    if row is None:
        raise not_found()
    call.subject = row.lead
    return row


def _answer(row: Task, status: int = 200) -> KeptAnswer:
    data = _data(row)
    return KeptAnswer(data, status, etag_of(data))


def _data(row: Task) -> dict[str, Any]:
    return {name: getattr(row, name) for name in TaskAnswer.model_fields}
