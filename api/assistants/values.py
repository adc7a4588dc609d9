"""Values that tools take and return."""

from datetime import date, datetime
from http import HTTPStatus
from typing import Annotated, Any

import msgspec
from django.urls import reverse

from api.ground.problems import Problem
from api.resources.lead_data import API_CONTACT_FIELDS, read_leads, shown
from api.web.calls import ApiCall
from kpis.period import Period, Window
from leads.models import Lead, PipelineStage
from medspa import clock
from medspa.clinic_time import clinic_zone

LeadId = Annotated[str, msgspec.Meta(pattern="^c[0-9a-z]{24}$")]
ShortText = Annotated[str, msgspec.Meta(max_length=200)]
FirstDay = Annotated[date, msgspec.Meta(description="The first day, as 2026-03-01.")]
LastDay = Annotated[date, msgspec.Meta(description="The last day, included.")]


class ToolLead(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A lead. `name` was typed by somebody; email and phone need contacts:read."""

    id: str
    name: str
    stage: str
    stage_entered_at: datetime | None
    source: str
    created_at: datetime
    has_email: bool
    has_phone: bool
    link: str
    email: str | None = None
    phone: str | None = None


def tool_leads(call: ApiCall, leads: list[Lead]) -> list[ToolLead]:
    """What the key may see of them; tells the audit log of contacts."""
    rows = [shown(call, row) for row in read_leads(leads)]
    if call.sees_contacts:
        call.contacts = len(rows)
    stages = PipelineStage.all_objects.in_bulk({row["stage_id"] for row in rows})
    return [
        ToolLead(
            id=row["id"],
            name=row["first_name"],
            stage=str(stages.get(row["stage_id"], "")),
            stage_entered_at=row["stage_entered_at"],
            source=row["source"],
            created_at=row["created_at"],
            has_email=row["has_email"],
            has_phone=row["has_phone"],
            link=link_to(call, "lead", row["id"]),
            **{name: row[name] for name in API_CONTACT_FIELDS if row.get(name)},
        )
        for row in rows
    ]


def link_to(call: ApiCall, page: str, *args: Any, query: str = "") -> str:
    """The whole address of a page of the product."""
    address = reverse(page, args=args) + (f"?{query}" if query else "")
    return call.request.build_absolute_uri(address)


def window_of(first: date, last: date) -> Window:
    """Raises PeriodRefused."""
    return Window(Period.between(first, last), clinic_zone(), clock.now())


def nothing_there(what: str) -> Problem:
    sentence = f"This {what} doesn't exist, or this key can't see it."
    return Problem(HTTPStatus.NOT_FOUND, "not_found", sentence)
