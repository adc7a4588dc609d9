"""Editing one fact of a lead in its place: saved, told, taken back."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from leads.models import Lead, Opportunity
from leads.timeline import read_timeline
from medspa.clinic_time import clinic_today
from medspa.models import User
from medspa.web.forms.fields import HundredthsField
from tests import factories
from tests.page_text import text_of

HTMX = {"HX-Request": "true"}


@pytest.fixture
def lead(db: None) -> Lead:
    made: Lead = factories.LeadFactory(
        admitted=True, first_name="Ana", source="google", phone="+12125550143"
    )
    return made


@pytest.fixture
def desk(front_desk: User, client: Client) -> Client:
    client.force_login(front_desk)
    return client


@pytest.fixture
def boss(manager: User) -> Client:
    client = Client()
    client.force_login(manager)
    return client


def address(lead: Lead, fact: str) -> str:
    return reverse("lead_edit", args=[lead.pk, fact])


def form_of(client: Client, lead: Lead, fact: str) -> dict[str, Any]:
    page = client.get(address(lead, fact), headers=HTMX).content.decode()
    assert "<html" not in page
    found = re.search(r'name="seen_history" value="(\d+)"', page)
    assert found, page
    return {"seen_history": found[1]}


def save(client: Client, lead: Lead, fact: str, **values: str) -> Any:
    data = form_of(client, lead, fact) | (values or {})
    return client.post(address(lead, fact), data, headers=HTMX)


def undo(client: Client, page: str) -> str:
    """Press the undo of the message on the lead's page."""
    row = re.search(r'name="row" value="(\d+)" data-key="u"', page)
    source = re.search(r'name="source" value="(\w+)"', page)
    owner = re.search(r'action="/leads/(\w+)/undo/', page)
    assert row and source and owner, page
    answer = client.post(
        reverse("lead_undo", args=[owner[1]]),
        {"source": source[1], "row": row[1]},
        follow=True,
    )
    return text_of(answer)


@pytest.mark.parametrize(
    ("fact", "value", "saved", "told"),
    [
        ("first_name", "Anna", "Anna", "Changed first name from Ana to Anna"),
        ("phone", "212 555 0150", "+12125550150", "Changed phone from"),
        ("source", "referral", "referral", "Changed source from Google to"),
    ],
)
def test_a_fact_is_saved_told_in_the_timeline_and_taken_back(
    fact: str, value: str, saved: str, told: str, desk: Client, lead: Lead
) -> None:
    before = getattr(lead, fact)
    answer = save(desk, lead, fact, **{fact: value})
    assert answer["Location"] == f"/leads/{lead.pk}/"
    now = Lead.objects.get(pk=lead.pk)
    assert getattr(now, fact) == saved
    assert read_timeline(now)[0].text.startswith(told)
    assert "Restored" in undo(desk, desk.get(answer["Location"]).content.decode())
    assert getattr(Lead.objects.get(pk=lead.pk), fact) == before


def test_the_assignee_and_the_campaign_are_chosen_among_those_of_today(
    desk: Client, lead: Lead, manager: User
) -> None:
    gone = factories.CampaignFactory()
    gone.delete()
    page = desk.get(address(lead, "campaign")).content.decode()
    assert gone.name not in page
    save(desk, lead, "assigned_to", assigned_to=manager.pk)
    assert Lead.objects.get().assigned_to == manager
    provider = factories.UserFactory(role="Provider")
    refused = save(desk, lead, "assigned_to", assigned_to=provider.pk)
    assert refused.status_code == 422
    assert "have access to leads" in refused.content.decode()


def test_a_value_is_added_edited_and_removed_again(desk: Client, lead: Lead) -> None:
    worth = {
        "expected_value_cents": "900",
        "procedure_code": "BTX",
        "expected_date": str(clinic_today() + timedelta(days=9)),
    }
    answer = save(desk, lead, "opportunity", **worth)
    page = desk.get(answer["Location"]).content.decode()
    assert "$900" in page
    save(desk, lead, "expected_value_cents", expected_value_cents="1,200")
    opportunity = Opportunity.objects.get()
    assert (opportunity.expected_value_cents, opportunity.procedure_code) == (
        120_000,
        "BTX",
    )
    told = "changed the expected value just now. Nothing was undone."
    assert told in undo(desk, page)
    Opportunity.objects.get().delete()
    save(desk, lead, "opportunity", **worth)
    assert Opportunity.objects.get().expected_value_cents == 90_000


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("$1,200", 120_000),
        ("1 200", 120_000),
        ("1.200,50", 120_050),
        ("45,50", 4_550),
        ("1,2345", None),
        ("1 2", None),
        ("€45", None),
    ],
)
def test_a_value_is_read_as_amounts_are_everywhere(
    typed: str, cents: int | None
) -> None:
    field = HundredthsField()
    if cents is None:
        with pytest.raises(ValidationError):
            field.clean(typed)
    else:
        assert field.clean(typed) == cents


def test_a_value_that_is_added_later_is_told_in_the_timeline(
    desk: Client, lead: Lead
) -> None:
    worth = {"expected_value_cents": "900", "procedure_code": "BTX"}
    save(desk, lead, "opportunity", **worth)
    told = "Added expected value: Botox, $900"
    assert told not in [item.text for item in read_timeline(lead)]
    earlier = lead.created_at - timedelta(hours=1)
    Lead.objects.filter(pk=lead.pk).update(created_at=earlier)
    assert read_timeline(lead)[0].text == told


