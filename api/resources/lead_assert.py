"""Creating a lead or finding the one that it is."""

from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from pydantic import BaseModel, Field

from api.ground.problems import Problem
from api.idempotency.answering import KeptAnswer
from api.resources.lead_data import LEADS_TAG, LeadAnswer, answer_lead
from api.resources.values import Text
from api.web.calls import ApiCall
from api.web.operations import Operation, operation
from leads.intake.incoming import IncomingLead
from leads.intake.planning import LeadPlan
from leads.intake.refusals import RowRefused
from leads.intake.take_in import IntakeRun, status_of, take_in
from medspa.json_columns import Schema


class AssertBody(Schema):
    """Somebody who may be known: by external id, email or phone."""

    external_id: Text = ""
    first_name: Text = ""
    email: Text = ""
    phone: Text = ""
    source: Text = ""
    campaign_name: Text = ""
    ad_platform: Text = ""
    tags: list[Text] = Field(default=[], max_length=50)


class AssertAnswer(BaseModel):
    """`outcome` is created, updated, restored or skipped (nothing was new)."""

    outcome: str
    lead: LeadAnswer


@operation(
    Operation(
        "assert_lead",
        "post",
        "/leads/assert",
        "leads:write",
        ("leads.add_lead", "leads.change_lead"),
        "Create a lead, or find the one that it is",
        "Found by external id, then by email, then by phone with the same first name. "
        "What is known is kept: only a lead that was found by its external id gets "
        "other values, and nothing is ever cleared. `outcome` says what was done: "
        "created, updated, restored or skipped.",
        LEADS_TAG,
        answer=AssertAnswer,
        other_status=HTTPStatus.CREATED,
        example={"external_id": "AbCdEfGhIjKlMnOpQrSt", "first_name": "Ana"},
    )
)
def assert_lead(call: ApiCall, body: AssertBody) -> KeptAnswer:
    cells: dict[str, Any] = body.model_dump(exclude={"tags"})
    cells["tags"] = ",".join(body.tags)
    incoming = IncomingLead.read({name: text for name, text in cells.items() if text})
    if incoming.unreadable:
        name = sorted(incoming.unreadable)[0]
        raise ValidationError({name: "This value can't be read."})
    run = IntakeRun("other", system="api")
    result = take_in(run, {1: incoming}, {})[1]
    if isinstance(result, RowRefused):
        raise Problem(HTTPStatus.CONFLICT, "row_refused", str(result))
    if not isinstance(result, LeadPlan):
        raise Problem(HTTPStatus.CONFLICT, "row_skipped", "This looks like a test.")
    if result.is_restored and not call.may("leads.restore_lead"):
        raise PermissionDenied
    outcome = status_of(result)
    status = HTTPStatus.CREATED if result.is_new else HTTPStatus.OK
    answer = answer_lead(call, result.lead_id, status, is_new=result.is_new)
    return KeptAnswer(
        {"outcome": outcome, "lead": answer.data}, status, answer.etag, answer.location
    )
