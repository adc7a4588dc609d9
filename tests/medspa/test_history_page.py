"""The audit trail as people read it, and putting a value back."""

from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from leads.models import Lead, Opportunity, PipelineStage, Tag
from medspa.audit.actors import acting
from medspa.models import User
from tests import factories


@pytest.fixture
def lead(manager: User) -> Lead:
    """Ana came by import, then a manager changed where she came from."""
    with acting("Import of leads.csv"):
        lead = factories.LeadFactory(
            first_name="Ana", source="google", phone="+12125550101"
        )
    with acting(user=manager, reason="asked at the desk"):
        lead.source = "referral"
        lead.phone = "+12125550199"
        lead.save()
    return lead


def history_of(row: Any) -> str:
    return reverse(
        f"admin:{row._meta.app_label}_{row._meta.model_name}_history", args=[row.pk]
    )


def words(client: Client, address: str) -> str:
    page = client.get(address).content.decode()
    for tag in ("del", "ins", "strong"):
        page = page.replace(f"<{tag}>", "").replace(f"</{tag}>", "")
    return " ".join(page.split())


def test_history_says_who_changed_what_from_what_to_what(
    lead: Lead, manager: User, client: Client
) -> None:
    client.force_login(manager)
    page = words(client, history_of(lead))
    assert "manager changed" in page
    assert "source from Google to Referral" in page
    assert "phone from (212) 555-0101 to (212) 555-0199" in page
    assert "asked at the desk" in page
    assert "Import of leads.csv created this" in page


def test_a_deletion_reads_as_one(lead: Lead, manager: User, client: Client) -> None:
    with acting(user=manager):
        lead.delete()
    client.force_login(manager)
    assert "manager deleted this" in words(client, history_of(lead))


def test_money_and_people_are_told_by_name(manager: User, client: Client) -> None:
    campaign = factories.CampaignFactory(monthly_spend_cents=100_000)
    with acting(user=manager):
        campaign.monthly_spend_cents = 125_050
        campaign.save()
    client.force_login(manager)
    page = words(client, history_of(campaign))
    assert "monthly budget from $1,000 to $1,250.50" in page


def test_a_row_that_came_without_history_says_that_nothing_was_changed(
    manager: User, client: Client
) -> None:
    """Stages and tags of a fixture: `loaddata` writes no history."""
    call_command("loaddata", "pipeline_stages", "tags", verbosity=0)
    rows = [*PipelineStage.objects.all(), *Tag.objects.all()]
    assert len(rows) > 10
    assert not any(row.history.exists() for row in rows)
    client.force_login(manager)
    for row in (rows[0], rows[-1]):
        assert "No changes yet." in words(client, history_of(row))


def test_one_value_is_put_back(lead: Lead, manager: User, client: Client) -> None:
    client.force_login(manager)
    record = lead.history.first()
    answer = client.post(
        f"{history_of(lead)}put-back/",
        {"field": "source", "record": record.history_id},
        follow=True,
    )
    assert "Source restored." in answer.content.decode()
    changed = Lead.objects.get(pk=lead.pk)
    assert changed.source == "google"
    assert changed.phone == "+12125550199"
    assert changed.history.first().history_user == manager


def test_an_expected_value_is_put_back_and_its_lead_is_not(
    manager: User, front_desk: User, client: Client
) -> None:
    """Its form is closed; this is an act of its own."""
    opportunity = factories.OpportunityFactory(expected_value_cents=90_000)
    opportunity.expected_value_cents = 80_000
    opportunity.lead = factories.LeadFactory()
    opportunity.save()
    address = f"{history_of(opportunity)}put-back/"
    record = opportunity.history.first().history_id
    for person, field, status in (
        (front_desk, "expected_value_cents", 403),
        (manager, "lead", 403),
        (manager, "expected_value_cents", 302),
    ):
        client.force_login(person)
        answer = client.post(address, {"field": field, "record": record})
        assert answer.status_code == status
    now = Opportunity.objects.get()
    assert (now.expected_value_cents, now.lead) == (90_000, opportunity.lead)


def test_the_front_desk_reads_but_puts_nothing_back(
    lead: Lead, front_desk: User, client: Client
) -> None:
    client.force_login(front_desk)
    page = client.get(history_of(lead)).content.decode()
    assert "Restore" not in page
    record = lead.history.first()
    data = {"field": "source", "record": record.history_id}
    assert client.post(f"{history_of(lead)}put-back/", data).status_code == 403


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({"field": "id", "record": "1"}, 403),
        ({"field": "nothing", "record": "1"}, 403),
        ({"field": "source", "record": "x"}, 404),
        ({"field": "source", "record": "99999999"}, 404),
        ({}, 403),
    ],
)
def test_nonsense_is_refused(
    data: dict, status: int, lead: Lead, manager: User, client: Client
) -> None:
    client.force_login(manager)
    answer = client.post(f"{history_of(lead)}put-back/", data)
    assert answer.status_code == status


def test_a_value_that_is_no_longer_allowed_is_refused_with_its_sentence(
    manager: User, client: Client
) -> None:
    tag = factories.TagFactory(name="Peel")
    tag.name = "Peels"
    tag.save()
    factories.TagFactory(name="peel")
    client.force_login(manager)
    answer = client.post(
        f"{history_of(tag)}put-back/",
        {"field": "name", "record": tag.history.first().history_id},
        follow=True,
    )
    assert "There is already a tag with this name." in answer.content.decode()
