"""Adding and editing a lead, also by two people at once."""

import re
from typing import Any

import pytest
from django.test import Client

from leads.models import Lead, Opportunity
from leads.services.pipeline import move
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
    assert lead.stage_periods.get().stage == stage
    assert lead.stage_periods.get().changed_by == front_desk
    assert lead.lead_tags.get().tag == tag
    assert lead.opportunity.expected_value_cents == 48_050
    assert lead.history.get().history_user == front_desk


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"first_name": "Sarah Smith"}, "Enter only the first name: “Sarah”"),
        ({"email": "not-an-email"}, "Enter an email address like"),
        ({"phone": "+1 555"}, "Enter a phone number with area code"),
        ({"source": "billboard"}, "Choose from the list"),
        ({"campaign": "nowhere"}, "Choose from the list"),
        ({"tags": ["nothing"]}, "Choose from the list"),
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
            "Choose from the list",
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


@pytest.fixture
def two(administrator: User, manager: User) -> tuple[Client, Client]:
    """An administrator with the form open and a manager at the same time."""
    clients = Client(), Client()
    for client, person in zip(clients, (administrator, manager), strict=True):
        client.force_login(person)
    return clients


def opportunity_data(lead: Lead, seen: str, **changes: Any) -> dict[str, Any]:
    data = {
        "id": lead.opportunity.pk,
        "lead": lead.pk,
        "expected_value_cents": "1200",
        "procedure_code": "FILLER",
        "seen_history": seen,
    } | changes
    return {
        "opportunity-TOTAL_FORMS": "1",
        "opportunity-INITIAL_FORMS": "1",
        **{f"opportunity-0-{name}": value for name, value in data.items()},
    }


def radio_values(page: str, name: str) -> list[str]:
    return re.findall(rf'type="radio" name="{name}" value="([^"]*)"', page)


def inputs_of(page: str) -> dict[str, Any]:
    """What the conflict screen sends again, without what is to be chosen."""
    data: dict[str, Any] = {}
    for name, value in re.findall(
        r'type="hidden" name="([^"]+)" value="([^"]*)"', page
    ):
        data.setdefault(name, []).append(value)
    data.pop("csrfmiddlewaretoken")
    return data


def test_what_each_of_two_people_changed_is_saved_and_told(
    two: tuple[Client, Client],
) -> None:
    desk, boss = two
    lead = factories.LeadFactory(admitted=True, first_name="Ana", source="google")
    contact = {"email": lead.email, "phone": lead.phone}
    seen = seen_history(desk.get(change_page(lead)).content.decode())
    boss.post(
        change_page(lead), form_data(source="referral", seen_history=seen, **contact)
    )
    mine = desk.post(
        change_page(lead),
        form_data(first_name="Anna", seen_history=seen, **contact),
        follow=True,
    )
    page = mine.content.decode()
    assert "source from Google to Referral" in page
    assert "That is kept." in page
    saved = Lead.objects.get(pk=lead.pk)
    assert (saved.first_name, saved.source) == ("Anna", "referral")
    last = saved.history.first()
    assert last.source == "referral"


def test_a_field_that_both_changed_is_chosen_and_never_overwritten(
    two: tuple[Client, Client],
) -> None:
    desk, boss = two
    lead = factories.LeadFactory(
        admitted=True,
        first_name="Ana",
        source="google",
        email="a@example.com",
        phone="",
    )
    tag = factories.TagFactory()
    seen = seen_history(desk.get(change_page(lead)).content.decode())
    boss.post(
        change_page(lead),
        form_data(
            email="boss@example.com", source="referral", seen_history=seen, phone=""
        ),
    )
    mine = desk.post(
        change_page(lead),
        form_data(
            first_name="Anna",
            email="desk@example.com",
            seen_history=seen,
            tags=[tag.pk],
        ),
    )
    page = mine.content.decode()
    assert mine.status_code == 200
    assert "manager changed email from a@example.com to boss@example.com" in page
    assert radio_values(page, "email") == ["boss@example.com", "desk@example.com"]
    assert radio_values(page, "source") == []
    untouched = Lead.objects.get(pk=lead.pk)
    assert (untouched.first_name, untouched.email) == ("Ana", "boss@example.com")

    again = desk.post(
        change_page(lead), inputs_of(page) | {"email": "desk@example.com"}
    )
    assert again.status_code == 302
    saved = Lead.objects.get(pk=lead.pk)
    assert (saved.first_name, saved.email, saved.source) == (
        "Anna",
        "desk@example.com",
        "referral",
    )
    assert saved.lead_tags.get().tag == tag


