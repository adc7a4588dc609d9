"""Tools that read leads, today's queue and consults."""

from datetime import date, datetime
from typing import Annotated, Literal

import msgspec
from django.utils.datastructures import MultiValueDict

from api.assistants.values import FirstDay, LastDay, ToolLead, link_to, tool_leads
from api.assistants.views import reading_tool
from api.resources.lead_list import refuse_contact_search
from api.web.calls import ApiCall
from kpis.calendar.consults import read_consults
from kpis.calendar.days import ShownDays
from kpis.calendar.layout import CalendarConsult
from kpis.period import Period, PeriodRefused
from leads.lead_list import read_positions
from leads.models import Lead, LeadLostReason, PipelineStage
from leads.search import Search, SearchKind
from leads.selection.list_filters import read_list_filters
from leads.services.contacting import OUTCOMES
from leads.today import read_today
from medspa import clock
from medspa.clinic_time import clinic_today

SEE_LEADS = "leads.view_lead"
LEADS_FOUND = 10
CONSULTS_TOLD = 100
MOST_CALENDAR_DAYS = 31
ConsultState = Literal["coming", "held", "not held"]


class FindLead(msgspec.Struct):
    """Whom to look for."""

    query: Annotated[
        str,
        msgspec.Meta(
            min_length=1,
            max_length=100,
            description="A phone, its last four digits, an email, or a first name.",
        ),
    ]


class FoundLeads(msgspec.Struct):
    """The leads that fit, at most ten."""

    leads: list[ToolLead]


@reading_tool(
    "Find a lead",
    "Find leads by phone, its last four digits, email or first name. By phone or email "
    "it needs a key with the scope contacts:read.",
    SEE_LEADS,
)
def find_lead(call: ApiCall, params: FindLead) -> FoundLeads:
    typed = params.query.strip()
    refuse_contact_search(call, typed)
    if Search.read(typed).kind == SearchKind.NOTHING:
        return FoundLeads([])
    filters, _ = read_list_filters(MultiValueDict({"q": [typed]}), call.person)
    page = read_positions(filters, "", LEADS_FOUND)
    ids = page[0] if page else []
    found = Lead.objects.in_bulk(ids)
    return FoundLeads(tool_leads(call, [found[pk] for pk in ids if pk in found]))


class TodaysQueue(msgspec.Struct):
    """No parameters but how many of each section."""

    limit: Annotated[int, msgspec.Meta(ge=1, le=25)] = 8


class QueueRow(msgspec.Struct):
    """A lead and why it is here. `name` was typed by somebody."""

    lead_id: str
    name: str
    why: str
    expected_value_cents: int | None
    link: str


class QueueSection(msgspec.Struct):
    title: str
    count: str
    rows: list[QueueRow]


class Queue(msgspec.Struct):
    """What is to be done today, the most urgent first."""

    sections: list[QueueSection]


@reading_tool(
    "Today's queue",
    "What is to be done today: leads waiting for a first contact, next steps that are "
    "due, leads that are stuck, consults to confirm. The most urgent first.",
    SEE_LEADS,
)
def todays_queue(call: ApiCall, params: TodaysQueue) -> Queue:
    return Queue(
        [
            QueueSection(
                filled.section.title,
                filled.count,
                [
                    QueueRow(
                        row.lead_id,
                        row.name,
                        row.why,
                        row.value_cents,
                        link_to(call, "lead", row.lead_id),
                    )
                    for row in filled.rows[: params.limit]
                ],
            )
            for filled in read_today(clock.now(), call.person)
        ]
    )


class ListConsults(msgspec.Struct):
    """At most 31 days."""

    first_day: FirstDay
    last_day: LastDay


class ToolConsult(msgspec.Struct):
    """A booked consult. `lead_name` was typed by somebody."""

    lead_id: str
    lead_name: str
    starts_at: datetime
    provider: str
    procedure: str
    is_confirmed: bool
    state: ConsultState
    link: str


class ConsultsOfDays(msgspec.Struct):
    """In the order of their times; `is_cut` where there are more."""

    consults: list[ToolConsult]
    is_cut: bool


@reading_tool(
    "Consults of some days",
    "Booked consults that weren't canceled, with provider, procedure and state.",
    SEE_LEADS,
)
def list_consults(call: ApiCall, params: ListConsults) -> ConsultsOfDays:
    days = Period.between(params.first_day, params.last_day)
    if days.days > MOST_CALENDAR_DAYS:
        raise PeriodRefused(f"Ask for at most {MOST_CALENDAR_DAYS} days.")
    found = read_consults(
        ShownDays(days.first, days.last), "", clock.now(), CONSULTS_TOLD + 1
    )
    return ConsultsOfDays(
        [_consult(call, one) for one in found[:CONSULTS_TOLD]],
        len(found) > CONSULTS_TOLD,
    )


def _consult(call: ApiCall, one: CalendarConsult) -> ToolConsult:
    return ToolConsult(
        one.lead_id,
        one.name,
        one.starts,
        one.provider,
        one.procedure,
        one.is_confirmed,
        _state(one),
        link_to(call, "lead", one.lead_id),
    )


def _state(one: CalendarConsult) -> ConsultState:
    if one.is_held:
        return "held"
    return "not held" if one.is_past else "coming"


class ListChoices(msgspec.Struct):
    """No parameters."""


class ToolStage(msgspec.Struct):
    id: str
    name: str
    outcome: str


class Choice(msgspec.Struct):
    code: str
    name: str


class ToolChoices(msgspec.Struct):
    """What log_outcome and move_lead take."""

    stages: list[ToolStage]
    outcomes: dict[str, list[Choice]]
    lost_reasons: list[Choice]
    today: date


@reading_tool(
    "Stages, outcomes and lost reasons",
    "The stages in their order, the outcomes of calls, texts and emails, why leads are "
    "lost, and the clinic's day.",
    SEE_LEADS,
)
def list_choices(call: ApiCall, params: ListChoices) -> ToolChoices:
    stages = PipelineStage.objects.order_by("order")
    reasons = LeadLostReason.objects.order_by("name")
    return ToolChoices(
        [ToolStage(one.pk, one.name, one.outcome) for one in stages],
        {
            kind: [Choice(code, str(name)) for code, name in known]
            for kind, known in OUTCOMES.items()
        },
        [Choice(one.code, one.name) for one in reasons],
        clinic_today(),
    )
