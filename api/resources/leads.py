"""Reading leads, and writing their facts."""

from http import HTTPStatus
from typing import Any

from django.core.exceptions import ValidationError
from pydantic import Field

from api.ground.etags import etag_of
from api.idempotency.answering import KeptAnswer
from api.resources.lead_data import (
    EXAMPLE_LEAD,
    LEADS_TAG,
    LeadAnswer,
    answer_lead,
    answer_row,
    locked_lead,
    read_leads,
    shown,
    tags_with,
    visible_lead,
)
from api.resources.values import Cents, Id, Text, refuse_unknown, set_fields
from api.web.calls import ApiCall
from api.web.operations import Operation, operation
from campaigns.models import Campaign
from leads.models import Lead, PipelineStage
from leads.services.adding import NewLead, add_lead
from leads.services.assigning import refuse_assignee
from leads.services.contacting import allow_contact, stop_contact
from medspa.json_columns import Schema
from medspa.models import User


class LeadFacts(Schema):
    """The facts of a lead. Left out: unchanged; null or empty: cleared."""

    external_id: Text | None = None
    first_name: Text = ""
    email: Text | None = None
    phone: Text | None = None
    source: Text = ""
    campaign_id: Id | None = None
    ad_platform: Text = ""
    assigned_to_id: Id | None = None


class LeadFields(LeadFacts):
    """`do_not_contact` is true for somebody who asked not to be contacted."""

    do_not_contact: bool | None = None


class NewLeadBody(LeadFacts):
    """`not_same_as` are leads with the same contact who are other people."""

    first_name: Text
    source: Text
    stage_id: Id | None = None
    tag_ids: list[Id] = Field(default=[], max_length=50)
    procedure_code: Text = ""
    expected_value_cents: Cents | None = None
    not_same_as: list[Id] = Field(default=[], max_length=20)


@operation(
    Operation(
        "get_lead",
        "get",
        "/leads/{lead_id}",
        "leads:read",
        ("leads.view_lead",),
        "Get a lead",
        "With If-None-Match, returns 304 if nothing has changed.",
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
    return answer_row(call, lead, HTTPStatus.CREATED, is_new=True)


@operation(
    Operation(
        "update_lead",
        "patch",
        "/leads/{lead_id}",
        "leads:write",
        ("leads.change_lead",),
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
    wish = given.pop("do_not_contact", None)
    changed = set_fields(lead, _cleared(given))
    if changed:
        _check(lead)
        lead.save()
    if wish is not None:
        (stop_contact if wish else allow_contact)(lead)
    return answer_lead(call, lead.pk)


def _facts(body: LeadFacts) -> dict[str, Any]:
    return _cleared({name: getattr(body, name) for name in LeadFacts.model_fields})


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