def test_a_third_change_while_choosing_is_seen_too(two: tuple[Client, Client]) -> None:
    desk, boss = two
    lead = factories.LeadFactory(admitted=True, source="google", email="", phone="")
    seen = seen_history(desk.get(change_page(lead)).content.decode())
    data = form_data(first_name=lead.first_name, seen_history=seen)
    boss.post(change_page(lead), data | {"source": "referral"})
    page = desk.post(change_page(lead), data | {"source": "tiktok"}).content.decode()
    boss.post(
        change_page(lead),
        inputs_of(page) | {"source": "phone"},
    )
    third = desk.post(change_page(lead), inputs_of(page) | {"source": "tiktok"})
    assert radio_values(third.content.decode(), "source") == ["phone", "tiktok"]
    assert Lead.objects.get(pk=lead.pk).source == "phone"


def test_the_opportunity_beside_the_lead_is_chosen_in_the_same_screen(
    two: tuple[Client, Client],
) -> None:
    desk, boss = two
    lead = factories.LeadFactory(admitted=True, source="google", email="", phone="")
    factories.OpportunityFactory(lead=lead, expected_value_cents=120_000)
    shown = desk.get(change_page(lead)).content.decode()
    seen = seen_history(shown)
    seen_opportunity = str(lead.opportunity.history.first().history_id)
    data = form_data(first_name=lead.first_name, seen_history=seen)
    boss.post(
        change_page(lead),
        data | opportunity_data(lead, seen_opportunity, expected_value_cents="900"),
    )
    mine = desk.post(
        change_page(lead),
        data
        | opportunity_data(
            lead, seen_opportunity, expected_value_cents="800", procedure_code="LASER"
        ),
    )
    page = mine.content.decode()
    name = "opportunity-0-expected_value_cents"
    assert [float(value) for value in radio_values(page, name)] == [900, 800]
    assert "$900" in page
    desk.post(change_page(lead), inputs_of(page) | {name: radio_values(page, name)[0]})
    opportunity = Opportunity.objects.get()
    assert opportunity.expected_value_cents == 90_000
    assert opportunity.procedure_code == "LASER"


def test_the_same_change_by_both_is_no_conflict(two: tuple[Client, Client]) -> None:
    desk, boss = two
    lead = factories.LeadFactory(admitted=True, source="google", email="", phone="")
    seen = seen_history(desk.get(change_page(lead)).content.decode())
    data = form_data(first_name=lead.first_name, source="phone", seen_history=seen)
    for client in (boss, desk):
        assert client.post(change_page(lead), data).status_code == 302


def test_a_state_that_never_was_asks_about_every_difference(
    two: tuple[Client, Client],
) -> None:
    desk, _ = two
    lead = factories.LeadFactory(admitted=True, source="google", email="", phone="")
    page = desk.post(
        change_page(lead), form_data(first_name="Zoe", seen_history="1")
    ).content.decode()
    assert radio_values(page, "first_name") == [lead.first_name, "Zoe"]
    assert radio_values(page, "source") == []


def test_tags_of_both_are_kept(two: tuple[Client, Client]) -> None:
    desk, boss = two
    lead = factories.LeadFactory(admitted=True, email="", phone="")
    old, mine, theirs = factories.TagFactory.create_batch(3)
    factories.LeadTagFactory(lead=lead, tag=old)
    seen = seen_history(desk.get(change_page(lead)).content.decode())
    data = form_data(
        first_name=lead.first_name, source=lead.source, seen_history=seen
    ) | {"seen_tags": old.pk}
    boss.post(change_page(lead), data | {"tags": [old.pk, theirs.pk]})
    desk.post(change_page(lead), data | {"tags": [mine.pk]})
    assert {link.tag for link in lead.lead_tags.all()} == {mine, theirs}


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


@pytest.mark.parametrize("role", ["Front desk", "Manager"])
def test_the_form_is_for_administrators_and_leads_others_to_the_lead(
    role: str, client: Client, person: Any
) -> None:
    lead = factories.LeadFactory(admitted=True)
    client.force_login(person(role))
    assert client.get(change_page(lead))["Location"] == f"/leads/{lead.pk}/"
    assert client.get(ADD)["Location"] == "/leads/new/"
    client.force_login(person("Administrator"))
    assert client.get(change_page(lead)).status_code == 200
    assert client.get(ADD).status_code == 200


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
    stage, other = lead.stage_periods.get().stage, factories.StageFactory()
    client.force_login(manager)
    address = f"/admin/leads/pipelinestage/{stage.pk}/delete/"
    page = client.post(address, {"post": "yes"}, follow=True).content.decode()
    assert "Choose where they should go first." in page
    stage.refresh_from_db()
    assert not stage.is_deleted

    move(lead.pk, other.pk)
    client.post(address, {"entry": other.pk})
    stage.refresh_from_db()
    assert stage.is_deleted