def test_adding_a_value_is_undone_by_removing_it(desk: Client, lead: Lead) -> None:
    worth = {"expected_value_cents": "900", "procedure_code": "BTX"}
    answer = save(desk, lead, "opportunity", **worth)
    page = desk.get(answer["Location"]).content.decode()
    assert "Removed the expected value." in undo(desk, page)
    assert not Opportunity.objects.exists()


def test_who_changed_the_same_is_named_and_the_second_try_replaces_it(
    desk: Client, boss: Client, lead: Lead
) -> None:
    seen = form_of(desk, lead, "source")
    save(boss, lead, "source", source="referral")
    mine = {"source": "tiktok"}
    refused = desk.post(address(lead, "source"), seen | mine, headers=HTMX)
    page = refused.content.decode()
    assert refused.status_code == 422
    assert "manager changed source from Google to Referral just now." in page
    assert Lead.objects.get().source == "referral"
    newest = re.search(r'name="seen_history" value="(\d+)"', page)
    assert newest and newest[1] != seen["seen_history"]
    seen = {"seen_history": newest[1]}
    desk.post(address(lead, "source"), seen | mine, headers=HTMX)
    assert Lead.objects.get().source == "tiktok"


def test_a_change_of_another_fact_meanwhile_is_no_conflict(
    desk: Client, boss: Client, lead: Lead
) -> None:
    seen = form_of(desk, lead, "source")
    save(boss, lead, "first_name", first_name="Anna")
    desk.post(address(lead, "source"), seen | {"source": "phone"}, headers=HTMX)
    saved = Lead.objects.get()
    assert (saved.first_name, saved.source) == ("Anna", "phone")


def test_two_who_add_a_value_at_once_are_told_of_each_other(
    desk: Client, boss: Client, lead: Lead
) -> None:
    seen = form_of(desk, lead, "opportunity")
    worth = {"expected_value_cents": "900", "procedure_code": "BTX"}
    save(boss, lead, "opportunity", **worth)
    mine = seen | worth | {"expected_value_cents": "500"}
    refused = desk.post(address(lead, "opportunity"), mine, headers=HTMX)
    assert refused.status_code == 422
    assert Opportunity.objects.get().expected_value_cents == 90_000


@pytest.mark.parametrize(
    ("fact", "value", "sentence"),
    [
        ("first_name", "Ana Smith", "Enter only the first name: “Ana”"),
        ("email", "x", "Enter an e"),
        ("phone", "1", "Enter a phone number with area code"),
    ],
)
def test_what_may_not_be_stored_is_refused_beside_the_field(
    fact: str, value: str, sentence: str, desk: Client, lead: Lead
) -> None:
    refused = save(desk, lead, fact, **{fact: value})
    page = refused.content.decode()
    assert refused.status_code == 422
    assert sentence in page
    assert f'value="{value}"' in page


def test_others_changes_are_undone_by_managers_alone(
    desk: Client, boss: Client, lead: Lead
) -> None:
    save(boss, lead, "source", source="referral")
    record = lead.history.order_by("-history_id").first()
    data = {"source": "lead", "row": str(record.history_id)}
    undo_address = reverse("lead_undo", args=[lead.pk])
    told = desk.post(undo_address, data, follow=True).content.decode()
    assert "Only manager or a manager can undo this." in told
    assert Lead.objects.get().source == "referral"
    boss.post(undo_address, data)
    assert Lead.objects.get().source == "google"


@pytest.mark.parametrize("row", ["", "x", "9" * 30, "0"])
def test_a_change_that_never_was_can_not_be_undone(
    row: str, desk: Client, lead: Lead
) -> None:
    for source in ("lead", "opportunity"):
        data = {"source": source, "row": row}
        answer = desk.post(reverse("lead_undo", args=[lead.pk]), data, follow=True)
        assert "There is nothing to undo." in answer.content.decode()


def test_another_spelling_of_the_same_phone_is_no_change(
    desk: Client, lead: Lead
) -> None:
    page = desk.get(address(lead, "phone"), headers=HTMX).content.decode()
    assert 'value="(212) 555-0143"' in page
    before = lead.history.count()
    save(desk, lead, "phone", phone="212.555.0143")
    assert lead.history.count() == before


def test_a_lead_is_deleted_from_its_page(desk: Client, lead: Lead) -> None:
    page = desk.get(f"/leads/{lead.pk}/").content.decode()
    deleting = reverse("admin:leads_lead_delete", args=[lead.pk])
    assert f'action="{deleting}"' in page
    answer = desk.post(deleting, {"post": "yes"}, follow=True)
    assert answer.status_code == 200
    assert not Lead.objects.exists()


def test_without_a_script_each_fact_has_a_page(desk: Client, lead: Lead) -> None:
    page = desk.get(address(lead, "phone")).content.decode()
    assert "<html" in page
    assert 'inputmode="tel"' in page
    assert desk.get(address(lead, "password")).status_code == 404


def test_the_expected_date_is_in_its_input_as_browsers_read_it(
    desk: Client, lead: Lead
) -> None:
    expected = clinic_today() + timedelta(days=44)
    factories.OpportunityFactory(lead=lead, expected_date=expected)
    page = desk.get(address(lead, "expected_date"), headers=HTMX).content.decode()
    assert f'value="{expected:%Y-%m-%d}"' in page
