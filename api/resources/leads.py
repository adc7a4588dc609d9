"""Leads: read, create, change, assert, delete, restore, merge, move."""

from http import HTTPStatus
from typing import Any, Literal

from django.core.exceptions import PermissionDenied, ValidationError
from pydantic import BaseModel, Field

from api.ground.etags import etag_of
from api.ground.problems import Problem
from api.idempotency.answering import KeptAnswer
from api.resources.lead_data import (
    EXAMPLE_LEAD,
    LeadAnswer,
    answer_lead,
    locked_lead,
    read_leads,
    shown,
    visible_lead,
)
from api.resources.values import (
    Cents,
    Id,
    Moment,
    Text,
    known_id,
    refuse_unknown,
    set_fields,
)
from api.web.operations import ApiCall, Operation, operation
from campaigns.models import Campaign
from leads.deleted_leads.restoring import restore
from leads.intake.incoming import IncomingLead
from leads.intake.planning import LeadPlan
from leads.intake.refusals import RowRefused
from leads.intake.take_in import IntakeRun, status_of, take_in
from leads.models import Lead, PipelineStage, Tag
from leads.models.lead_lists import lost_reasons
from leads.services import pipeline
from leads.services.adding import NewLead, add_lead
from leads.services.assigning import refuse_assignee
from leads.services.merging import (
    LEAD_FIELDS,
    OPPORTUNITY_FIELDS,
    MergeChoice,
    merge,
)
from leads.services.pipeline import ReasonNeeded
from medspa.json_columns import Schema
from medspa.models import User

SEE, CHANGE = "leads.view_lead", "leads.change_lead"
LEADS_TAG = "Leads"


class LeadFields(Schema):
    """The facts of a lead. Left out: unchanged; null or empty: cleared."""

    external_id: Text | None = None
    first_name: Text = ""
    email: Text | None = None
    phone: Text | None = None
    source: Text = ""
    campaign_id: Id | None = None
    ad_platform: Text = ""
    assigned_to_id: Id | None = None


class NewLeadBody(LeadFields):
    """`not_same_as` are leads with the same contact who are other people."""

    first_name: Text
    source: Text
    stage_id: Id | None = None
    tag_ids: list[Id] = Field(default=[], max_length=50)
    procedure_code: Text = ""
    expected_value_cents: Cents | None = None
    not_same_as: list[Id] = Field(default=[], max_length=20)


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


class MoveBody(Schema):
    """`at` is when it happened; without it, now."""

    stage_id: Id
    lost_reason: Text = ""
    at: Moment | None = None


class MergeBody(Schema):
    """The lead at the address survives, `merged_id` goes into it.

    `take` names the fields whose values come from the merged lead.
    """

    merged_id: Id
    take: list[
        Literal[
            "first_name",
            "email",
            "phone",
            "external_id",
            "source",
            "campaign",
            "ad_platform",
            "assigned_to",
            "expected_value_cents",
            "procedure_code",
            "expected_date",
        ]
    ] = Field(default=[], max_length=20)
    takes_stage: bool = False


