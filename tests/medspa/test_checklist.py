"""What a new clinic is asked to set up, until it is."""

import pytest
from django.test import Client

from medspa.clinic.current import clinic_scope
from medspa.models import Clinic, User
from medspa.setup.checklist import open_steps
from medspa.setup.models import the_clinic
from tests.factories import (
    CampaignFactory,
    CommissionRuleFactory,
    LeadFactory,
    ProviderFactory,
)

pytestmark = pytest.mark.django_db
STEPS = [
    "clinic",
    "people",
    "stages",
    "procedures",
    "campaigns",
    "providers",
    "rules",
    "import",
    "keys",
]


@pytest.fixture
def browser(client: Client, administrator: User) -> Client:
    client.force_login(administrator)
    return client


def open_keys() -> list[str]:
    with clinic_scope():
        return [step.key for step in open_steps()]


def test_a_new_clinic_has_every_step_and_each_leads_somewhere(browser: Client) -> None:
    assert open_keys() == STEPS
    page = browser.get("/setup/")
    for step in page.context["steps"]:
        assert browser.get(step.link, follow=True).status_code == 200
        assert step.title in page.content.decode().replace("&#x27;", "'")


def test_what_is_done_disappears(browser: Client, front_desk: User) -> None:
    CampaignFactory()
    LeadFactory()
    ProviderFactory()
    Clinic.objects.update(
        opening_hours={"monday": {"opens": "09:00:00", "closes": "17:00:00"}}
    )
    assert open_keys() == ["stages", "procedures", "rules", "keys"]
    CommissionRuleFactory()
    assert open_keys() == ["stages", "procedures", "keys"]


def test_a_step_can_be_skipped_and_the_last_one_ends_the_list(browser: Client) -> None:
    assert "Get started" in browser.get("/leads/board/").content.decode()
    for number, key in enumerate(STEPS, 1):
        browser.post("/setup/skip/", {"step": key})
        assert open_keys() == STEPS[number:]
    assert the_clinic().set_up_at is not None
    assert browser.get("/setup/")["Location"] == "/"
    assert browser.get("/")["Location"] == "/leads/board/"
    assert "Get started" not in browser.get("/leads/board/").content.decode()


def test_an_unknown_step_is_refused(browser: Client) -> None:
    answer = browser.post("/setup/skip/", {"step": "fly"}, follow=True)
    assert "This step doesn&#x27;t exist." in answer.content.decode()
    assert the_clinic().skipped_steps == []


def test_the_list_is_the_administrators(client: Client, manager: User) -> None:
    client.force_login(manager)
    assert client.get("/setup/").status_code == 403
    assert client.post("/setup/skip/", {"step": "keys"}).status_code == 403
    assert client.get("/")["Location"] == "/leads/board/"


def test_a_clinic_that_is_set_up_is_asked_nothing_more(browser: Client) -> None:
    Clinic.objects.update(set_up_at="2026-11-27T00:00:00Z")
    assert open_keys() == []
    assert browser.get("/")["Location"] == "/leads/board/"
