"""Google Ads lead forms: the whole lead in one delivery, with the key in its body.

Only Google's own columns are read, by their `column_id`; a question that the clinic
wrote has an id of its own, whatever its name is.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from connections import signatures, strict_json
from connections.door import Context, Delivery, Door, Marker, Projection
from connections.door_parts.allow_list import (
    Allowed,
    AnyList,
    AnyText,
    Email,
    Flag,
    GivenName,
    Moment,
    OptionalMoment,
    Phone,
    key_name,
    left_out,
    needed_id,
    optional_id,
    read_allowed,
)
from connections.door_parts.mappings import (
    MappedName,
    MappingColumn,
    MappingTable,
    Ours,
)
from connections.items import Item
from leads.arrivals import Arrival, click_of
from leads.choices import Source
from leads.intake.incoming import IncomingLead
from leads.models.arrival import ClickKind
from medspa import clock
from medspa.json_columns import Schema

GOOGLE_ADS_SIGNED_WITH = "google_key"
GOOGLE_ADS_NUMBER = "[0-9]{1,20}"
GOOGLE_ADS_FORM = "google_lead_form"
GoogleCampaignId = Annotated[str, Field(pattern=f"^{GOOGLE_ADS_NUMBER}$")]
# Google's ids of columns and our fields, the best first.
GOOGLE_ADS_COLUMNS = {
    "FIRST_NAME": "first_name",
    "FULL_NAME": "first_name",
    "EMAIL": "email",
    "WORK_EMAIL": "email",
    "PHONE_NUMBER": "phone",
    "WORK_PHONE": "phone",
}


def _from_pairs(value: Any) -> Any:
    """Settings that were stored earlier hold pairs."""
    if isinstance(value, list) and all(
        isinstance(pair, list) and len(pair) == 2 for pair in value
    ):
        return {str(theirs): ours for theirs, ours in value}
    return value


class Campaigns(Schema):
    """Google's campaign ids → the names of our campaigns."""

    campaigns: Annotated[
        dict[GoogleCampaignId, MappedName], BeforeValidator(_from_pairs)
    ] = {}


class GoogleAdsColumn(Allowed):
    column_id: AnyText = ""
    string_value: AnyText = ""


class GoogleAdsBody(Allowed):
    lead_id: Annotated[str, needed_id("[A-Za-z0-9_=.-]{3,110}")]
    user_column_data: Annotated[list[Any], AnyList] = []
    google_key: str = ""
    is_test: Flag = False
    campaign_id: Annotated[str, optional_id(GOOGLE_ADS_NUMBER)] = ""
    gcl_id: Annotated[str, optional_id("[A-Za-z0-9_.-]{1,120}")] = ""
    lead_submit_time: OptionalMoment = None


class Stored(Allowed):
    """What is kept of a lead until it is worked off."""

    first_name: GivenName = ""
    email: Email = ""
    phone: Phone = ""
    campaign_id: Annotated[str, optional_id(GOOGLE_ADS_NUMBER)] = ""
    gcl_id: Annotated[str, optional_id("[A-Za-z0-9_.-]{1,120}")] = ""
    submitted_at: Moment


def verify(delivery: Delivery, secrets: Mapping[str, str]) -> None:
    """The key stands in the body, so the body is parsed first, within its limits."""
    key = strict_json.parse_object(delivery.body).get(GOOGLE_ADS_SIGNED_WITH)
    given = key if isinstance(key, str) else ""
    signatures.require_secret(secrets.get(GOOGLE_ADS_SIGNED_WITH, ""), given)


