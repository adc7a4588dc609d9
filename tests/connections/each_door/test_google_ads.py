"""The door of Google Ads lead forms: the key in the body, Google's own columns."""

from typing import Any

import pytest

from connections.doors.google_ads import DOOR, Campaigns
from leads.intake.incoming import IncomingLead
from medspa.refusals import Refused
from tests.connections.deliveries import (
    changed,
    delivery_of,
    fixture,
    items_of,
    signed,
    take,
)


def lead_of(*columns: tuple[str, str], **also: Any) -> IncomingLead:
    body = fixture("google_ads", "lead")
    if columns:
        body["user_column_data"] = [
            {"column_id": key, "string_value": value} for key, value in columns
        ]
    (lead,) = items_of(DOOR, delivery_of(body), **also)
    assert isinstance(lead, IncomingLead)
    return lead


def test_a_lead_comes_with_its_contact() -> None:
    lead = lead_of()
    assert (lead.first_name, lead.email, lead.phone) == (
        ("Ravi", "ravi@example.com", "+15125550128")
    )
    assert (lead.source, lead.ad_platform) == ("google", "google")
    assert lead.form == "google_lead_form"


def test_the_clinic_says_which_campaign_an_id_is() -> None:
    settings = Campaigns(campaigns={"123456789": "Spring lips"})
    assert lead_of(settings=settings).campaign_name == "Spring lips"
    assert lead_of().campaign_name == ""


def test_only_googles_own_columns_are_read() -> None:
    (projection,) = take(DOOR, signed(DOOR, delivery_of(fixture("google_ads", "lead"))))
    kept = str(projection.data)
    for word in ("Epilepsy", "Yes", "73301", "Madeup"):
        assert word not in kept
    assert {"POSTAL_CODE", "are_you_pregnant", "first_name"} <= {*projection.dropped}


def test_the_key_is_not_kept() -> None:
    (projection,) = take(DOOR, signed(DOOR, delivery_of(fixture("google_ads", "lead"))))
    assert "right-key" not in str(projection)
    assert "google_key" not in projection.data


@pytest.mark.parametrize("value", [None, 3, ["a"]])
def test_an_answer_of_another_kind_costs_only_itself(value: Any) -> None:
    body = fixture("google_ads", "lead")
    body["user_column_data"].append({"column_id": "boxes", "string_value": value})
    (lead,) = items_of(DOOR, delivery_of(body))
    assert isinstance(lead, IncomingLead)
    assert lead.email == "ravi@example.com"


def test_a_work_email_is_enough() -> None:
    lead = lead_of(("WORK_EMAIL", "ravi@work.example"), ("FIRST_NAME", "Ravi"))
    assert (lead.email, lead.first_name) == ("ravi@work.example", "Ravi")


def test_a_full_name_with_an_email_in_it_gives_no_name() -> None:
    lead = lead_of(("FULL_NAME", "ravi.madeup@example.com"), ("EMAIL", "r@example.com"))
    assert lead.first_name == ""


def test_test_leads_are_skipped() -> None:
    body = changed(fixture("google_ads", "lead"), is_test=True)
    assert take(DOOR, signed(DOOR, delivery_of(body))) == []


def test_the_same_lead_has_the_same_key() -> None:
    keys = {
        take(DOOR, signed(DOOR, delivery_of(fixture("google_ads", "lead"))))[0].key
        for _ in range(2)
    }
    assert keys == {"TeSter-Lead-Of-Ravi-1"}


@pytest.mark.parametrize("key", [None, 7, ["right-key"], {"a": "b"}, ""])
def test_a_key_that_is_no_text_opens_nothing(key: object) -> None:
    body = changed(fixture("google_ads", "lead"), google_key=key)
    with pytest.raises(Refused) as refusal:
        take(DOOR, delivery_of(body))
    assert refusal.value.code == "not_signed"
