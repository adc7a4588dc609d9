"""Campaigns and what they cost; spend only for those who may see it."""

from datetime import date, datetime
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel, Field

from api.ground.etags import etag_of
from api.ground.problems import Problem, not_found
from api.idempotency.answering import KeptAnswer
from api.resources.paging import PAGING, page_of
from api.resources.values import CentsOrZero, Day, Text, known_id, set_fields
from api.web.calls import ApiCall
from api.web.operations import Operation, operation
from campaigns.models import Campaign, CampaignSpend
from campaigns.spend.planning import write_spend
from medspa.json_columns import Schema
from medspa.months import DayRange

TAG, SEE = "Campaigns", ("campaigns.view_campaign",)
SPEND_RIGHT = "campaigns.view_spend"


class CampaignAnswer(BaseModel):
    """`monthly_spend_cents` is the budget; it is there for who may see spend."""

    id: str
    name: str
    platform: str
    monthly_spend_cents: int | None = None
    starts_on: date | None
    ends_on: date | None
    created_at: datetime
    updated_at: datetime


class SpendAnswer(BaseModel):
    id: str
    from_on: date
    to_on: date
    spend_cents: int


class CampaignFields(Schema):
    """Left out: unchanged."""

    name: Text = ""
    platform: Text = ""
    monthly_spend_cents: CentsOrZero = 0
    starts_on: Day | None = None
    ends_on: Day | None = None


class NewCampaignBody(CampaignFields):
    name: Text
    platform: Text


class SpendRange(Schema):
    """Null removes what was entered for exactly these days."""

    from_on: Day
    to_on: Day
    spend_cents: CentsOrZero | None


class SpendBody(Schema):
    ranges: list[SpendRange] = Field(min_length=1, max_length=400)


@operation(
    Operation(
        "list_campaigns",
        "get",
        "/campaigns",
        "campaigns:read",
        SEE,
        "List campaigns",
        tag=TAG,
        parameters=PAGING,
        answer=CampaignAnswer,
        is_list=True,
    )
)
def list_campaigns(call: ApiCall) -> KeptAnswer:
    return page_of(
        call, Campaign.objects.all(), "campaigns", lambda row: _shown(call, row)
    )


@operation(
    Operation(
        "create_campaign",
        "post",
        "/campaigns",
        "campaigns:write",
        ("campaigns.add_campaign",),
        "Create a campaign",
        tag=TAG,
        answer=CampaignAnswer,
        status=201,
        example={"name": "Spring peels", "platform": "instagram"},
    )
)
def create_campaign(call: ApiCall, body: NewCampaignBody) -> KeptAnswer:
    if body.monthly_spend_cents:
        call.require(SPEND_RIGHT)
    row = Campaign(**body.model_dump())
    row.full_clean(exclude=["id"])
    row.save(force_insert=True)
    return _answer(call, row, HTTPStatus.CREATED)


@operation(
    Operation(
        "get_campaign",
        "get",
        "/campaigns/{campaign_id}",
        "campaigns:read",
        SEE,
        "Get a campaign",
        tag=TAG,
        answer=CampaignAnswer,
    )
)
def get_campaign(call: ApiCall, campaign_id: str) -> KeptAnswer:
    return _answer(call, _campaign(call, campaign_id))


@operation(
    Operation(
        "update_campaign",
        "patch",
        "/campaigns/{campaign_id}",
        "campaigns:write",
        ("campaigns.change_campaign",),
        "Change a campaign",
        tag=TAG,
        needs_match=True,
        answer=CampaignAnswer,
        example={"ends_on": "2027-01-31"},
    )
)
def update_campaign(
    call: ApiCall, campaign_id: str, body: CampaignFields
) -> KeptAnswer:
    row = _campaign(call, campaign_id, lock=True)
    call.require_match(_data(row))
    given = {name: getattr(body, name) for name in body.model_fields_set}
    if "monthly_spend_cents" in given:
        call.require(SPEND_RIGHT)
    if set_fields(row, given):
        row.full_clean(exclude=["id"])
        row.save()
    return _answer(call, row)


@operation(
    Operation(
        "list_spend",
        "get",
        "/campaigns/{campaign_id}/spend",
        "campaigns:read",
        (SPEND_RIGHT,),
        "List a campaign's spend",
        tag=TAG,
        parameters=PAGING,
        answer=SpendAnswer,
        is_list=True,
    )
)
def list_spend(call: ApiCall, campaign_id: str) -> KeptAnswer:
    row = _campaign(call, campaign_id)
    spends = CampaignSpend.objects.filter(campaign=row)
    return page_of(call, spends, f"spend {row.pk}", _spend)


@operation(
    Operation(
        "set_spend",
        "put",
        "/campaigns/{campaign_id}/spend",
        "campaigns:write",
        ("campaigns.change_campaignspend", "campaigns.add_campaignspend", SPEND_RIGHT),
        "Enter a campaign's spend",
        "A range replaces those that lie within it. One that overlaps another only in "
        "part is refused, and nothing is written. If-Match names the campaign.",
        TAG,
        needs_match=True,
        answer=SpendAnswer,
        is_list=True,
        example={
            "ranges": [
                {"from_on": "2026-03-01", "to_on": "2026-03-31", "spend_cents": 120_000}
            ]
        },
    )
)
def set_spend(call: ApiCall, campaign_id: str, body: SpendBody) -> KeptAnswer:
    row = _campaign(call, campaign_id, lock=True)
    call.require_match(_data(row))
    given = {}
    for one in body.ranges:
        if one.to_on < one.from_on:
            raise Problem(
                HTTPStatus.UNPROCESSABLE_ENTITY,
                "invalid",
                "The end date can't be before the start date.",
            )
        given[row.pk, DayRange(one.from_on, one.to_on)] = one.spend_cents
    plan = write_spend(given)
    if conflict := next((one for one in plan.changes if one.conflict), None):
        raise Problem(
            HTTPStatus.CONFLICT,
            "overlaps",
            f"{conflict.days.first} to {conflict.days.last} overlaps another range in "
            "part. Nothing was written.",
        )
    spends = CampaignSpend.objects.filter(campaign=row).order_by("-from_on")
    return KeptAnswer({"data": [_spend(one) for one in spends], "next_cursor": None})


def _campaign(call: ApiCall, campaign_id: str, *, lock: bool = False) -> Campaign:
    rows: Any = Campaign.objects.all()
    if lock:
        rows = rows.select_for_update(no_key=True)
    row: Campaign | None = rows.filter(pk=known_id(campaign_id)).first()
    if row is None:
        raise not_found()
    call.subject = row
    return row


def _answer(call: ApiCall, row: Campaign, status: int = HTTPStatus.OK) -> KeptAnswer:
    return KeptAnswer(_shown(call, row), status, etag_of(_data(row)))


def _shown(call: ApiCall, row: Campaign) -> dict[str, Any]:
    data = _data(row)
    if not call.may(SPEND_RIGHT):
        del data["monthly_spend_cents"]
    return data


def _data(row: Campaign) -> dict[str, Any]:
    return {name: getattr(row, name) for name in CampaignAnswer.model_fields}


def _spend(row: CampaignSpend) -> dict[str, Any]:
    return {name: getattr(row, name) for name in SpendAnswer.model_fields}
