"""Adding and editing a lead, also by two people at once."""

import re
from typing import Any

import pytest
from django.test import Client

from leads.models import Lead, Opportunity
from leads.pipeline import move
from medspa.models import User
from tests import factories

ADD = "/admin/leads/lead/add/"


def form_data(**changes: Any) -> dict[str, Any]:
    return {
        "first_name": "Ana",
        "email": "",
        "phone": "",
        "source": "google",
        "campaign": "",
        "ad_platform": "",
        "external_id": "",
        "assigned_to": "",
        "opportunity-TOTAL_FORMS": "0",
        "opportunity-INITIAL_FORMS": "0",
    } | changes


def change_page(lead: Lead) -> str:
    return f"/admin/leads/lead/{lead.pk}/change/"


def seen_history(page: str) -> str:
    found = re.search(r'name="seen_history"[^>]*value="(\d+)"', page) or re.search(
        r'value="(\d+)"[^>]*name="seen_history"', page
    )
    assert found
    return found[1]


def test_a_new_lead_enters_the_first_stage_with_its_tags_and_worth(
    front_desk: User, client: Client
) -> None:
    stage = factories.StageFactory(order=1)
    tag = factories.TagFactory()
    client.force_login(front_desk)
    answer = client.post(
        ADD,
        form_data(
            email="Ana@Example.com",
            phone="(212) 555-0123",
            tags=[tag.pk],
            **{
                "opportunity-TOTAL_FORMS": "1",
                "opportunity-0-expected_value_cents": "480.50",
                "opportunity-0-procedure_code": "BTX",
            },
        ),
    )
    lead = Lead.objects.get()
    assert answer["Location"] == f"/leads/{lead.pk}/"
    assert lead.email == "Ana@example.com"
    assert lead.phone == "+12125550123"
    assert lead.stays.get().stage == stage
    assert lead.stays.get().changed_by == front_desk
    assert lead.lead_tags.get().tag == tag
    assert lead.opportunity.expected_value_cents == 48_050
    assert lead.history.get().history_user == front_desk


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"first_name": "Sarah Smith"}, "Please enter only the first name: “Sarah”"),
        ({"email": "not-an-email"}, "Enter an e-mail address like"),
        ({"phone": "+1 555"}, "Enter a phone number with area code"),
        ({"source": "billboard"}, "Select a valid choice"),
        ({"campaign": "nowhere"}, "Select a valid choice"),
        ({"tags": ["nothing"]}, "Select a valid choice"),
        (
            {
                "opportunity-TOTAL_FORMS": "1",
                "opportunity-0-expected_value_cents": "-5",
                "opportunity-0-procedure_code": "BTX",
            },
            "The expected value must be above zero.",
        ),
        (
            {
                "opportunity-TOTAL_FORMS": "1",
                "opportunity-0-expected_value_cents": "5",
                "opportunity-0-procedure_code": "TOOTH",
            },
            "Select a valid choice",
        ),
        (
            {
                "opportunity-TOTAL_FORMS": "1",
                "opportunity-0-expected_value_cents": "5",
                "opportunity-0-procedure_code": "BTX",
                "opportunity-0-expected_date": "2020-01-01",
            },
            "The expected date can&#x27;t be in the past.",
        ),
    ],
)
def test_what_may_not_be_stored_is_refused_with_a_sentence_and_nothing_is_saved(
    changes: dict, sentence: str, front_desk: User, client: Client
) -> None:
    factories.StageFactory(order=1)
    client.force_login(front_desk)
    page = client.post(ADD, form_data(**changes))
    assert page.status_code == 200
    assert sentence in page.content.decode()
    assert not Lead.all_objects.exists()


def test_the_second_of_two_people_is_told_who_changed_what(
    front_desk: User, manager: User, client: Client
) -> None:
    lead = factories.LeadFactory(admitted=True, first_name="Ana", source="google")
    client.force_login(front_desk)
    seen = seen_history(client.get(change_page(lead)).content.decode())
    other = Client()
    other.force_login(manager)
    theirs = other.post(
        change_page(lead), form_data(source="referral", seen_history=seen)
    )
    assert theirs.status_code == 302

    mine = client.post(
        change_page(lead), form_data(first_name="Anna", seen_history=seen)
    )
    page = mine.content.decode()
    assert mine.status_code == 200
    assert "source from Google to Referral" in page
    assert "Nothing of yours was saved yet" in page
    assert Lead.objects.get(pk=lead.pk).first_name == "Ana"
    assert 'value="Anna"' in page

    again = client.post(
        change_page(lead),
        form_data(
            first_name="Anna", source="referral", seen_history=seen_history(page)
        ),
    )
    assert again.status_code == 302
    saved = Lead.objects.get(pk=lead.pk)
    assert (saved.first_name, saved.source) == ("Anna", "referral")


def test_an_old_opportunity_can_be_edited_after_its_date(
    front_desk: User, client: Client
) -> None:
    lead = factories.LeadFactory(admitted=True)
    opportunity = factories.OpportunityFactory(lead=lead)
    Opportunity.objects.filter(pk=opportunity.pk).update(
        expected_date="2024-01-10", expected_date_set_on="2024-01-01"
    )
    client.force_login(front_desk)
    answer = client.post(
        change_page(lead),
        form_data(
            **{
                "opportunity-TOTAL_FORMS": "1",
                "opportunity-INITIAL_FORMS": "1",
                "opportunity-0-id": opportunity.pk,
                "opportunity-0-lead": lead.pk,
                "opportunity-0-expected_value_cents": "99",
                "opportunity-0-procedure_code": "LASER",
                "opportunity-0-expected_date": "2024-01-10",
            }
        ),
    )
    assert answer.status_code == 302
    opportunity.refresh_from_db()
    assert opportunity.expected_value_cents == 9_900
    assert str(opportunity.expected_date_set_on) == "2024-01-01"


def test_deleting_is_soft_and_a_manager_restores(
    front_desk: User, manager: User, client: Client
) -> None:
    lead = factories.LeadFactory(admitted=True)
    client.force_login(front_desk)
    client.post(f"/admin/leads/lead/{lead.pk}/delete/", {"post": "yes"})
    assert not Lead.objects.exists()
    assert client.get(f"/leads/{lead.pk}/").status_code == 404
    assert client.post(f"/leads/{lead.pk}/restore/").status_code == 403

    client.force_login(manager)
    assert "Restore" in client.get(f"/leads/{lead.pk}/").content.decode()
    client.post(f"/leads/{lead.pk}/restore/")
    assert Lead.objects.get() == lead


def test_a_stage_with_leads_is_not_retired(manager: User, client: Client) -> None:
    lead = factories.LeadFactory(admitted=True)
    stage = lead.stays.get().stage
    client.force_login(manager)
    address = f"/admin/leads/pipelinestage/{stage.pk}/delete/"
    page = client.post(address, {"post": "yes"}, follow=True).content.decode()
    assert "Say where they go first." in page
    stage.refresh_from_db()
    assert not stage.is_deleted

    move(lead.pk, factories.StageFactory().pk)
    client.post(address, {"post": "yes"})
    stage.refresh_from_db()
    assert stage.is_deleted
