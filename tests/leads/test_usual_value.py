"""A procedure's usual value is the expected value where none was entered."""

import pytest
from django.test import Client
from django.urls import reverse

from leads.models import Lead, Opportunity, Procedure
from medspa.models import User
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Client, front_desk: User) -> Client:
    Procedure.objects.filter(code="BTX").update(default_value_cents=45_050)
    client.force_login(front_desk)
    return client


def add(desk: Client, **fields: str) -> Opportunity | None:
    stage = factories.StageFactory().pk
    base = {"first_name": "Ana", "source": "phone", "stage": stage}
    desk.post(reverse("lead_add"), base | fields)
    lead = Lead.objects.first()
    return getattr(lead, "opportunity", None) if lead else None


@pytest.mark.parametrize(
    ("procedure", "typed", "cents"),
    [
        ("BTX", "", 45_050),
        ("BTX", "300", 30_000),
        ("FILLER", "300", 30_000),
        ("FILLER", "", None),
        ("", "", None),
    ],
)
def test_the_sheet_takes_it(
    procedure: str, typed: str, cents: int | None, desk: Client
) -> None:
    made = add(desk, procedure_code=procedure, expected_value_cents=typed)
    assert (made.expected_value_cents if made else None) == cents


def test_the_lead_page_takes_it_for_a_first_value(desk: Client) -> None:
    lead = factories.LeadFactory(admitted=True)
    address = reverse("lead_edit", args=[lead.pk, "opportunity"])
    form = desk.get(address).content.decode()
    assert '<option value="BTX" data-usual-value="450.50">Botox</option>' in form
    empty = {"expected_value_cents": "", "expected_date": ""}
    refused = desk.post(address, empty | {"procedure_code": "FILLER"})
    assert "Enter the expected value." in refused.content.decode()
    desk.post(address, empty | {"procedure_code": "BTX"})
    assert Opportunity.objects.get(lead=lead).expected_value_cents == 45_050


def test_a_known_value_stays_when_the_procedure_changes(desk: Client) -> None:
    opportunity = factories.OpportunityFactory(lead__admitted=True)
    address = reverse("lead_edit", args=[opportunity.lead_id, "procedure_code"])
    seen = opportunity.history.latest().history_id
    desk.post(address, {"procedure_code": "BTX", "seen_history": seen})
    opportunity.refresh_from_db()
    assert opportunity.procedure_code == "BTX"
    assert opportunity.expected_value_cents == 120_000
