"""Calls, texts and emails of a lead, and all that its timeline logs."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel

from api.idempotency.answering import KeptAnswer
from api.resources.lead_data import active_lead, visible_lead
from api.resources.paging import PAGING, page_of
from api.resources.values import Moment, Text
from api.web.calls import ApiCall
from api.web.operations import Operation, operation
from leads.models import Activity
from leads.services.contacting import OUTCOMES, log_contact
from medspa.json_columns import Schema
from medspa.refusals import Refused

ACTIVITIES_TAG = "Activities"


class ActivityAnswer(BaseModel):
    """`payload` has the fields of the type: outcome, automated, to_stage …"""

    id: str
    lead_id: str
    type: str
    payload: dict[str, Any]
    created_by_id: str | None
    created_at: datetime


class ActivityBody(Schema):
    """`outcome` is one of the type's list."""

    type: Literal["call", "sms_sent", "email_sent"]
    outcome: Text = ""
    at: Moment | None = None


class UnknownOutcome(Refused):
    code = "unknown_outcome"
    status = 422


@operation(
    Operation(
        "list_activities",
        "get",
        "/leads/{lead_id}/activities",
        "activities:read",
        ("leads.view_activity",),
        "List the activities of a lead",
        tag=ACTIVITIES_TAG,
        parameters=PAGING,
        answer=ActivityAnswer,
        is_list=True,
    )
)
def list_activities(call: ApiCall, lead_id: str) -> KeptAnswer:
    lead = visible_lead(call, lead_id)
    rows = Activity.objects.filter(lead=lead)
    return page_of(call, rows, f"activities {lead.pk}", _data)


@operation(
    Operation(
        "log_activity",
        "post",
        "/leads/{lead_id}/activities",
        "activities:write",
        ("leads.add_activity",),
        "Log a call, text or email",
        tag=ACTIVITIES_TAG,
        answer=ActivityAnswer,
        status=201,
        example={"type": "call", "outcome": "answered"},
    )
)
def log_activity(call: ApiCall, lead_id: str, body: ActivityBody) -> KeptAnswer:
    lead = active_lead(call, lead_id)
    if body.outcome:
        check_outcome(body.type, body.outcome)
    row = log_contact(lead, body.type, body.outcome, at=body.at)
    return KeptAnswer(_data(row), 201)


def check_outcome(kind: str, outcome: str) -> None:
    """Raises UnknownOutcome."""
    known = dict(OUTCOMES[kind])
    if outcome not in known:
        raise UnknownOutcome(f"outcome: choose one of {', '.join(known)}.")


def _data(row: Activity) -> dict[str, Any]:
    return {
        "id": row.pk,
        "lead_id": row.lead_id,
        "type": row.type,
        "payload": row.payload_json,
        "created_by_id": row.created_by_id,
        "created_at": row.created_at,
    }
