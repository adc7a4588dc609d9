"""What GoHighLevel says and what we say, and taking one side."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from connections.gohighlevel.comparing import compare
from connections.models import FieldDifference, KnownThere, OutgoingChange
from connections.watching.health import connections_line
from leads.models import Lead
from medspa import clock
from medspa.models import User
from tests.connections.fake_gohighlevel.server import serving
from tests.connections.gohighlevel_clinic import ConnectedClinic

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic(settings: Any) -> Iterator[ConnectedClinic]:
    clinic = ConnectedClinic(writes=("email",))
    clinic.fake.add_contact(firstName="Nora", email="nora@example.com")
    clinic.wait(3)
    clinic.poll()
    with serving(clinic.api) as address:
        settings.GOHIGHLEVEL_URL = address
        yield clinic


@pytest.fixture
def page(client: Client, manager: User) -> Client:
    client.force_login(manager)
    return client


def differ(clinic: ConnectedClinic) -> tuple[FieldDifference, Lead]:
    """A field that changed too often to follow, and was edited here."""
    [contact] = clinic.fake.contacts
    lead = clinic.lead(contact)
    lead.email = "ours@example.com"
    lead.save()
    OutgoingChange.objects.all().delete()
    KnownThere.objects.update(parked_at=clock.now())
    compare(clinic.connection, clinic.client)
    return FieldDifference.objects.get(), lead


def test_a_comparison_notes_what_still_differs_and_no_value(
    clinic: ConnectedClinic,
) -> None:
    difference, lead = differ(clinic)
    assert (difference.lead, difference.field) == (lead, "email")
    assert clinic.lead(lead.external_id).email == "ours@example.com"
    lead.email = "nora@example.com"
    lead.save()
    compare(clinic.connection, clinic.client)
    assert not FieldDifference.objects.exists()


def test_both_values_are_shown(clinic: ConnectedClinic, page: Client) -> None:
    differ(clinic)
    text = page.get(reverse("differences", args=[clinic.connection.pk])).content
    assert b"nora@example.com" in text and b"ours@example.com" in text


@pytest.mark.parametrize(
    ("side", "email"), [("theirs", "nora@example.com"), ("ours", "ours@example.com")]
)
def test_one_side_is_taken(
    clinic: ConnectedClinic, page: Client, side: str, email: str
) -> None:
    difference, lead = differ(clinic)
    page.post(reverse("settle_difference", args=[difference.pk]), {"take": side})
    lead.refresh_from_db()
    [contact] = clinic.fake.contacts.values()
    assert (lead.email, contact.email) == (email, email)
    assert not FieldDifference.objects.exists()
    assert not OutgoingChange.objects.exists()
    assert not KnownThere.objects.filter(field="email", parked_at__isnull=False)


@pytest.mark.slow
def test_without_gohighlevel_only_ours_is_shown(
    clinic: ConnectedClinic, page: Client, settings: Any
) -> None:
    difference, lead = differ(clinic)
    settings.GOHIGHLEVEL_URL = "http://127.0.0.1:9"
    text = page.get(reverse("differences", args=[clinic.connection.pk])).content
    assert b"ours@example.com" in text and b"Not known now" in text
    page.post(reverse("settle_difference", args=[difference.pk]), {"take": "theirs"})
    lead.refresh_from_db()
    assert lead.email == "ours@example.com"


def test_what_differs_is_an_alert_until_it_is_settled(
    clinic: ConnectedClinic, page: Client
) -> None:
    difference, _ = differ(clinic)
    assert "1 field still differs" in connections_line().words
    page.post(reverse("settle_difference", args=[difference.pk]), {"take": "ours"})
    assert "differs" not in connections_line().words


def test_front_desk_sees_no_differences(
    clinic: ConnectedClinic, client: Client, front_desk: User
) -> None:
    client.force_login(front_desk)
    address = reverse("differences", args=[clinic.connection.pk])
    assert client.get(address).status_code == 403


def test_the_connections_page_says_what_is_wrong_there(
    clinic: ConnectedClinic, page: Client
) -> None:
    clinic.connection.streams.update(failure="token_refused", failing_since=clock.now())
    text = page.get(reverse("connections")).content.decode()
    assert "GoHighLevel rejects the token" in text
    assert reverse("differences", args=[clinic.connection.pk]) in text
