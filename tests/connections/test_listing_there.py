"""What is mapped is chosen by its name in Square, Calendly and Acuity."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from connections.doors import acuity, calendly, square
from connections.models import Connection
from connections.setting_up import set_secrets, settings_of
from tests.connections.loopback import Service, running
from tests.factories import ConnectionFactory, ProcedureFactory

pytestmark = pytest.mark.usefixtures("clinic")
SECRETS = {
    "square": {"signature_key": "key", "access_token": "EAAA"},
    "calendly": {"signing_key": "key", "token": "PAT"},
    "acuity": {"api_key": "key", "user_id": "7"},
}
EVENT_TYPES = "https://api.calendly.com/event_types/"


def variation(key: str, name: str) -> dict[str, Any]:
    return {
        "type": "ITEM_VARIATION",
        "id": key,
        "version": 1,
        "is_deleted": False,
        "present_at_all_locations": True,
        "item_variation_data": {
            "item_id": "ITEM1",
            "name": name,
            "ordinal": 0,
            "pricing_type": "FIXED_PRICING",
            "service_duration": 1_800_000,
            "team_member_ids": ["TEAM1"],
        },
    }


def item(name: str, kind: str, *variations: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "ITEM",
        "id": "ITEM1",
        "version": 1,
        "is_deleted": False,
        "present_at_all_locations": True,
        "item_data": {
            "name": name,
            "description": "",
            "product_type": kind,
            "variations": list(variations),
        },
    }


def event_type(key: str, name: str, owner: str) -> dict[str, Any]:
    return {
        "uri": f"{EVENT_TYPES}{key}",
        "name": name,
        "active": True,
        "slug": "consult",
        "scheduling_url": "https://calendly.com/clinic/consult",
        "duration": 30,
        "kind": "solo",
        "profile": {"type": "User", "name": owner, "owner": "users/U1"},
        "internal_note": None,
        "description_plain": None,
    }


def page_of(*rows: dict[str, Any], token: str | None = None) -> dict[str, Any]:
    return {
        "collection": list(rows),
        "pagination": {
            "count": len(rows),
            "next_page": None,
            "next_page_token": token,
            "previous_page": None,
            "previous_page_token": None,
        },
    }


def fill_square(service: Service) -> None:
    catalog = "/v2/catalog/list?types=ITEM"
    consult = item("Consult", "APPOINTMENTS_SERVICE", variation("TYPE22", "30 min"))
    cream = item("Cream", "REGULAR", variation("TYPE99", "50 ml"))
    service.has(catalog, "square_catalog", {"objects": [cream], "cursor": "a b"})
    service.has(f"{catalog}&cursor=a+b", "square_catalog", {"objects": [consult]})
    profile = {
        "team_member_id": "TEAM1",
        "description": "",
        "display_name": "Dr. Kim",
        "is_bookable": True,
        "profile_image_url": "",
    }
    service.has(
        "/v2/bookings/team-member-booking-profiles",
        "square_profiles",
        {"team_member_booking_profiles": [profile]},
    )


def fill_calendly(service: Service) -> None:
    user = {
        "uri": "https://api.calendly.com/users/U1",
        "name": "Owner",
        "slug": "owner",
        "email": "owner@example.com",
        "timezone": "America/New_York",
        "current_organization": "https://api.calendly.com/organizations/O1",
    }
    service.has("/users/me", "calendly_me", {"resource": user})
    path = (
        "/event_types?organization=https%3A%2F%2Fapi.calendly.com%2Forganizations%2FO1"
        "&count=100"
    )
    first = page_of(event_type("OTHER", "Follow-up", "Dr. Kim"), token="next")
    service.has(path, "calendly_event_types", first)
    second = page_of(event_type("TYPE22", "30 min", "Consult"))
    service.has(f"{path}&page_token=next", "calendly_event_types", second)


def fill_acuity(service: Service) -> None:
    kind = {
        "id": 22,
        "active": True,
        "name": "30 min",
        "description": "",
        "duration": 30,
        "price": "0.00",
        "category": "Consult",
        "color": "#ED7087",
        "private": False,
        "type": "service",
        "calendarIDs": [11],
    }
    calendar = {
        "id": 11,
        "name": "Dr. Kim",
        "email": "",
        "replyTo": "",
        "description": "",
        "location": "",
        "timezone": "America/New_York",
    }
    service.has("/appointment-types", "acuity_types", [kind])
    service.has("/calendars", "acuity_calendars", [calendar])


FILL = {"square": fill_square, "calendly": fill_calendly, "acuity": fill_acuity}
KEYS = {
    "square": ("TYPE22", "TEAM1"),
    "calendly": ("TYPE22", "OTHER"),
    "acuity": ("22", "11"),
}


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    with running() as service:
        monkeypatch.setattr(square, "SQUARE_BASE_URL", service.url)
        monkeypatch.setattr(calendly, "CALENDLY_BASE_URL", service.url)
        monkeypatch.setattr(acuity, "ACUITY_BASE_URL", service.url)
        yield service


def connected(door: str) -> Connection:
    row = ConnectionFactory(door=door, account="")
    return set_secrets(row.pk, SECRETS[door])


def page_text(client: Client, row: Connection) -> str:
    return client.get(f"/connections/{row.pk}/set-up/").content.decode()


@pytest.mark.parametrize("door", FILL)
def test_types_and_people_are_listed_by_their_names(
    admin_client: Client, service: Service, door: str
) -> None:
    FILL[door](service)
    row, (kind, person) = connected(door), KEYS[door]
    text = page_text(admin_client, row)
    assert "Consult: 30 min" in text
    assert "Dr. Kim" in text
    assert "Cream" not in text
    assert f'type="hidden" name="types-0-key" value="{kind}"' in text or (
        f'type="hidden" name="types-1-key" value="{kind}"' in text
    )
    assert f'value="{person}"' in text
    assert "Save to get more empty rows" not in text


@pytest.mark.parametrize("door", FILL)
def test_a_mapped_name_is_kept_for_when_it_is_gone(
    admin_client: Client, service: Service, door: str
) -> None:
    row, code = connected(door), ProcedureFactory().code
    kind = KEYS[door][0]
    sent = {
        "types-0-key": kind,
        "types-0-name": "Consult: 30 min",
        "types-0-type_procedures": code,
    }
    admin_client.post(f"/connections/{row.pk}/set-up/", sent)
    saved = settings_of(Connection.objects.get(pk=row.pk)).model_dump()
    assert saved["names"] == {kind: "Consult: 30 min"}
    assert saved["type_procedures"] == {kind: code}
    service.status = 503
    text = page_text(admin_client, row)
    assert "The other system can&#x27;t be reached. Until then, type IDs." in text
    assert f'name="types-0-key" value="{kind}"' in text
    assert "Save to get more empty rows" in text


@pytest.mark.slow
@pytest.mark.parametrize("door", FILL)
@pytest.mark.parametrize("status", [401, 403, 404, 429, 500, 301])
def test_ids_are_typed_while_the_service_does_not_list_them(
    admin_client: Client, service: Service, door: str, status: int
) -> None:
    service.status = status
    text = page_text(admin_client, connected(door))
    assert "Until then, type IDs." in text
    assert "Save to get more empty rows" in text


@pytest.mark.parametrize("raw", [b"[", b"{}", b"[1]", b"\xff", b'{"objects": 7}'])
@pytest.mark.parametrize("door", FILL)
def test_an_answer_that_is_none_lists_nothing(
    admin_client: Client, service: Service, door: str, raw: bytes
) -> None:
    service.raw = raw
    row = connected(door)
    assert admin_client.get(f"/connections/{row.pk}/set-up/").status_code == 200


@pytest.mark.parametrize("door", FILL)
def test_without_keys_nobody_is_asked(
    admin_client: Client, service: Service, door: str
) -> None:
    row = ConnectionFactory(door=door, account="")
    assert "Until then, type IDs." in page_text(admin_client, row)
    assert service.asked == []
