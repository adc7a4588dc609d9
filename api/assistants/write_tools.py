"""The two tools that write: logging an outcome and moving a lead.

The first call answers what would be done and a confirmation; nothing is written. The
second one, with the confirmation, does it, unless the lead has changed meanwhile.
"""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Annotated, Any, Literal

import msgspec

from api.assistants.confirming import (
    CONFIRMED_WITHIN,
    LONGEST_CONFIRMATION,
    confirmed,
    make_confirmation,
)
from api.assistants.values import LeadId, ShortText, link_to, nothing_there
from api.assistants.views import writing_tool
from api.ground.etags import etag_of
from api.ground.problems import Problem
from api.resources.activities import check_outcome
from api.resources.lead_data import active_lead, read_leads
from api.resources.lead_life import check_lost_reason
from api.web.calls import ApiCall
from leads.models import Activity, Lead, PipelineStage
from leads.move_refusals import ReasonNeeded
from leads.services import pipeline
from leads.services.contacting import log_contact
from medspa import clock

Confirmation = Annotated[
    str,
    msgspec.Meta(
        max_length=LONGEST_CONFIRMATION,
        description="Empty at first: then nothing is done. From the preview, once the "
        "person has agreed to it.",
    ),
]


class LogOutcome(msgspec.Struct):
    """`outcome` is one of list_choices for the kind."""

    lead_id: LeadId
    kind: Literal["call", "sms_sent", "email_sent"]
    outcome: ShortText
    confirmation: Confirmation = ""


class MoveLead(msgspec.Struct):
    """`lost_reason` is a code of list_choices, for a stage whose outcome is lost."""

    lead_id: LeadId
    stage_id: LeadId
    lost_reason: ShortText = ""
    confirmation: Confirmation = ""


class WriteAnswer(msgspec.Struct, omit_defaults=True):
    """`previewed`: nothing was done; call again with `confirmation`. `done`: it was.

    `lead_name` was typed by somebody.
    """

    status: Literal["previewed", "done"]
    lead_name: str
    would: dict[str, str]
    lead_link: str
    confirmation: str = ""
    expires_in_seconds: int = 0


@writing_tool(
    "Log an outcome",
    "Log a call, text or email to a lead with its outcome from the closed list. "
    "Without a confirmation it only answers a preview.",
    "leads.add_activity",
)
def log_outcome(call: ApiCall, params: LogOutcome) -> WriteAnswer:
    check_outcome(params.kind, params.outcome)
    lead = active_lead(call, params.lead_id)
    would = {"do": "log", "kind": params.kind, "outcome": params.outcome}
    return _write(
        call,
        "log_outcome",
        params,
        lead,
        would,
        lambda: log_contact(lead, params.kind, params.outcome),
    )


@writing_tool(
    "Move a lead",
    "Move a lead to a stage of list_choices. A stage that records a consult records "
    "it, as on the board. Without a confirmation it only answers a preview.",
    "leads.change_lead",
)
def move_lead(call: ApiCall, params: MoveLead) -> WriteAnswer:
    check_lost_reason(params.lost_reason)
    lead = active_lead(call, params.lead_id)
    stage = PipelineStage.objects.filter(pk=params.stage_id).first()
    if stage is None:
        raise nothing_there("stage")
    if stage.is_lost and not params.lost_reason:
        raise ReasonNeeded("This stage needs a lost reason.")
    would = {"do": "move", "to_stage": stage.name, "lost_reason": params.lost_reason}
    return _write(
        call,
        "move_lead",
        params,
        lead,
        would,
        lambda: pipeline.move(lead.pk, stage.pk, lost_reason=params.lost_reason),
    )


def _write(
    call: ApiCall,
    tool: str,
    params: LogOutcome | MoveLead,
    lead: Lead,
    would: dict[str, str],
    act: Callable[[], Any],
) -> WriteAnswer:
    """A preview, or what was done; the lead is locked."""
    asked = msgspec.structs.asdict(params)
    confirmation = asked.pop("confirmation")
    page = link_to(call, "lead", lead.pk)
    if not confirmation:
        text = make_confirmation(call, tool, asked, _version(lead), clock.now())
        seconds = int(CONFIRMED_WITHIN.total_seconds())
        return WriteAnswer("previewed", lead.first_name, would, page, text, seconds)

    def done(version: str) -> Mapping[str, Any]:
        if version != _version(lead):
            raise Problem(
                HTTPStatus.PRECONDITION_FAILED,
                "changed_meanwhile",
                "The lead has changed since the preview. Nothing was done. Call again "
                "without the confirmation.",
            )
        act()
        return msgspec.structs.asdict(WriteAnswer("done", lead.first_name, would, page))

    answer = confirmed(call, tool, asked, confirmation, done)
    return msgspec.convert(answer, WriteAnswer)


def _version(lead: Lead) -> str:
    """Which state of the lead and its timeline somebody has seen."""
    (data,) = read_leads([lead])
    last = Activity.objects.filter(lead=lead).order_by("-pk").values_list("pk").first()
    return etag_of(data | {"last_activity": last})
