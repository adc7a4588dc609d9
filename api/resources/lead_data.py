"""What the API says of a lead, and the leads that a key may see."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from pydantic import BaseModel

from api.ground.etags import etag_of
from api.ground.problems import not_found
from api.idempotency.answering import KeptAnswer
from api.resources.values import known_id
from api.web.calls import ApiCall
from leads.models import Lead, LeadMerge, LeadStage, LeadTag, Tag
from leads.services.pipeline import LeadIsGone
from medspa.encryption.fields import surviving_damage

LEADS_TAG = "Leads"
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
    """All that is known of the leads, in their order, by two or three statements."""
    ids = [lead.pk for lead in leads]
    periods = LeadStage.objects.order_by().filter(lead__in=ids, left_at=None)
    now_in = {
        lead_id: (stage, at, reason)
        for lead_id, stage, at, reason in periods.values_list(
            "lead_id", "stage_id", "changed_at", "lost_reason"
        )
    }
    tags: dict[str, list[str]] = {}
    links = LeadTag.objects.order_by("tag_id").filter(lead__in=ids)
    for lead_id, tag_id in links.values_list("lead_id", "tag_id"):
        tags.setdefault(lead_id, []).append(tag_id)
    merged = _merged([lead.pk for lead in leads if lead.is_deleted])
    with surviving_damage():
        return [
            _lead(lead, now_in.get(lead.pk), tags.get(lead.pk, []), merged)
            for lead in leads
        ]


def _merged(ids: list[str]) -> dict[str, str]:
    if not ids:
        return {}
    merges = LeadMerge.objects.standing().filter(merged__in=ids)
    return dict(merges.values_list("merged_id", "survivor_id"))


def _lead(
    lead: Lead, period: Any, tags: list[str], merged: dict[str, str]
) -> dict[str, Any]:
    stage, entered_at, reason = period or (None, None, "")
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
    lead = Lead.all_objects.filter(pk=lead_id).first()
    if lead is None:
        raise not_found()
    call.subject = lead
    (data,) = read_leads([lead])
    location = f"/api/v1/leads/{lead.pk}" if is_new else ""
    return KeptAnswer(shown(call, data), status, etag_of(data), location)


def visible_lead(call: ApiCall, lead_id: str) -> Lead:
    """Raises Problem (404) for a lead that the key's owner may not see."""
    leads = Lead.all_objects.visible_to(call.person)
    lead: Lead | None = leads.filter(pk=known_id(lead_id)).first()
    if lead is None:
        raise not_found()
    call.subject = lead
    return lead


def locked_lead(call: ApiCall, lead_id: str, *, may_be_deleted: bool = False) -> Lead:
    """The lead for a write, locked; If-Match has to name its state.

    Raises Problem, LeadIsGone.
    """
    rows = Lead.all_objects.visible_to(call.person).select_for_update(no_key=True)
    lead: Lead | None = rows.filter(pk=known_id(lead_id)).first()
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
