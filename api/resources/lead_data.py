"""What the API says of a lead, and the leads that a key may see."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from django.core.exceptions import ValidationError
from pydantic import BaseModel

from api.ground.etags import etag_of
from api.ground.problems import not_found
from api.idempotency.answering import KeptAnswer
from api.resources.values import known_id
from api.web.calls import ApiCall
from leads.models import Lead, LeadMerge, Tag
from leads.move_refusals import LeadIsGone
from medspa.encryption.fields import surviving_damage
from medspa.postgres.sql_files import sql
from medspa.postgres.written_query import WrittenQuery, prepared_cursor

LEADS_TAG = "Leads"
_STATES = sql("api", "resources", "lead_states")
STATES = _STATES.format(leads="unnest(%s::text[])")
# The server plans an array anew each time, and keeps the plan of a single value.
STATE_OF_ONE = _STATES.format(leads="(SELECT %s::text)")
API_CONTACT_FIELDS = ("email", "phone")


class LeadAnswer(BaseModel):
    """A lead. Email and phone are there only for keys with `contacts:read`."""

    id: str
    external_id: str | None
    first_name: str
    email: str | None = None
    phone: str | None = None
    has_email: bool
    has_phone: bool
    source: str
    campaign_id: str | None
    ad_platform: str
    assigned_to_id: str | None
    stage_id: str | None
    stage_entered_at: datetime | None
    lost_reason: str
    tag_ids: list[str]
    do_not_contact_at: datetime | None
    is_erased: bool
    merged_into_id: str | None
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None


EXAMPLE_LEAD: dict[str, Any] = {
    "id": "c0mi7g2a91x4k8d2h6q0v3w5y",
    "external_id": None,
    "first_name": "Ana",
    "email": "ana@example.com",
    "phone": "+12125550123",
    "has_email": True,
    "has_phone": True,
    "source": "instagram",
    "campaign_id": None,
    "ad_platform": "instagram",
    "assigned_to_id": None,
    "stage_id": "c0mi7g2a9new4k8d2h6q0v3w5",
    "stage_entered_at": "2026-11-27T15:30:00Z",
    "lost_reason": "",
    "tag_ids": [],
    "do_not_contact_at": None,
    "is_erased": False,
    "merged_into_id": None,
    "created_at": "2026-11-27T15:30:00Z",
    "updated_at": "2026-11-27T15:30:00Z",
    "deleted_at": None,
}


def read_leads(leads: Sequence[Lead]) -> list[dict[str, Any]]:
    """All that is known of the leads, in their order, by one or two statements."""
    ids: Any = [lead.pk for lead in leads]
    with prepared_cursor() as cursor:
        if len(ids) == 1:
            cursor.execute(STATE_OF_ONE, ids)
        else:
            cursor.execute(STATES, [ids])
        states = {lead_id: state for lead_id, *state in cursor.fetchall()}
    merged = _merged([lead.pk for lead in leads if lead.is_deleted])
    with surviving_damage():
        return [_lead(lead, states[lead.pk], merged) for lead in leads]


def _merged(ids: list[str]) -> dict[str, str]:
    if not ids:
        return {}
    merges = LeadMerge.objects.standing().filter(merged__in=ids)
    return dict(merges.values_list("merged_id", "survivor_id"))


def _lead(lead: Lead, state: list[Any], merged: dict[str, str]) -> dict[str, Any]:
    stage, entered_at, reason, tags = state
    email, phone = str(lead.email), str(lead.phone)
    return {
        "id": lead.pk,
        "external_id": lead.external_id,
        "first_name": lead.first_name,
        "email": email,
        "phone": phone,
        "has_email": bool(email),
        "has_phone": bool(phone),
        "source": lead.source,
        "campaign_id": lead.campaign_id,
        "ad_platform": lead.ad_platform,
        "assigned_to_id": lead.assigned_to_id,
        "stage_id": stage,
        "stage_entered_at": entered_at,
        "lost_reason": reason,
        "tag_ids": tags,
        "do_not_contact_at": lead.do_not_contact_at,
        "is_erased": lead.is_erased,
        "merged_into_id": merged.get(lead.pk),
        "created_at": lead.created_at,
        "updated_at": lead.updated_at,
        "deleted_at": lead.deleted_at,
    }


def shown(call: ApiCall, data: dict[str, Any]) -> dict[str, Any]:
    """What this key may see of it."""
    if call.sees_contacts:
        return data
    return {
        name: value for name, value in data.items() if name not in API_CONTACT_FIELDS
    }


def answer_lead(
    call: ApiCall, lead_id: str, status: int = 200, *, is_new: bool = False
) -> KeptAnswer:
    """The lead as it is now, with its ETag."""
    lead = _any_lead().first(lead_id)
    if lead is None:
        raise not_found()
    return answer_row(call, lead, status, is_new=is_new)


def answer_row(
    call: ApiCall, lead: Lead, status: int = 200, *, is_new: bool = False
) -> KeptAnswer:
    """Of a lead whose own row is known as it is now; its stage and tags are read."""
    call.subject = lead
    (data,) = read_leads([lead])
    location = f"/api/v1/leads/{lead.pk}" if is_new else ""
    return KeptAnswer(shown(call, data), status, etag_of(data), location)


def visible_lead(call: ApiCall, lead_id: str) -> Lead:
    """Raises Problem (404) for a lead that the key's owner may not see."""
    lead = _visible(call, lead_id)
    if lead is None:
        raise not_found()
    call.subject = lead
    return lead


def _visible(call: ApiCall, lead_id: str, *, lock: bool = False) -> Lead | None:
    known = known_id(lead_id)
    if not call.may("leads.view_lead"):
        return None
    return _leads_of(call, call.may("leads.restore_lead"), lock).first(known)


_written: dict[tuple[bool, bool], WrittenQuery[Lead]] = {}


def _leads_of(call: ApiCall, may_restore: bool, lock: bool) -> WrittenQuery[Lead]:
    """Written once for each answer that `visible_to` gives: a fifth of a request."""
    if (may_restore, lock) not in _written:
        rows = Lead.all_objects.visible_to(call.person)
        rows = rows.select_for_update(no_key=True) if lock else rows
        _written[may_restore, lock] = WrittenQuery(rows.filter(pk=""))
    return _written[may_restore, lock]


@cache
def _any_lead() -> WrittenQuery[Lead]:
    return WrittenQuery(Lead.all_objects.filter(pk=""))


def locked_lead(call: ApiCall, lead_id: str, *, may_be_deleted: bool = False) -> Lead:
    """The lead for a write, locked; If-Match has to name its state.

    Raises Problem, LeadIsGone.
    """
    lead = _visible(call, lead_id, lock=True)
    if lead is None:
        raise not_found()
    if lead.is_deleted and not may_be_deleted:
        raise LeadIsGone("This lead was deleted. Nothing was done.")
    call.subject = lead
    (data,) = read_leads([lead])
    call.require_match(data)
    return lead


def active_lead(call: ApiCall, lead_id: str) -> Lead:
    """The lead that something is added to, locked: that needs no If-Match."""
    rows = Lead.objects.visible_to(call.person).select_for_update(no_key=True)
    lead: Lead | None = rows.filter(pk=known_id(lead_id)).first()
    if lead is None:
        raise not_found()
    call.subject = lead
    return lead


def tags_with(ids: list[str]) -> list[Tag]:
    found = Tag.objects.in_bulk(ids)
    if len(found) < len(set(ids)):
        raise ValidationError({"tag_ids": "One of the tags doesn't exist."})
    return [found[pk] for pk in dict.fromkeys(ids)]
