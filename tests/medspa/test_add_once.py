"""A form that adds a row makes one row, however often it is sent."""

import re

import pytest
from django.apps import apps
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from commissions.models import CommissionRule
from leads.models import Lead, Tag
from medspa.ids import CUID
from medspa.models import User
from medspa.web.add_once import row_id
from tests.factories import StageFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(client: Client, administrator: User) -> Client:
    client.force_login(administrator)
    return client


def key_of(page: str) -> str:
    [key] = re.findall(r'name="row_key" value="(\w+)"', page)
    return key


def test_the_same_form_sent_again_makes_no_second_lead(office: Client) -> None:
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
    again = office.post(address, fields, follow=True)
    lead = Lead.objects.get()
    assert lead.first_name == "Wanda"
    assert first["Location"] == again.redirect_chain[-1][0]
    assert "This was already saved as “Wanda”" in again.text


ADD_FORMS: dict[str, dict[str, str]] = {
    "leads_tag": {"color": "#112233"},
    "leads_procedure": {"category": "service"},
    "leads_leadsource": {"meaning": "google"},
    "leads_leadlostreason": {"meaning": "price"},
    "commissions_provider": {"role": "physician"},
}


@pytest.mark.parametrize("table", ADD_FORMS)
def test_the_same_form_with_another_name_adds_that_too(
    table: str, office: Client
) -> None:
    """After the browser's Back: nothing is said to be saved that isn't."""
    address = reverse(f"admin:{table}_add")
    key = key_of(office.get(address).content.decode())
    fields = {"row_key": key, **ADD_FORMS[table]}
    answers = [
        office.post(address, fields | {"name": name}, follow=True)
        for name in ("Peel", "Peeling", "Peeling")
    ]
    rows = apps.get_model(table.replace("_", ".")).objects.filter(name__startswith="Pe")
    assert sorted(row.name for row in rows) == ["Peel", "Peeling"], answers[0].text
    assert "This was already saved as “Peeling”" in answers[2].text
    assert "This was already saved" not in answers[1].text


def test_a_commission_rule_pays_once_however_often_its_form_is_sent(
    office: Client,
) -> None:
    address = f"{reverse('new_rule')}?type=percent"
    form = {
        "row_key": key_of(office.get(address).content.decode()),
        "whom": "",
        "effective_from": "2026-03-01",
        "priority": "0",
        "rate_bps": "10",
        "base": "collected",
        "refund": "take_back",
    }
    for _ in range(2):
        page = office.post(address, form, follow=True).text
    assert "This was already saved" in page
    assert CommissionRule.objects.count() == 1
    office.post(address, form | {"rate_bps": "12"})
    assert CommissionRule.objects.count() == 2


def test_rows_sort_by_the_moment_of_their_form() -> None:
    first, second = (f"c{number}{'0' * 23}" for number in (1, 2))
    forms = [QueryDict(f"row_key={key}&name=Peel") for key in (first, second)]
    ids = [row_id(form) for form in forms]
    assert ids == sorted(ids)
    assert all(CUID.fullmatch(one) for one in ids)


def test_a_refused_form_keeps_its_key(office: Client) -> None:
    address = reverse("admin:leads_tag_add")
    key = key_of(office.get(address).content.decode())
    refused = office.post(address, {"row_key": key, "name": ""})
    assert key_of(refused.content.decode()) == key
    assert not Tag.objects.exists()
