"""A refused form of the lead page keeps its box open, with what was typed, once."""

import re

import pytest
from django.test import Client

from leads.models import Lead
from medspa.models import User
from tests import factories


@pytest.fixture
def lead(db: None) -> Lead:
    found: Lead = factories.LeadFactory(admitted=True)
    return found


@pytest.fixture
def desk(front_desk: User, client: Client) -> Client:
    client.force_login(front_desk)
    return client


@pytest.mark.parametrize(
    ("form", "field", "typed"),
    [
        ("pay", "amount", "45x"),
        ("book", "scheduled_for", "2019-01-01T10:00"),
        ("plan", "due_at", "9999-12-31T23:59"),
    ],
)
def test_what_was_typed_is_there_once_more(
    form: str, field: str, typed: str, lead: Lead, desk: Client
) -> None:
    other = factories.LeadFactory(admitted=True)
    desk.post(f"/leads/{lead.pk}/{form}/", {field: typed, "what": "call_back"})
    page = desk.get(f"/leads/{lead.pk}/").text
    assert f'value="{typed}"' in page
    assert page.count("<details") - page.count(" open>") == page.count("<details") - 1
    assert typed not in desk.get(f"/leads/{lead.pk}/").text
    desk.post(f"/leads/{lead.pk}/{form}/", {field: typed, "what": "call_back"})
    assert typed not in desk.get(f"/leads/{other.pk}/").text


def test_a_payment_keeps_who_shares_it(
    manager: User, lead: Lead, client: Client
) -> None:
    ana, bea = (factories.ProviderFactory(name=name) for name in ("Ana", "Bea"))
    client.force_login(manager)
    said = {
        "amount": "45x",
        "earner": [ana.pk, bea.pk, ""],
        "share": ["62.5", "37.5", ""],
    }
    client.post(f"/leads/{lead.pk}/pay/", said)
    page = " ".join(client.get(f"/leads/{lead.pk}/").text.split())
    rows = re.findall(r'class="pay-share"(.*?)</div>', page)[:3]
    for row, who, share in zip(
        rows, (ana.pk, bea.pk, ""), ("62.5", "37.5", ""), strict=True
    ):
        chosen = re.findall(r'value="(\w*)" selected', row)
        assert chosen == ([who] if who else [])
        assert f'name="share" value="{share}"' in row
    assert "62.5" not in client.get(f"/leads/{lead.pk}/").text


def test_a_refund_keeps_its_payment(manager: User, lead: Lead, client: Client) -> None:
    factories.KpiEventFactory(lead=lead, paid=True)
    chosen = factories.KpiEventFactory(lead=lead, paid=True)
    client.force_login(manager)
    said = {"payment": chosen.pk, "amount": "1000"}
    client.post(f"/leads/{lead.pk}/refund/", said)
    page = " ".join(client.get(f"/leads/{lead.pk}/").text.split())
    assert 'value="1000"' in page
    assert f'<option value="{chosen.pk}" selected>' in page
