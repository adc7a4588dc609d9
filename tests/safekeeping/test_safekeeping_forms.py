"""The forms of holds and of contacts that are kept out, as people fill them in."""

import pytest
from django.test import Client
from django.urls import reverse

from medspa.ids import new_id
from medspa.models import User
from safekeeping.erasure.suppression import digest_of
from safekeeping.models import LegalHold, SuppressedContact
from tests.factories import LeadFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def site(administrator: User, client: Client) -> Client:
    client.force_login(administrator)
    return client


def test_a_hold_that_is_sent_twice_is_placed_once(site: Client) -> None:
    sent = {"lead": LeadFactory().pk, "reason": "audit", "row_key": new_id()}
    for _ in range(2):
        answer = site.post(reverse("place_hold"), sent, follow=True)
    assert "This hold was already placed." in answer.text
    assert LegalHold.objects.count() == 1
    site.post(reverse("place_hold"), {**sent, "reason": "lawsuit"})
    assert LegalHold.objects.count() == 2


@pytest.mark.parametrize("until", ["soon", "2020-01-01"])
def test_a_refused_hold_of_one_lead_does_not_become_one_of_all(
    site: Client, until: str
) -> None:
    lead = LeadFactory(first_name="Wilhelmina")
    sent = {"lead": lead.pk, "reason": "audit", "until": until}
    answer = site.post(reverse("place_hold"), sent, follow=True)
    assert "Place a hold on Wilhelmina" in answer.text
    assert not LegalHold.objects.exists()


@pytest.mark.parametrize(
    "typed", ["(212) 555-0123", " +1 212 555 0123 ", "Zoe@Example.com"]
)
def test_a_contact_is_allowed_again_as_people_write_it(
    site: Client, typed: str
) -> None:
    for kind, contact in (("phone", "+12125550123"), ("email", "zoe@example.com")):
        SuppressedContact.objects.create(digest=digest_of(kind, contact))
    answer = site.post(reverse("allow_contact"), {"contact": typed}, follow=True)
    assert "This contact can be added again." in answer.text
    assert SuppressedContact.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "isn’t blocked"),
        ("zoe", "Enter a phone number"),
        ("zoe@", "Enter an email address"),
        ("9" * 5000, "Enter a phone number"),
    ],
)
def test_what_is_no_contact_is_told(site: Client, typed: str, sentence: str) -> None:
    answer = site.post(reverse("allow_contact"), {"contact": typed}, follow=True)
    assert sentence in answer.text.replace("&#x27;", "’")
