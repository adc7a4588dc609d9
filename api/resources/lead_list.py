"""Lists of leads: filtered as the list page, or what has changed since a moment."""

from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.db import connection
from django.utils.datastructures import MultiValueDict
from pydantic import BaseModel

from api.ground.cursors import read_cursor, write_cursor
from api.ground.problems import Problem
from api.idempotency.answering import KeptAnswer
from api.keys.scopes import CONTACTS_SCOPE
from api.resources.lead_data import EXAMPLE_LEAD, LeadAnswer, read_leads, shown
from api.resources.values import LARGEST_SYNC_PAGE, asked_moment, invalid, page_size
from api.web.calls import ApiCall
from api.web.operations import Operation, operation
from leads.lead_list import read_positions
from leads.models import Lead
from leads.search import Search, SearchKind
from leads.selection.list_filters import ListFilter, read_list_filters
from leads.view_schema import EXCLUDE, ListOrder
from medspa.postgres.keyset import Cursor
from medspa.postgres.sql_files import sql

# The list's filters, by the names that the page's address has for them.
API_FILTERS = {
    "stage": "Stage IDs.",
    "source": "Source codes.",
    "tag": "Tag IDs.",
    "procedure": "Procedure codes.",
    "answered": "Whether the lead was answered.",
    "assigned": "IDs of people, `me` or `none`.",
    "called": "When the lead was last called.",
    "next": "When the next step is due.",
    "contacted": "When the lead was last contacted.",
    "created": "When the lead was created: a named span or `from..to`.",
    "age": "How long the lead has been in its stage.",
    "value": "The expected value.",
    "lost": "Why the lead was lost.",
    "campaign": "Campaign IDs, or `none`.",
    "platform": "Ad platforms.",
    EXCLUDE: "Names of filters to negate.",
}
LEAD_PAGING = {
    "limit": "Rows per page.",
    "cursor": "`next_cursor` of the previous page.",
}
# Searching by a contact tells whether somebody has it.
BY_CONTACT = {
    SearchKind.EMAIL,
    SearchKind.PHONE,
    SearchKind.LAST_FOUR,
    SearchKind.LAST_DIGITS,
}


class DeletedLeadAnswer(BaseModel):
    """What is told of a lead that was deleted."""

    id: str
    deleted_at: datetime


@operation(
    Operation(
        "list_leads",
        "get",
        "/leads",
        "leads:read",
        ("leads.view_lead",),
        "List leads",
        "Filters and orders are those of the list page. A filter that is given twice "
        "leaves leads with one of its values. An unknown value is refused.",
        "Leads",
        parameters={
            "q": "A name; with `contacts:read` also an email or a phone.",
            **API_FILTERS,
            "order": f"One of {', '.join(ListOrder.values)}.",
            **LEAD_PAGING,
        },
        formats={"order": {"type": "string", "enum": ListOrder.values}},
        answer=LeadAnswer,
        is_list=True,
        example={"data": [EXAMPLE_LEAD], "next_cursor": None},
    )
)
def list_leads(call: ApiCall) -> KeptAnswer:
    filters = _filters(call)
    made_for = (call.holder.key.pk, "list_leads", filters.query)
    cursor = call.query.get("cursor", "")
    after = read_cursor(cursor, *made_for) if cursor else ""
    page = read_positions(filters, after, page_size(call))
    if page is None:
        raise Problem(HTTPStatus.BAD_REQUEST, "invalid_cursor", "Begin again.")
    ids, end = page
    found = Lead.objects.in_bulk(ids)
    data = read_leads([found[pk] for pk in ids if pk in found])
    next_cursor = write_cursor(end, *made_for) if end else None
    return _answer(call, data, {"next_cursor": next_cursor})


def _filters(call: ApiCall) -> ListFilter:
    known = {"q", "order", *API_FILTERS}
    query = MultiValueDict(
        {name: values for name, values in call.query.lists() if name in known}
    )
    order = call.query.get("order", "")
    if order and order not in ListOrder.values:
        raise invalid("order", f"choose one of {', '.join(ListOrder.values)}")
    refuse_contact_search(call, call.query.get("q", "").strip())
    filters, notices = read_list_filters(query, call.person)
    if notices:
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid", notices[0])
    if order and order != filters.order:
        possible = ", ".join(filters.possible_orders)
        raise invalid("order", f"with these filters choose one of {possible}")
    return filters


