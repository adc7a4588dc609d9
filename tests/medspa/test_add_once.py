"""A form that adds a row makes one row, however often it is sent."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from leads.models import Lead, Tag
from medspa.models import User
from tests.factories import StageFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(client: Client, administrator: User) -> Client:
    client.force_login(administrator)
    return client


def key_of(page: str) -> str:
    [key] = re.findall(r'name="row_key" value="(\w+)"', page)
    return key


def test_back_and_save_again_makes_no_second_lead(office: Client) -> None:
    StageFactory()
    address = reverse("admin:leads_lead_add")
    fields = {
        "row_key": key_of(office.get(address).content.decode()),
        "first_name": "Wanda",
        "source": "google",
        "opportunity-TOTAL_FORMS": "0",
        "opportunity-INITIAL_FORMS": "0",
    }
    first = office.post(address, fields)
    again = office.post(address, fields | {"first_name": "Wendy"}, follow=True)
    lead = Lead.objects.get()
    assert (lead.pk, lead.first_name) == (fields["row_key"], "Wanda")
    assert first["Location"] == again.redirect_chain[-1][0]
    assert "This was already saved as “Wanda”" in again.text


def test_every_other_add_form_does_the_same(office: Client) -> None:
    address = reverse("admin:leads_tag_add")
    key = key_of(office.get(address).content.decode())
    fields = {"row_key": key, "name": "Peel", "color": "#112233"}
    for name in ("Peel", "Peeling"):
        office.post(address, fields | {"name": name})
    assert [tag.name for tag in Tag.objects.all()] == ["Peel"]


def test_a_refused_form_keeps_its_key(office: Client) -> None:
    address = reverse("admin:leads_tag_add")
    key = key_of(office.get(address).content.decode())
    refused = office.post(address, {"row_key": key, "name": ""})
    assert key_of(refused.content.decode()) == key
    assert not Tag.objects.exists()
