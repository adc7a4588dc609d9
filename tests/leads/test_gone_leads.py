"""A page, link or form of a lead that is gone says what became of it."""

from typing import Any

import pytest
from django.test import Client

from leads.models import Lead, Task
from leads.services.merging import MergeChoice, merge
from leads.services.unmerging import unmerge
from medspa.audit.actors import acting
from medspa.models import User
from tests import factories
from tests.page_text import text_of


@pytest.fixture
def talia(db: None) -> Lead:
    lead: Lead = factories.LeadFactory(admitted=True, first_name="Talia")
    return lead


@pytest.fixture
def zelda(db: None) -> Lead:
    lead: Lead = factories.LeadFactory(admitted=True, first_name="Zelda")
    return lead


@pytest.fixture
def desk(front_desk: User, client: Client) -> Client:
    client.force_login(front_desk)
    return client


def test_the_page_of_a_merged_lead_leads_to_the_one_that_was_kept(
    desk: Client, talia: Lead, zelda: Lead
) -> None:
    row = merge(talia.pk, zelda.pk, MergeChoice())
    for address in (f"/leads/{zelda.pk}/", f"/leads/{zelda.pk}/edit/phone/"):
        answer = desk.get(address)
        assert answer.status_code == 404
        page = text_of(answer)
        assert "This lead was merged into Talia." in page
        assert f'href="/leads/{talia.pk}/">Open Talia</a>' in page
        assert "Zelda" not in page
    unmerge(row.pk)
    assert desk.get(f"/leads/{zelda.pk}/").status_code == 200


def test_of_several_merges_the_last_one_counts(
    desk: Client, talia: Lead, zelda: Lead
) -> None:
    ana = factories.LeadFactory(admitted=True, first_name="Ana")
    merge(talia.pk, zelda.pk, MergeChoice())
    merge(ana.pk, talia.pk, MergeChoice())
    assert "merged into Ana." in text_of(desk.get(f"/leads/{zelda.pk}/"))
    ana.delete()
    page = text_of(desk.get(f"/leads/{zelda.pk}/"))
    assert "This lead was deleted." in page
    assert "Ana" not in page


def test_a_deleted_lead_is_said_to_be_deleted_and_no_lead_to_be_none(
    desk: Client, talia: Lead
) -> None:
    talia.delete()
    page = text_of(desk.get(f"/leads/{talia.pk}/"))
    assert "This lead was deleted." in page
    assert "Talia" not in page
    assert "This lead doesn&#x27;t exist." in text_of(desk.get("/leads/c0/"))


def test_a_form_of_a_merged_lead_shows_the_one_that_was_kept(
    desk: Client, talia: Lead, zelda: Lead
) -> None:
    merge(talia.pk, zelda.pk, MergeChoice())
    call = {"type": "call", "outcome": "answered"}
    answer = desk.post(f"/leads/{zelda.pk}/log/", call, follow=True)
    assert answer.redirect_chain[-1][0] == f"/leads/{talia.pk}/"
    assert "This lead was merged into Talia. Nothing was done." in text_of(answer)


def test_who_may_restore_still_opens_it_and_merges_it_no_more(
    manager: User, client: Client, talia: Lead, zelda: Lead
) -> None:
    merge(talia.pk, zelda.pk, MergeChoice())
    client.force_login(manager)
    page = text_of(client.get(f"/leads/{zelda.pk}/"))
    assert "Zelda was merged into" in page
    other = factories.LeadFactory(admitted=True)
    page = text_of(client.get(f"/leads/{other.pk}/merge/{zelda.pk}/"))
    assert "This lead was merged into Talia." in page


def test_a_step_that_somebody_else_did_is_said_to_be_done(
    desk: Client, talia: Lead, manager: User
) -> None:
    task = factories.TaskFactory(lead=talia)

    def finish() -> str:
        sent: Any = desk.post(f"/leads/{talia.pk}/done/", {"task": task.pk})
        return text_of(desk.get(sent["Location"]))

    with acting(user=manager):
        Task.objects.get(pk=task.pk).finish()
    page = finish()
    assert f"“{task}” was already done by {manager}." in page
    assert f"{talia.pk} task" not in page
    task.reopen()
    assert f"“{task}” done." in finish()
    # A double click says the same.
    assert f"“{task}” done." in finish()


def test_a_form_of_a_deleted_campaign_says_so(manager: User, client: Client) -> None:
    campaign = factories.CampaignFactory(name="Spring")
    campaign.delete()
    client.force_login(manager)
    for address in ("edit/", "spend/"):
        answer = client.post(f"/campaigns/{campaign.pk}/{address}", {"name": "Fall"})
        assert answer.status_code == 404
        page = text_of(answer)
        assert "This campaign was deleted. Nothing was saved." in page
        assert f'href="/campaigns/{campaign.pk}/">Open campaign</a>' in page