def refuse_contact_search(call: ApiCall, typed: str) -> None:
    """Raises Problem (403) where the key may see no contacts."""
    if Search.read(typed).kind in BY_CONTACT and not call.sees_contacts:
        raise Problem(
            HTTPStatus.FORBIDDEN,
            "scope_missing",
            "Searching by email or phone needs the scope contacts:read.",
            more={"scope": CONTACTS_SCOPE},
        )


@operation(
    Operation(
        "list_lead_changes",
        "get",
        "/leads/changes",
        "leads:read",
        ("leads.view_lead",),
        "List leads that have changed",
        "To keep a copy in sync: leads whose facts, stage, tags or expected value have "
        "changed since `updated_since`, each at least once, as they are now. Of a "
        "deleted lead only `id` and `deleted_at` are left. Ask again with "
        "`next_updated_since` of the last page: no change is lost, a few are told "
        "twice.",
        "Leads",
        parameters={
            "updated_since": "A moment like 2026-11-27T15:30:00Z. Required.",
            **LEAD_PAGING,
        },
        formats={
            "limit": {"type": "integer", "minimum": 1, "maximum": LARGEST_SYNC_PAGE}
        },
        answer=LeadAnswer,
        is_list=True,
        members={
            "next_updated_since": {"type": ["string", "null"], "format": "date-time"}
        },
        other_answer=DeletedLeadAnswer,
        example={
            "data": [EXAMPLE_LEAD],
            "next_cursor": None,
            "next_updated_since": "2026-11-27T15:31:00Z",
        },
    )
)
def list_lead_changes(call: ApiCall) -> KeptAnswer:
    since = asked_moment(call, "updated_since")
    if since is None:
        raise invalid("updated_since", "send a moment like 2026-11-27T15:30:00Z")
    size = page_size(call, LARGEST_SYNC_PAGE)
    made_for = (call.holder.key.pk, "list_lead_changes", since.isoformat())
    until, after = _settled(since), Cursor(since, "0")
    if cursor := call.query.get("cursor", ""):
        # The moment of the first page: what was written meanwhile may lie before.
        first, _, place = read_cursor(cursor, *made_for).partition(" ")
        until, after = datetime.fromisoformat(first), Cursor.read(place) or after
    rows = _changes(after, size)
    leads = Lead.all_objects.in_bulk({lead for _, _, lead in rows})
    data = [
        row if row["deleted_at"] is None else _tombstone(row)
        for row in read_leads(list(leads.values()))
    ]
    is_full = len(rows) == size
    end = f"{until.isoformat()} {Cursor(*rows[-1][:2])}" if is_full else ""
    return _answer(
        call,
        data,
        {
            "next_cursor": write_cursor(end, *made_for) if end else None,
            "next_updated_since": None if is_full else until,
        },
    )


def _changes(after: Cursor, size: int) -> list[tuple[datetime, str, str]]:
    """Moment, place among the same moment, and lead of each change, in order."""
    with connection.cursor() as cursor:
        cursor.execute(
            sql("api", "resources", "lead_changes"),
            {"at": after.at, "place": after.id, "size": size},
        )
        return cursor.fetchall()


def _settled(since: datetime) -> datetime:
    """Before this moment nothing is still being written."""
    with connection.cursor() as cursor:
        cursor.execute(sql("api", "resources", "settled"))
        return max(since, cursor.fetchone()[0])


def _tombstone(row: dict[str, Any]) -> dict[str, Any]:
    return {"id": row["id"], "deleted_at": row["deleted_at"]}


def _answer(
    call: ApiCall, data: list[dict[str, Any]], more: dict[str, Any]
) -> KeptAnswer:
    if call.sees_contacts:
        call.contacts = len(data)
    return KeptAnswer({"data": [shown(call, row) for row in data], **more})
