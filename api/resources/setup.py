"""What the clinic has set up: stages, tags, procedures, sources, reasons, people."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from api.idempotency.answering import KeptAnswer
from api.web.calls import ApiCall
from api.web.operations import Operation, operation
from leads.models import LeadLostReason, LeadSource, PipelineStage, Procedure, Tag
from leads.services.assigning import assignable_people

SEE_SETUP = ("leads.view_lead",)


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


@dataclass(frozen=True)
class SetupList:
    """A list that is short enough to be answered whole; `read` returns its rows."""

    name: str
    path: str
    summary: str
    answer: type[BaseModel]
    read: Callable[[], Any]
    scope: str = "setup:read"


def _people() -> list[dict[str, Any]]:
    people = assignable_people().order_by("first_name", "username")
    return [{"id": person.pk, "name": str(person)} for person in people]


def _by(column: str, model: Any, answer: type[BaseModel]) -> Callable[[], Any]:
    return lambda: list(model.objects.order_by(column).values(*answer.model_fields))


SETUP_LISTS = (
    SetupList(
        "list_stages",
        "/stages",
        "List the stages of the pipeline, in their order",
        StageAnswer,
        _by("order", PipelineStage, StageAnswer),
    ),
    SetupList(
        "list_tags",
        "/tags",
        "List tags",
        TagAnswer,
        _by("name", Tag, TagAnswer),
        scope="tags:read",
    ),
    SetupList(
        "list_procedures",
        "/procedures",
        "List procedures",
        ProcedureAnswer,
        _by("name", Procedure, ProcedureAnswer),
    ),
    SetupList(
        "list_sources",
        "/sources",
        "List sources of leads",
        MeaningAnswer,
        _by("name", LeadSource, MeaningAnswer),
    ),
    SetupList(
        "list_lost_reasons",
        "/lost-reasons",
        "List reasons why leads are lost",
        MeaningAnswer,
        _by("name", LeadLostReason, MeaningAnswer),
    ),
    SetupList(
        "list_people",
        "/people",
        "List the people leads can be assigned to",
        PersonAnswer,
        _people,
    ),
)


def _register(one: SetupList) -> None:
    @operation(
        Operation(
            one.name,
            "get",
            one.path,
            one.scope,
            SEE_SETUP,
            one.summary,
            tag="Setup",
            answer=one.answer,
            is_list=True,
        )
    )
    def read_setup_list(call: ApiCall) -> KeptAnswer:
        return KeptAnswer({"data": one.read(), "next_cursor": None})


for setup_list in SETUP_LISTS:
    _register(setup_list)
