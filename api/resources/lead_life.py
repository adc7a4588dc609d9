"""Deleting, restoring, moving and merging leads."""

from http import HTTPStatus
from typing import Literal

from pydantic import Field

from api.idempotency.answering import KeptAnswer
from api.resources.lead_data import (
    EXAMPLE_LEAD,
    LEADS_TAG,
    LeadAnswer,
    answer_lead,
    answer_row,
    locked_lead,
    read_leads,
    visible_lead,
)
from api.resources.values import Id, Moment, Text, known_id
from api.web.calls import ApiCall
from api.web.operations import Operation, operation
from leads.deleted_leads.restoring import restore
from leads.deletions import deleting
from leads.models import Lead
from leads.models.lead_lists import lost_reasons
from leads.move_refusals import ReasonNeeded
from leads.services import pipeline
from leads.services.merging import (
    LEAD_FIELDS,
    OPPORTUNITY_FIELDS,
    MergeChoice,
    merge,
)
from medspa.json_columns import Schema


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


@operation(
    Operation(
        "delete_lead",
        "delete",
        "/leads/{lead_id}",
        "leads:write",
        ("leads.delete_lead",),
        "Delete a lead",
        "It can be restored until the retention period ends. One with payments or a "
        "consult that showed is deleted by who may void those.",
        LEADS_TAG,
        needs_match=True,
        status=HTTPStatus.NO_CONTENT,
    )
)
def delete_lead(call: ApiCall, lead_id: str) -> KeptAnswer:
    deleting.delete_lead(locked_lead(call, lead_id), call.person)
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
        ("leads.change_lead",),
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
    check_lost_reason(body.lost_reason)
    pipeline.move_locked(lead, body.stage_id, lost_reason=body.lost_reason, at=body.at)
    return answer_row(call, lead)


@operation(
    Operation(
        "merge_lead",
        "post",
        "/leads/{lead_id}/merge",
        "leads:write",
        ("leads.merge_lead",),
        "Merge another lead into this one",
        "If-Match takes the ETag of the lead that is kept.",
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


def check_lost_reason(code: str) -> None:
    """Raises ReasonNeeded for a code that the clinic doesn't have."""
    if code and code not in lost_reasons():
        raise ReasonNeeded("Unknown reason.")
