"""Tags and the expected value of a lead."""

from datetime import date
from typing import Any

from pydantic import BaseModel, Field

from api.ground.etags import etag_of
from api.idempotency.answering import KeptAnswer
from api.resources.lead_data import (
    LeadAnswer,
    active_lead,
    answer_lead,
    locked_lead,
    tags_with,
    visible_lead,
)
from api.resources.values import Cents, Day, Id, Text, set_fields
from api.web.calls import ApiCall
from api.web.operations import Operation, operation
from leads.models import Lead, Opportunity
from leads.services.editing import opportunity_of
from leads.services.tagging import set_tags
from medspa.json_columns import Schema


class TagsBody(Schema):
    """All tags that the lead is to have."""

    tag_ids: list[Id] = Field(max_length=50)


class OpportunityAnswer(BaseModel):
    """What a lead may be worth; null where nothing is expected."""

    lead_id: str
    procedure_code: str | None
    expected_value_cents: int | None
    expected_date: date | None


class OpportunityBody(Schema):
    procedure_code: Text
    expected_value_cents: Cents
    expected_date: Day | None = None


@operation(
    Operation(
        "set_lead_tags",
        "put",
        "/leads/{lead_id}/tags",
        "tags:write",
        ("leads.add_leadtag", "leads.delete_leadtag"),
        "Set the tags of a lead",
        "If-Match is the ETag of the lead.",
        "Tags",
        needs_match=True,
        answer=LeadAnswer,
        example={"tag_ids": []},
    )
)
def set_lead_tags(call: ApiCall, lead_id: str, body: TagsBody) -> KeptAnswer:
    lead = locked_lead(call, lead_id)
    set_tags(lead, tags_with(body.tag_ids))
    return answer_lead(call, lead.pk)


@operation(
    Operation(
        "get_opportunity",
        "get",
        "/leads/{lead_id}/opportunity",
        "opportunities:read",
        ("leads.view_opportunity",),
        "Get a lead's expected value",
        tag="Expected values",
        answer=OpportunityAnswer,
    )
)
def get_opportunity(call: ApiCall, lead_id: str) -> KeptAnswer:
    return _answer(visible_lead(call, lead_id))


@operation(
    Operation(
        "set_opportunity",
        "put",
        "/leads/{lead_id}/opportunity",
        "opportunities:write",
        ("leads.add_opportunity", "leads.change_opportunity"),
        "Set a lead's expected value",
        tag="Expected values",
        needs_match=True,
        answer=OpportunityAnswer,
        example={"procedure_code": "BTX", "expected_value_cents": 45_000},
    )
)
def set_opportunity(call: ApiCall, lead_id: str, body: OpportunityBody) -> KeptAnswer:
    lead = active_lead(call, lead_id)
    call.require_match(_data(lead))
    row = opportunity_of(lead)
    is_new = row._state.adding
    before = Opportunity.objects.filter(pk=row.pk).exists()
    if set_fields(row, body.model_dump()) or is_new or not before:
        row.full_clean(exclude=["id"])
        row.save()
    return _answer(lead)


@operation(
    Operation(
        "delete_opportunity",
        "delete",
        "/leads/{lead_id}/opportunity",
        "opportunities:write",
        ("leads.change_opportunity",),
        "Remove a lead's expected value",
        tag="Expected values",
        needs_match=True,
        status=204,
    )
)
def delete_opportunity(call: ApiCall, lead_id: str) -> KeptAnswer:
    lead = active_lead(call, lead_id)
    call.require_match(_data(lead))
    for row in Opportunity.objects.filter(lead=lead):
        row.delete()
    return KeptAnswer()


def _data(lead: Lead) -> dict[str, Any]:
    row: Any = Opportunity.objects.filter(lead=lead).first()
    names = ("procedure_code", "expected_value_cents", "expected_date")
    return {"lead_id": lead.pk, **{name: getattr(row, name, None) for name in names}}


def _answer(lead: Lead) -> KeptAnswer:
    data = _data(lead)
    return KeptAnswer(data, etag=etag_of(data))