def read(delivery: Delivery) -> Sequence[Projection]:
    raw = strict_json.parse_object(delivery.body)
    body = read_allowed(GoogleAdsBody, raw)
    if body.is_test:
        return []
    columns = [
        read_allowed(GoogleAdsColumn, column) for column in body.user_column_data
    ]
    stored = Stored(
        **_values(columns),
        campaign_id=body.campaign_id,
        gcl_id=body.gcl_id,
        submitted_at=body.lead_submit_time or delivery.received_at,
    )
    dropped = {
        key_name(column.column_id)
        for column in columns
        if column.column_id not in GOOGLE_ADS_COLUMNS
    }
    names = tuple(sorted({*left_out(GoogleAdsBody, raw), *dropped}))
    return [Projection("lead", body.lead_id, stored.projection(), names)]


def _values(columns: Sequence[GoogleAdsColumn]) -> dict[str, str]:
    """The first filled column of each of our fields."""
    text_of = {column.column_id: column.string_value for column in reversed(columns)}
    found: dict[str, str] = {}
    for column_id, field in GOOGLE_ADS_COLUMNS.items():
        if text := text_of.get(column_id, "").strip():
            found.setdefault(field, text)
    return found


def translate(projection: Projection, context: Context) -> Sequence[Item]:
    stored = Stored.model_validate(projection.data)
    settings = context.settings
    campaigns = settings.campaigns if isinstance(settings, Campaigns) else {}
    lead = IncomingLead.read(
        {
            "first_name": stored.first_name,
            "email": stored.email,
            "phone": stored.phone,
            "source": Source.GOOGLE.value,
            "ad_platform": "google",
            "campaign_name": campaigns.get(stored.campaign_id, ""),
            "created_at": stored.submitted_at.isoformat(),
        },
        form=GOOGLE_ADS_FORM,
    )
    return [lead.model_copy(update={"arrival": _arrival(stored, context)})]


def _arrival(stored: Stored, context: Context) -> Arrival:
    kind, click_id = click_of({ClickKind.GCLID: stored.gcl_id})
    return Arrival(
        door=context.system,
        form=GOOGLE_ADS_FORM,
        click_kind=kind,
        click_id=click_id,
    )


def sign(delivery: Delivery, secrets: Mapping[str, str]) -> Delivery:
    body = {
        **strict_json.parse_object(delivery.body),
        GOOGLE_ADS_SIGNED_WITH: secrets[GOOGLE_ADS_SIGNED_WITH],
    }
    return replace(delivery, body=json.dumps(body).encode())


def canaries(marker: Marker) -> Sequence[Delivery]:
    columns = {
        "FULL_NAME": f"Maya {marker('last name')}",
        "LAST_NAME": marker("last name alone"),
        "EMAIL": "maya.canary@example.com",
        "PHONE_NUMBER": "+12125550142",
        "STREET_ADDRESS": marker("address"),
        "POSTAL_CODE": marker("postal code"),
        "first_name": marker("custom question"),
        "Are you pregnant?": marker("health question"),
    }
    body = {
        "lead_id": "canary-lead-1",
        "user_column_data": [
            {"column_name": marker("column"), "column_id": key, "string_value": value}
            for key, value in columns.items()
        ],
        "api_version": "1.0",
        "form_id": 40_000_000_001,
        "campaign_id": 123_456,
        "gcl_id": "Cj0KCQcanary",
        "note": marker("note"),
    }
    return [Delivery(json.dumps(body).encode(), received_at=clock.now())]


DOOR = Door(
    name="google_ads",
    title="Google Ads lead form",
    secrets=(GOOGLE_ADS_SIGNED_WITH,),
    makes_secret=True,
    verify=verify,
    read=read,
    translate=translate,
    canaries=canaries,
    lead_source=Source.GOOGLE.value,
    sign=sign,
    settings=Campaigns,
    brings="Leads from Google Ads lead forms",
    mappings=(
        MappingTable(
            "campaigns",
            "Campaigns",
            "Campaign ID",
            "In Google Ads, the ID of a campaign is in the column Campaign ID of"
            " the Campaigns table.",
            (MappingColumn("campaigns", "Campaign", Ours.CAMPAIGN),),
        ),
    ),
)
