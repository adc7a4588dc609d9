"""What the clinic has set up: stages, tags, procedures, sources, reasons, people."""

from typing import Any

from pydantic import BaseModel

from api.idempotency.answering import KeptAnswer
from api.web.operations import ApiCall, Operation, operation
from leads.models import LeadLostReason, LeadSource, PipelineStage, Procedure, Tag
from leads.services.assigning import assignable_people

TAG, SEE = "Setup", ("leads.view_lead",)
SCOPE = "setup:read"


class StageAnswer(BaseModel):
    id: str
    name: str
    order: int
    color: str
    outcome: str
    win_probability_bps: int
    records_kpi: str
    target_days: int | None
    is_entry: bool


class TagAnswer(BaseModel):
    id: str
    name: str
    color: str


class ProcedureAnswer(BaseModel):
    id: str
    code: str
    name: str
    category: str
    default_value_cents: int | None


class MeaningAnswer(BaseModel):
    """A row of a list of the clinic's own; `meaning` is the fixed word behind it."""

    id: str
    code: str
    name: str
    meaning: str


class PersonAnswer(BaseModel):
    id: str
    name: str


def _rows(answer: type[BaseModel], rows: Any) -> KeptAnswer:
    names = [*answer.model_fields]
    return KeptAnswer({"data": list(rows.values(*names)), "next_cursor": None})


@operation(
    Operation(
        "list_stages",
        "get",
        "/stages",
        SCOPE,
        SEE,
        "List the stages of the pipeline, in their order",
        tag=TAG,
        answer=StageAnswer,
        is_list=True,
    )
)
def list_stages(call: ApiCall) -> KeptAnswer:
    return _rows(StageAnswer, PipelineStage.objects.order_by("order"))


@operation(
    Operation(
        "list_tags",
        "get",
        "/tags",
        "tags:read",
        SEE,
        "List tags",
        tag=TAG,
        answer=TagAnswer,
        is_list=True,
    )
)
def list_tags(call: ApiCall) -> KeptAnswer:
    return _rows(TagAnswer, Tag.objects.order_by("name"))


@operation(
    Operation(
        "list_procedures",
        "get",
        "/procedures",
        SCOPE,
        SEE,
        "List procedures",
        tag=TAG,
        answer=ProcedureAnswer,
        is_list=True,
    )
)
def list_procedures(call: ApiCall) -> KeptAnswer:
    return _rows(ProcedureAnswer, Procedure.objects.order_by("name"))


@operation(
    Operation(
        "list_sources",
        "get",
        "/sources",
        SCOPE,
        SEE,
        "List sources of leads",
        tag=TAG,
        answer=MeaningAnswer,
        is_list=True,
    )
)
def list_sources(call: ApiCall) -> KeptAnswer:
    return _rows(MeaningAnswer, LeadSource.objects.order_by("name"))


@operation(
    Operation(
        "list_lost_reasons",
        "get",
        "/lost-reasons",
        SCOPE,
        SEE,
        "List reasons why leads are lost",
        tag=TAG,
        answer=MeaningAnswer,
        is_list=True,
    )
)
def list_lost_reasons(call: ApiCall) -> KeptAnswer:
    return _rows(MeaningAnswer, LeadLostReason.objects.order_by("name"))


@operation(
    Operation(
        "list_people",
        "get",
        "/people",
        SCOPE,
        SEE,
        "List the people whom leads can be assigned to",
        tag=TAG,
        answer=PersonAnswer,
        is_list=True,
    )
)
def list_people(call: ApiCall) -> KeptAnswer:
    people = assignable_people().order_by("first_name", "username")
    data = [{"id": person.pk, "name": str(person)} for person in people]
    return KeptAnswer({"data": data, "next_cursor": None})
