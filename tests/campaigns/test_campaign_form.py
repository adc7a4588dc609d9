"""The clinic's own form of a campaign: adding, editing, deleting, restoring."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from campaigns.models import Campaign
from medspa.clinic_time import clinic_today
from medspa.ids import new_id
from medspa.models import User
from tests.factories import CampaignFactory, LeadFactory, UserFactory
from tests.locks import held, proves, waits

GLOW = {
    "name": "Glow",
    "platform": "google",
    "monthly_spend_cents": "$1,200.50",
    "starts_on": "2026-01-01",
    "ends_on": "2026-03-31",
}


@pytest.fixture
def office(client: Client, manager: User) -> Client:
    client.force_login(manager)
    return client


def told(answer: Any) -> list[str]:
    return [str(one) for one in get_messages(answer.wsgi_request)]


def test_the_form_of_a_new_campaign_starts_today(office: Client) -> None:
    html = office.get("/campaigns/new/").text
    assert f'value="{clinic_today()}"' in html
    assert "Monthly budget ($)" in html


def test_a_campaign_is_added_once_however_often_the_form_is_sent(
    office: Client, manager: User
) -> None:
    form = GLOW | {"row_key": new_id()}
    answers = [office.post("/campaigns/new/", form) for _ in range(2)]
    campaign = Campaign.objects.get()
    assert {answer["Location"] for answer in answers} == {f"/campaigns/{campaign.pk}/"}
    assert campaign.monthly_spend_cents == 120_050
    assert campaign.history.get().history_user == manager
    *_, last = told(answers[1])
    assert last.startswith("This was already saved")
    office.post("/campaigns/new/", form | {"name": "Glow in fall"})
    assert Campaign.objects.filter(name="Glow in fall").exists()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name": ""}, "This field is required."),
        ({"ends_on": "2025-01-01"}, "The end date can't be before the start date."),
        ({"monthly_spend_cents": "-1"}, "The spend can't be negative."),
        ({"platform": "billboard"}, "Choose from the list."),
    ],
)
def test_a_refused_form_is_shown_again_with_why(
    change: dict[str, str], sentence: str, office: Client
) -> None:
    html = office.post("/campaigns/new/", GLOW | change).text
    assert sentence.replace("'", "&#x27;") in html
    assert 'value="2026-01-01"' in html
    assert not Campaign.objects.exists()


def test_a_campaign_is_edited(office: Client) -> None:
    campaign = CampaignFactory()
    page = f"/campaigns/{campaign.pk}/edit/"
    assert campaign.name in office.get(page).text
    assert office.post(page, GLOW)["Location"] == f"/campaigns/{campaign.pk}/"
    campaign.refresh_from_db()
    assert (campaign.name, campaign.platform) == ("Glow", "google")
    assert (campaign.monthly_spend_cents, f"{campaign.ends_on}") == (
        120_050,
        "2026-03-31",
    )


def test_two_who_edit_at_once_keep_both_changes_or_are_asked(office: Client) -> None:
    campaign = CampaignFactory(**GLOW | {"monthly_spend_cents": 120_050})
    page = f"/campaigns/{campaign.pk}/edit/"
    form = office.get(page).context["form"]
    seen = GLOW | {"seen_history": str(form.initial["seen_history"])}
    campaign.platform = "yelp"
    campaign.save()
    office.post(page, seen | {"name": "Glow 2"})
    campaign.refresh_from_db()
    assert (campaign.name, campaign.platform) == ("Glow 2", "yelp")
    answer = office.post(page, seen | {"platform": "bing"})
    assert answer.status_code == 409
    assert "You and someone else changed this campaign" in answer.text
    campaign.refresh_from_db()
    assert campaign.platform == "yelp"


def test_a_deleted_campaign_is_undone_by_one_click(office: Client) -> None:
    campaign = CampaignFactory(name="Glow")
    LeadFactory(campaign=campaign)
    office.post(f"/campaigns/{campaign.pk}/delete/")
    html = office.get("/campaigns/").text
    assert "Glow deleted." in html
    assert f"/campaigns/{campaign.pk}/restore/" in html
    assert not Campaign.objects.exists()
    answer = office.post(f"/campaigns/{campaign.pk}/delete/")
    assert "Glow is already deleted." in told(answer)
    assert office.get(f"/campaigns/{campaign.pk}/edit/").status_code == 404
    office.post(f"/campaigns/{campaign.pk}/restore/")
    assert Campaign.objects.get() == campaign
    answer = office.post(f"/campaigns/{campaign.pk}/restore/")
    assert "Glow isn't deleted." in told(answer)


def test_the_budget_is_asked_of_nobody_who_may_not_see_it(
    client: Client, front_desk: User
) -> None:
    campaign = CampaignFactory(monthly_spend_cents=123_400)
    may_change = Permission.objects.get(codename="change_campaign")
    front_desk.user_permissions.add(may_change)
    client.force_login(front_desk)
    page = f"/campaigns/{campaign.pk}/edit/"
    assert "1234" not in client.get(page).text
    client.post(page, GLOW)
    campaign.refresh_from_db()
    assert (campaign.name, campaign.monthly_spend_cents) == ("Glow", 123_400)


@pytest.mark.parametrize("rows", [2, 30])
def test_the_list_costs_the_same_with_more_rows(rows: int, office: Client) -> None:
    for _ in range(rows):
        CampaignFactory()
        CampaignFactory().delete()
    with CaptureQueriesContext(connection) as captured:
        office.get("/campaigns/")
    # The session; the person; the campaigns; their spend; twice what is missing.
    assert len(captured) == 6


@proves(
    "campaigns.views.find_campaign row lock",
    # Outside a transaction nothing can be locked at all.
    "campaigns.edit_views.CampaignFormPage._save atomic",
)
def test_an_edit_waits_for_who_has_the_campaign(committed: None) -> None:
    campaign = CampaignFactory()
    client = Client()
    client.force_login(UserFactory(is_superuser=True, is_staff=True))
    with held(campaign):
        asked = waits(lambda: client.post(f"/campaigns/{campaign.pk}/edit/", GLOW))
    place = "campaigns.views.find_campaign locking campaigns_campaign"
    assert asked == place
