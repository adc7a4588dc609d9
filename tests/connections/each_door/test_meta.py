"""Meta's door: the challenge, ids by webhook, the lead by the Graph API."""

import hashlib
import hmac
from typing import Any

import pytest
from django.test import Client

from connections.door import Delivery
from connections.doors.meta import DOOR
from connections.items import Item
from connections.refusals import BadSignature, NotSigned
from leads.intake.incoming import IncomingLead
from leads.intake.refusals import RowRefused
from tests.connections.deliveries import (
    answering,
    changed,
    delivery_of,
    fixture,
    items_of,
    keys_of,
    signed,
    take,
)
from tests.connections.doors import address_of, connected


def items(
    lead: dict[str, Any] | None = None, form: dict[str, Any] | None = None
) -> list[Item]:
    answers = {
        "/700100200": lead or fixture("meta", "lead"),
        "/800100200": form or fixture("meta", "form"),
    }
    delivery = delivery_of(fixture("meta", "leadgen"))
    return items_of(DOOR, delivery, fetch=answering(answers))


def lead_of(answers: dict[str, str]) -> IncomingLead:
    told = [{"name": name, "values": [value]} for name, value in answers.items()]
    (lead,) = items(changed(fixture("meta", "lead"), field_data=told))
    assert isinstance(lead, IncomingLead)
    return lead


def challenge(token: str, mode: str = "subscribe") -> Delivery:
    query = {
        "hub.mode": mode,
        "hub.verify_token": token,
        "hub.challenge": "1158201444",
    }
    return delivery_of(b"", query=query)


def test_the_challenge_is_answered_to_who_knows_the_token() -> None:
    keys = keys_of(DOOR)
    assert DOOR.answer
    assert DOOR.answer(challenge(keys["verify_token"]), keys) == b"1158201444"
    assert DOOR.answer(challenge(keys["verify_token"], "other"), keys) is None
    with pytest.raises(BadSignature):
        DOOR.answer(challenge("guessed"), keys)
    with pytest.raises(NotSigned):
        DOOR.answer(challenge(""), keys)
    with pytest.raises(BadSignature):
        DOOR.answer(challenge("guessed"), {})


def test_the_challenge_is_answered_over_http(clinic: None) -> None:
    connection = connected("meta")
    token = connection.secret_values["verify_token"]
    address = address_of(connection)
    answer = Client().get(address, challenge(token).query)
    assert (answer.status_code, answer.content) == (200, b"1158201444")
    assert Client().get(address, challenge("guessed").query).status_code == 401


def test_a_body_is_never_taken_for_a_challenge() -> None:
    keys = keys_of(DOOR)
    query = challenge(keys["verify_token"]).query
    with pytest.raises(NotSigned):
        DOOR.verify(delivery_of(fixture("meta", "leadgen"), query=query), keys)


def test_a_challenge_with_markup_is_not_echoed() -> None:
    keys = keys_of(DOOR)
    query = {
        **challenge(keys["verify_token"]).query,
        "hub.challenge": "<script>alert(1)</script>",
    }
    assert DOOR.answer
    with pytest.raises(BadSignature) as refusal:
        DOOR.answer(delivery_of(b"", query=query), keys)
    assert "challenge" in refusal.value.sentence


def test_a_delivery_keeps_ids_only() -> None:
    (projection,) = take(DOOR, signed(DOOR, delivery_of(fixture("meta", "leadgen"))))
    assert projection.key == "700100200"
    assert set(projection.data) == {"leadgen_id", "form_id", "page_id"}


def test_the_lead_is_fetched_with_its_campaign() -> None:
    (lead,) = items()
    assert isinstance(lead, IncomingLead)
    assert (lead.first_name, lead.email, lead.phone) == (
        ("Noa", "noa@example.com", "+15125550127")
    )
    assert (lead.source, lead.ad_platform) == ("instagram", "instagram")
    assert lead.campaign_name == "Spring lips"
    assert lead.form == "meta_lead_ads"


def test_a_custom_question_called_first_name_is_not_read() -> None:
    assert "Diabetes" not in repr(items())
    assert "Warfarin" not in repr(items())


def test_a_key_of_two_questions_is_read_of_neither() -> None:
    form = fixture("meta", "form")
    form["questions"].append({"key": "full_name", "label": "?", "type": "CUSTOM"})
    (lead,) = items(form=form)
    assert isinstance(lead, IncomingLead)
    assert lead.first_name == ""


def test_a_full_name_with_an_email_in_it_gives_no_name() -> None:
    lead = lead_of(
        {"full_name": "noa.invented@example.com", "your_email": "noa@example.com"}
    )
    assert lead.first_name == ""


def test_a_lead_without_a_contact_is_refused_without_its_values() -> None:
    with pytest.raises(RowRefused) as refusal:
        lead_of({"full_name": "Noa Invented", "your_email": "not an address"})
    assert "not an address" not in str(refusal.value)


def test_leads_of_the_test_tool_are_skipped() -> None:
    lead = changed(
        fixture("meta", "lead"),
        field_data=[
            {"name": "your_email", "values": ["<test lead: dummy data for email>"]}
        ],
    )
    assert items(lead) == []


@pytest.mark.parametrize("value", ["https://clinic.example", None, 3, [1]])
def test_a_change_of_another_field_may_have_any_value(value: Any) -> None:
    body = fixture("meta", "leadgen")
    [entry] = body["entry"]
    entry["changes"].append({"field": "website", "value": value})
    [projection] = take(DOOR, signed(DOOR, delivery_of(body)))
    assert projection.data["leadgen_id"] == "700100200"


def test_other_fields_and_objects_are_ignored() -> None:
    body = fixture("meta", "leadgen")
    other = changed(body, object="instagram")
    assert take(DOOR, signed(DOOR, delivery_of(other))) == []
    body["entry"][0]["changes"][0]["field"] = "feed"
    assert take(DOOR, signed(DOOR, delivery_of(body))) == []


def test_the_signature_is_that_of_metas_documentation() -> None:
    delivery = delivery_of(fixture("meta", "leadgen"))
    key = keys_of(DOOR)["app_secret"].encode()
    digest = hmac.new(key, delivery.body, hashlib.sha256).hexdigest()
    headers = {"x-hub-signature-256": f"sha256={digest}"}
    take(DOOR, delivery_of(delivery.body, headers=headers))
    headers = {"x-hub-signature": f"sha1={digest}"}
    with pytest.raises(NotSigned):
        take(DOOR, delivery_of(delivery.body, headers=headers))
