"""GoHighLevel's door: who may send, what is kept, what a hint becomes."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from connections.door import HIDDEN_NAME, Context, Delivery, Projection
from connections.doors.gohighlevel import DOOR
from connections.gohighlevel.access import fetch_by
from connections.gohighlevel.api.client import Client
from connections.gohighlevel.settings import GoHighLevelSettings
from connections.items import Deleted, DoNotContact, IncomingEvent
from connections.refusals import BadSignature, DeliveryRefused, NotSigned, Parked
from leads.intake.incoming import IncomingLead
from tests.connections.fake_gohighlevel import Api, FakeGoHighLevel

NOW = datetime(2026, 11, 2, 15, 0, tzinfo=UTC)
CONTACT = "seD4PfOuKoVMLkEZqohJ"

pytestmark = pytest.mark.django_db


def delivery_of(body: Mapping[str, Any] | bytes, **headers: str) -> Delivery:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Delivery(raw, named, received_at=NOW)


def signed(fake: FakeGoHighLevel, body: bytes) -> Delivery:
    return Delivery(body, fake.webhooks.headers(body), received_at=NOW)


@pytest.fixture
def api() -> Api:
    return Api(FakeGoHighLevel())


@pytest.fixture
def context(api: Api) -> Context:
    fake = api.fake
    client = Client(
        fake.token,
        fake.location,
        api.client(),
        monotonic=fake.time.monotonic,
        sleep=fake.time.sleep,
    )
    return Context(
        system="gohighlevel",
        account=fake.location,
        zone=ZoneInfo("America/New_York"),
        now=NOW,
        settings=GoHighLevelSettings(consult_calendars=(fake.calendars[0].id,)),
        fetch=fetch_by(client),
    )


def hints(fake: FakeGoHighLevel) -> list[Projection]:
    """What the door keeps of all events that wait, which are sent with this."""
    found: list[Projection] = []

    def receive(body: bytes, headers: dict[str, str]) -> int:
        delivery = Delivery(body, headers, received_at=NOW)
        DOOR.verify(delivery, {"app_public_keys": fake.webhooks.public_key})
        found.extend(DOOR.read(delivery))
        return 200

    fake.webhooks.deliver(fake.time(), receive)
    return found


def test_an_event_signed_by_gohighlevel_is_taken(api: Api) -> None:
    body = b'{"type": "ContactUpdate"}'
    other = Ed25519PrivateKey.generate()
    keys = api.fake.webhooks.public_key
    DOOR.verify(signed(api.fake, body), {"app_public_keys": keys})
    # Two keys are listed while GoHighLevel changes its own.
    api.fake.webhooks.key = other
    both = f"{keys}\n{api.fake.webhooks.public_key}"
    DOOR.verify(signed(api.fake, body), {"app_public_keys": both})
    with pytest.raises(BadSignature):
        DOOR.verify(signed(api.fake, body), {"app_public_keys": keys})


@pytest.mark.parametrize("signature", ["AAAA", "!!", "x" * 10_000, "é"])
def test_a_wrong_or_truncated_signature_is_refused(api: Api, signature: str) -> None:
    delivery = delivery_of({"type": "ContactUpdate"}, x_ghl_signature=signature)
    with pytest.raises(BadSignature):
        DOOR.verify(delivery, {"app_public_keys": api.fake.webhooks.public_key})


def test_a_changed_body_is_refused(api: Api) -> None:
    delivery = replace(signed(api.fake, b'{"id": "a"}'), body=b'{"id": "b"}')
    with pytest.raises(BadSignature):
        DOOR.verify(delivery, {"app_public_keys": api.fake.webhooks.public_key})


def test_na_is_no_signature_and_the_old_rsa_header_counts_for_nothing() -> None:
    secrets = {"app_public_keys": "", "workflow_secret": "right"}
    for headers in (
        {},
        {"x_ghl_signature": "N/A"},
        {"x_wh_signature": "AAAA"},
        {"x_ghl_signature": "N/A", "x_wh_signature": "AAAA"},
    ):
        with pytest.raises(NotSigned):
            DOOR.verify(delivery_of({}, **headers), secrets)
    DOOR.verify(
        delivery_of({}, x_ghl_signature="N/A", x_medspa_secret="right"), secrets
    )


def test_a_workflow_needs_the_secret_of_the_connection() -> None:
    right = {"workflow_secret": "right"}
    DOOR.verify(delivery_of({}, x_medspa_secret="right"), right)
    for told, secrets in (("wrong", right), ("rïght", right), ("x", {})):
        with pytest.raises(BadSignature):
            DOOR.verify(delivery_of({}, x_medspa_secret=told), secrets)
    # A wrong signature isn't made good by a right secret.
    with pytest.raises(BadSignature):
        both = delivery_of({}, x_ghl_signature="AAAA", x_medspa_secret="right")
        DOOR.verify(both, right)


def test_of_a_workflow_only_allowed_fields_are_kept() -> None:
    [kept] = DOOR.read(
        delivery_of(
            {
                "contact_id": CONTACT,
                "first_name": "Sarah Smith",
                "last_name": "Smith",
                "email": "sarah@example.com",
                "phone": "(202) 555-0143",
                "tags": "botox, allergic to lidocaine",
                "contact_source": "told by Dr. Smith",
                "Do you have any pre-existing health conditions?": "diabetes",
                "customData": {"source": "Facebook", "notes": "pregnant"},
                "contact": {"attributionSource": {"campaign": "Spring Botox"}},
            }
        )
    )
    stored = json.dumps(kept.data).lower()
    for forbidden in ("smith", "lidocaine", "diabetes", "pregnant"):
        assert forbidden not in stored
    assert kept.data["first_name"] == "Sarah"
    assert kept.data["tags"] == ["Botox"]
    assert kept.data["source"] == "facebook"
    assert kept.data["campaign_name"] == "Spring Botox"
    assert "last_name" in kept.dropped and "customData" in kept.dropped


def test_a_key_that_may_be_about_somebody_is_not_told() -> None:
    names = ("Sister of ana@example.com", "Call 617-555-0149", "Born 7/22/1990")
    body = {"contact_id": CONTACT, "first_name": "Nora", "Allergies": "x"}
    [kept] = DOOR.read(delivery_of({**body, **dict.fromkeys(names, "x")}))
    assert set(kept.dropped) == {"Allergies", HIDDEN_NAME}


def test_a_full_name_is_cut_and_one_with_an_email_is_dropped() -> None:
    for full_name, first_name in (("Nora Hale", "Nora"), ("nora@example.com x", "")):
        body = {"contact_id": CONTACT, "full_name": full_name}
        [kept] = DOOR.read(delivery_of(body))
        assert kept.data["first_name"] == first_name


def test_of_an_app_event_only_ids_are_kept(api: Api) -> None:
    contact = api.fake.add_contact(firstName="Nora", lastName="Hale")
    api.fake.add_opportunity(contact.id, name="Nora Hale")
    api.fake.add_appointment(contact.id, NOW, title="Nora Hale", notes="pregnant")
    api.fake.add_transaction(contact.id, 250)
    kept = hints(api.fake)
    assert [one.kind for one in kept] == [
        "contact",
        "opportunity",
        "appointment",
        "money",
    ]
    stored = json.dumps([one.data for one in kept])
    assert "Nora" not in stored and "pregnant" not in stored
    assert set(kept[0].data) == {"location", "id"}


def test_the_same_delivery_has_the_same_key_and_a_later_hint_another() -> None:
    body = {"type": "ContactUpdate", "locationId": "ve9EPM428h8vShlRW1KT"}
    body |= {"id": CONTACT}
    first = delivery_of(body)
    later = replace(first, received_at=NOW + timedelta(hours=1))
    keys = [DOOR.read(one)[0].key for one in (first, first, later)]
    assert keys[0] == keys[1] != keys[2]
    told = delivery_of(body | {"webhookId": "wh-1", "timestamp": "2026-11-02"})
    again = replace(told, received_at=NOW + timedelta(hours=1))
    assert DOOR.read(told)[0].key == DOOR.read(again)[0].key


@pytest.mark.parametrize(
    "body",
    [
        {"type": "NoteCreate", "id": CONTACT},
        {"type": "ContactUpdate", "id": "../../contacts"},
        {"type": "ContactUpdate", "locationId": "short", "id": CONTACT},
        {"type": "AppointmentCreate", "appointment": ["no object"]},
        {"type": ["a", "list"]},
        {"contact_id": "no id", "first_name": "Nora"},
        {"_id": "6578278e879ad2646715ba9c", "status": "draft"},
        {},
    ],
)
def test_what_does_not_matter_makes_nothing(body: dict[str, Any]) -> None:
    assert not DOOR.read(delivery_of(body))


@pytest.mark.parametrize(
    "body", [b"{", b"\xff", b"[" * 1_000 + b"]" * 1_000, b'{"a": 1, "a": 2}']
)
def test_what_is_no_strict_json_is_refused(body: bytes) -> None:
    with pytest.raises(DeliveryRefused) as refused:
        DOOR.read(delivery_of(body))
    assert refused.value.code in ("unreadable", "too_deep")


def test_a_hint_becomes_what_gohighlevel_says_now(api: Api, context: Context) -> None:
    contact = api.fake.add_contact(firstName="Nora", email="nora@example.com")
    api.fake.edit_contact(contact.id, email="hale@example.com", lastName="Hale")
    for hint in hints(api.fake):
        [lead] = DOOR.translate(hint, context)
        assert isinstance(lead, IncomingLead)
        assert (lead.first_name, lead.email) == ("Nora", "hale@example.com")
        assert lead.external_id == contact.id


def test_an_event_after_a_delete_revives_nobody(api: Api, context: Context) -> None:
    contact = api.fake.add_contact(firstName="Nora", email="nora@example.com")
    api.fake.edit_contact(contact.id, source="facebook")
    api.fake.delete_contact(contact.id)
    found = [item for one in hints(api.fake) for item in DOOR.translate(one, context)]
    assert {type(item) for item in found} == {Deleted}


def test_a_delete_that_is_not_true_deletes_nobody(api: Api, context: Context) -> None:
    contact = api.fake.add_contact(firstName="Nora", email="nora@example.com")
    hints(api.fake)
    body = {"type": "ContactDelete", "locationId": api.fake.location}
    [hint] = DOOR.read(delivery_of(body | {"id": contact.id}))
    [item] = DOOR.translate(hint, context)
    assert isinstance(item, IncomingLead)


def test_do_not_disturb_is_told(api: Api, context: Context) -> None:
    api.fake.add_contact(firstName="Nora", email="nora@example.com", dnd=True)
    [hint] = hints(api.fake)
    assert isinstance(DOOR.translate(hint, context)[1], DoNotContact)


def test_an_appointment_is_a_booking_and_what_became_of_it(
    api: Api, context: Context
) -> None:
    contact = api.fake.add_contact(firstName="Nora", email="nora@example.com")
    row = api.fake.add_appointment(contact.id, NOW + timedelta(days=1))
    api.fake.time.sleep(60)
    api.fake.edit_appointment(row.id, appointmentStatus="showed")
    hint = hints(api.fake)[-1]
    booked, showed = DOOR.translate(hint, context)
    assert isinstance(booked, IncomingEvent) and isinstance(showed, IncomingEvent)
    assert (booked.what, showed.what) == ("booked", "showed")
    assert booked.object_id == showed.object_id == row.id
    assert booked.scheduled_for == showed.occurred_at == NOW + timedelta(days=1)
    assert booked.status_at and showed.status_at and booked.status_at < showed.status_at
    assert booked.who.external_id == contact.id


def test_an_appointment_that_is_gone_is_canceled(api: Api, context: Context) -> None:
    contact = api.fake.add_contact(firstName="Nora", email="nora@example.com")
    row = api.fake.add_appointment(contact.id, NOW + timedelta(days=1))
    api.fake.delete_appointment(row.id)
    told = hints(api.fake)[1:]
    found = [item for one in told for item in DOOR.translate(one, context)]
    assert [(one.what, one.object_id, one.is_gone) for one in found] == [
        ("cancelled", row.id, True)
    ] * 2


def test_a_treatment_is_no_consult(api: Api, context: Context) -> None:
    contact = api.fake.add_contact(firstName="Nora", email="nora@example.com")
    other = api.fake.calendars[1].id
    api.fake.add_appointment(contact.id, NOW, calendarId=other)
    assert not DOOR.translate(hints(api.fake)[-1], context)


def test_money_is_read_from_transactions_in_cents(api: Api, context: Context) -> None:
    contact = api.fake.add_contact(firstName="Nora", email="nora@example.com")
    api.fake.add_transaction(contact.id, 249.99)
    api.fake.add_transaction(contact.id, 5_000, liveMode=False)
    api.fake.add_transaction(contact.id, 1, status="failed")
    [paid] = DOOR.translate(hints(api.fake)[1], context)
    assert isinstance(paid, IncomingEvent)
    assert (paid.what, paid.amount_cents, paid.currency) == ("paid", 24_999, "USD")


def test_an_event_of_another_location_is_parked(api: Api, context: Context) -> None:
    api.fake.add_contact(firstName="Nora", email="nora@example.com")
    [hint] = hints(api.fake)
    with pytest.raises(Parked):
        DOOR.translate(hint, replace(context, account="another0000000000000"))
    assert not api.requests


def test_without_a_token_a_workflow_is_taken_as_it_is(context: Context) -> None:
    body = {"contact_id": CONTACT, "first_name": "Nora", "email": "nora@example.com"}
    [kept] = DOOR.read(delivery_of(body))

    def no_access(path: str) -> Mapping[str, Any]:
        raise Parked("This connection has no token.", "no_access")

    [lead] = DOOR.translate(kept, replace(context, fetch=no_access))
    assert isinstance(lead, IncomingLead)
    assert (lead.first_name, lead.email) == ("Nora", "nora@example.com")


def test_no_canary_is_kept(context: Context) -> None:
    markers: list[str] = []

    def marker(place: str) -> str:
        markers.append(f"Qzx{len(markers):03}{place.replace(' ', '')}")
        return markers[-1]

    secrets = {"workflow_secret": "right"}
    kept = []
    for delivery in DOOR.canaries(marker):
        assert DOOR.sign
        DOOR.verify(DOOR.sign(delivery, secrets), secrets)
        kept += DOOR.read(delivery)
    stored = repr([(one.kind, one.key, one.data, one.dropped) for one in kept]).lower()
    assert len(kept) == 5
    assert not [one for one in markers if one.lower() in stored]
