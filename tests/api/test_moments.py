"""Moments that are sent: a sender's clock may be a little ahead, not more."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from api.web.problem_responses import response_of
from leads.models import Activity, Lead
from medspa import clock
from tests.api.keys import ApiClient
from tests.factories import KpiEventFactory, LeadFactory, StageFactory


@pytest.fixture
def lead(api: ApiClient) -> Lead:
    row: Lead = LeadFactory(admitted=True)
    return row


@pytest.mark.parametrize("ahead", [timedelta(minutes=2), timedelta(days=30)], ids=str)
def test_nothing_is_logged_before_it_happens(
    api: ApiClient, lead: Lead, ahead: timedelta
) -> None:
    body = {"type": "call", "at": (clock.now() + ahead).isoformat()}
    told = api.post(f"/leads/{lead.pk}/activities", body)
    assert (api.status, told["code"]) == (422, "in_the_future")
    assert told["detail"] == "An activity can't be in the future."
    assert not lead.activities.exists()


def test_a_senders_clock_may_be_seconds_ahead(api: ApiClient, lead: Lead) -> None:
    at = (clock.now() + timedelta(seconds=30)).isoformat()
    api.post(f"/leads/{lead.pk}/activities", {"type": "call", "at": at})
    assert api.status == 201


DAY, FAR = "2031-05-06", "2031-05-06T10:00:00Z"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/leads/{lead}/move", {"stage_id": "", "at": FAR}),
        ("/leads/{lead}/consults", {"scheduled_for": FAR}),
        ("/leads/{lead}/payments", {"value_cents": 1, "paid_on": DAY}),
        ("/payments/{paid}/refunds", {"value_cents": 1, "refunded_on": DAY}),
    ],
)
def test_a_moment_that_is_to_come_is_refused_with_a_sentence(
    api: ApiClient, lead: Lead, path: str, body: dict[str, Any]
) -> None:
    paid = KpiEventFactory(lead=lead, paid=True)
    names = {"lead": lead.pk, "paid": paid.pk}
    if "stage_id" in body:
        body = body | {"stage_id": StageFactory().pk}
    api.get(f"/leads/{lead.pk}")
    headers = {"If-Match": api.last.headers["ETag"]}
    told = api.ask("post", path.format(**names), body, headers)
    assert api.status in (409, 422)
    assert "future" in told["detail"] or "a year ahead" in told["detail"]


def test_what_only_the_database_refuses_is_its_sentence(lead: Lead) -> None:
    late = Activity(lead=lead, type="call", created_at=clock.now() + timedelta(days=1))
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        Activity.objects.bulk_create([late])
    answer = response_of(refusal.value)
    told = json.loads(answer.content)
    assert (answer.status_code, told["code"]) == (422, "invalid")
    assert told["detail"] == "An activity can't be in the future."


def test_what_has_no_sentence_stays_a_fault(lead: Lead) -> None:
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        Lead.objects.bulk_create([lead])
    assert response_of(refusal.value).status_code == 500