# Before the operations at `/leads/{lead_id}`, whose address fits this one, too.
@operation(
    Operation(
        "assert_lead",
        "post",
        "/leads/assert",
        "leads:write",
        ("leads.add_lead", CHANGE),
        "Create a lead, or find the one that it is",
        "Found by external id, then by email, then by phone with the same first name. "
        "What is known is kept: only a lead that was found by its external id gets "
        "other values, and nothing is ever cleared. `outcome` says what was done: "
        "created, updated, restored or skipped.",
        LEADS_TAG,
        answer=AssertAnswer,
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


@operation(
    Operation(
        "get_lead",
        "get",
        "/leads/{lead_id}",
        "leads:read",
        (SEE,),
        "Get a lead",
        "With If-None-Match the answer is 304 while nothing has changed.",
        LEADS_TAG,
        answer=LeadAnswer,
        example=EXAMPLE_LEAD,
    )
)
def get_lead(call: ApiCall, lead_id: str) -> KeptAnswer:
    lead = visible_lead(call, lead_id)
    (data,) = read_leads([lead])
    return KeptAnswer(shown(call, data), etag=etag_of(data))


@operation(
    Operation(
        "create_lead",
        "post",
        "/leads",
        "leads:write",
        ("leads.add_lead",),
        "Create a lead",
        "Refused with 409 `same_person_found` and `lead_ids` while a lead has the same "
        "email or phone: use one of those, or send their ids as `not_same_as`.",
        LEADS_TAG,
        answer=LeadAnswer,
        status=HTTPStatus.CREATED,
        example={
            "first_name": "Ana",
            "phone": "(212) 555-0123",
            "source": "instagram",
        },
    )
)
def create_lead(call: ApiCall, body: NewLeadBody) -> KeptAnswer:
    lead = Lead(**_facts(body))
    _check(lead)
    if bool(body.procedure_code) != bool(body.expected_value_cents):
        raise ValidationError(
            {"procedure_code": "Send a procedure and a value, or neither."}
        )
    new = NewLead(
        lead,
        _stage(body.stage_id),
        tuple(tags_with(body.tag_ids)),
        body.procedure_code,
        body.expected_value_cents or 0,
    )
    add_lead(new, call.person, seen=body.not_same_as)
    return answer_lead(call, lead.pk, HTTPStatus.CREATED, is_new=True)


@operation(
    Operation(
        "update_lead",
        "patch",
        "/leads/{lead_id}",
        "leads:write",
        (CHANGE,),
        "Change a lead",
        "Only what is sent changes.",
        LEADS_TAG,
        needs_match=True,
        answer=LeadAnswer,
        example={"source": "referral"},
    )
)
def update_lead(call: ApiCall, lead_id: str, body: LeadFields) -> KeptAnswer:
    lead = locked_lead(call, lead_id)
    given = {name: getattr(body, name) for name in body.model_fields_set}
    changed = set_fields(lead, _cleared(given))
    if changed:
        _check(lead)
        lead.save()
    return answer_lead(call, lead.pk)


@operation(
    Operation(
        "delete_lead",
        "delete",
        "/leads/{lead_id}",
        "leads:write",
        ("leads.delete_lead",),
        "Delete a lead",
        "It can be restored until the retention period ends.",
        LEADS_TAG,
        needs_match=True,
        status=HTTPStatus.NO_CONTENT,
    )
)
def delete_lead(call: ApiCall, lead_id: str) -> KeptAnswer:
    locked_lead(call, lead_id).delete()
    return KeptAnswer()


@operation(
    Operation(
        "restore_lead",
        "post",
        "/leads/{lead_id}/restore",
        "leads:write",
        ("leads.restore_lead",),
        "Restore a deleted lead",
        tag=LEADS_TAG,
        needs_match=True,
        answer=LeadAnswer,
    )
)
def restore_lead(call: ApiCall, lead_id: str) -> KeptAnswer:
    lead = locked_lead(call, lead_id, may_be_deleted=True)
    restore(lead.pk)
    return answer_lead(call, lead.pk)


@operation(
    Operation(
        "move_lead",
        "post",
        "/leads/{lead_id}/move",
        "leads:write",
        (CHANGE,),
        "Move a lead to a stage",
        "A stage that records a consult records it, as on the board. A lost stage "
        "needs a `lost_reason`.",
        LEADS_TAG,
        needs_match=True,
        answer=LeadAnswer,
        example={"stage_id": EXAMPLE_LEAD["stage_id"]},
    )
)
def move_lead(call: ApiCall, lead_id: str, body: MoveBody) -> KeptAnswer:
    lead = locked_lead(call, lead_id)
    if body.lost_reason and body.lost_reason not in lost_reasons():
        raise ReasonNeeded("There is no such reason.")
    pipeline.move(lead.pk, body.stage_id, lost_reason=body.lost_reason, at=body.at)
    return answer_lead(call, lead.pk)


@operation(
    Operation(
        "merge_lead",
        "post",
        "/leads/{lead_id}/merge",
        "leads:write",
        ("leads.merge_lead",),
        "Merge another lead into this one",
        "If-Match names the state of the lead that survives.",
        LEADS_TAG,
        needs_match=True,
        answer=LeadAnswer,
        example={"merged_id": EXAMPLE_LEAD["id"], "take": ["phone"]},
    )
)
def merge_lead(call: ApiCall, lead_id: str, body: MergeBody) -> KeptAnswer:
    # Both are locked by `merge`, in the order of their ids.
    lead = visible_lead(call, lead_id)
    for pk in sorted({lead.pk, body.merged_id}):
        Lead.objects.select_for_update(no_key=True).filter(pk=pk).first()
    (data,) = read_leads([visible_lead(call, lead_id)])
    call.require_match(data)
    taken = set(body.take)
    choice = MergeChoice(
        frozenset(taken & set(LEAD_FIELDS)),
        frozenset(taken & set(OPPORTUNITY_FIELDS)),
        body.takes_stage,
    )
    merge(lead.pk, known_id(body.merged_id), choice)
    return answer_lead(call, lead.pk)


def _facts(body: LeadFields) -> dict[str, Any]:
    return _cleared({name: getattr(body, name) for name in LeadFields.model_fields})


def _cleared(given: dict[str, Any]) -> dict[str, Any]:
    """An empty value as the table has it."""
    for name in ("email", "phone"):
        if name in given:
            given[name] = _clean(name, given[name] or "")
    if "external_id" in given:
        given["external_id"] = given["external_id"] or None
    return given


def _clean(name: str, text: str) -> str:
    column: Any = Lead._meta.get_field(name)
    try:
        return str(column.clean(text, None))
    except ValidationError as error:
        raise ValidationError({name: error.messages}) from error


def _check(lead: Lead) -> None:
    refuse_unknown(Campaign, "campaign_id", lead.campaign_id)
    refuse_unknown(User, "assigned_to_id", lead.assigned_to_id)
    lead.full_clean(exclude=["id"])
    if refusal := refuse_assignee(lead):
        raise ValidationError({"assigned_to_id": refusal})


def _stage(stage_id: str | None) -> PipelineStage | None:
    if stage_id is None:
        return None
    stage = PipelineStage.objects.filter(pk=stage_id).first()
    if stage is None or stage.is_lost:
        raise ValidationError({"stage_id": "Choose an active stage that isn't lost."})
    return stage


def tags_with(ids: list[str]) -> list[Tag]:
    found = Tag.objects.in_bulk(ids)
    if len(found) < len(set(ids)):
        raise ValidationError({"tag_ids": "One of the tags doesn't exist."})
    return [found[pk] for pk in dict.fromkeys(ids)]
