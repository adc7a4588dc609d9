"""What administrators do now and then, and a loss, cost as few clicks as they may.

Counted from the page where the thought occurs; typing is not counted.
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from leads.models import Lead, LeadStage, PipelineStage, Procedure, Tag
from medspa.audit.actors import acting
from medspa.models import User
from medspa.roles import ADMINISTRATOR, FRONT_DESK, MANAGER
from tests import factories
from tests.browser.test_clicks import Clicks
from tests.browser.test_clicks import lead as lead

__all__ = ["lead"]
pytestmark = pytest.mark.django_db(transaction=True)


def test_a_lead_is_lost_with_its_reason_by_four_clicks(
    login_as: Callable[..., Page], lead: Lead
) -> None:
    factories.StageFactory(name="Lost", order=9, outcome="lost")
    window, clicks = login_as(FRONT_DESK), Clicks()
    window.goto(f"/leads/{lead.pk}/")
    clicks.on(window.locator("summary", has_text="Move to Lost"))
    window.locator("[name=lost_reason]").select_option("price")
    clicks.count += 1
    clicks.on(window.get_by_role("button", name="Move to Lost"))
    expect(window.locator(".said")).to_contain_text("moved to Lost")
    assert clicks.task() <= 4
    assert LeadStage.objects.current().get(lead=lead).lost_reason == "price"


def test_a_months_spend_is_entered_by_two_clicks(
    login_as: Callable[..., Page], lead: Lead
) -> None:
    campaign = factories.CampaignFactory(name="Glow")
    window, clicks = login_as(MANAGER), Clicks()
    window.goto(f"/campaigns/{campaign.pk}/")
    box = window.get_by_label("Spend for").first
    clicks.on(box)
    box.fill("980")
    clicks.on(window.get_by_role("button", name="Save spend"))
    expect(window.get_by_text("saved.")).to_be_visible()
    assert clicks.task() <= 2
    assert campaign.spends.get().spend_cents == 98_000


def test_a_tag_a_procedure_and_a_stage_are_added_by_three_clicks_each(
    login_as: Callable[..., Page], lead: Lead
) -> None:
    window, clicks = login_as(ADMINISTRATOR), Clicks()
    for page, add, model in (
        ("Tags", "Add tag", Tag),
        ("Procedures", "Add procedure", Procedure),
        ("Stages", "Add stage", PipelineStage),
    ):
        window.goto("/leads/board/")
        clicks.on(window.get_by_role("link", name=page, exact=True))
        if page != "Tags":
            clicks.on(window.get_by_role("link", name=add))
        window.locator("#content [name=name]").first.fill("Hydrafacial")
        save = add if page == "Tags" else "Save"
        clicks.on(window.get_by_role("button", name=save, exact=True))
        expect(window.get_by_text("added.").first).to_be_visible()
        assert clicks.task() <= 3
        assert model.objects.filter(name="Hydrafacial").exists()


def test_a_value_is_put_back_and_who_changed_it_is_found_by_two_clicks_each(
    login_as: Callable[..., Page], lead: Lead, front_desk: User
) -> None:
    lead.first_name = "Anna"
    with acting("test", user=front_desk):
        lead.save()
    window, clicks = login_as(ADMINISTRATOR), Clicks()
    window.goto(f"/leads/{lead.pk}/")
    clicks.on(window.get_by_role("button", name="Restore first name to Ana"))
    expect(window.locator(".said")).to_contain_text("First name restored.")
    assert clicks.task() <= 2
    lead.refresh_from_db()
    assert lead.first_name == "Ana"

    clicks.on(
        window.get_by_role("link", name="Audit log"),
        window.get_by_role("link", name="Changes", exact=True),
    )
    sentence = f"{front_desk} changed first name from Ana to Anna"
    expect(window.get_by_text(sentence)).to_be_visible()
    assert clicks.task() <= 2

    clicks.on(window.get_by_role("link", name="Backups"))
    state = window.locator(".backup-state")
    for words in ("Last backup", "Last proven restore"):
        expect(state).to_contain_text(words)
    assert clicks.task() == 1


def test_a_person_is_erased_with_proof_by_four_clicks(
    login_as: Callable[..., Page], page: Callable[..., Page], lead: Lead
) -> None:
    window, clicks = login_as(ADMINISTRATOR), Clicks()
    window.goto(f"/leads/{lead.pk}/")
    clicks.on(
        window.get_by_role("link", name="Privacy"),
        window.get_by_role("button", name="Request erasure"),
    )
    expect(window.get_by_text("Requested.")).to_be_visible()
    second = page(user=factories.UserFactory(role=ADMINISTRATOR))
    second.goto("/leads/board/")
    clicks.on(
        second.get_by_role("link", name="Erasure"),
        second.get_by_role("button", name="Erase Ana for good"),
    )
    expect(second.get_by_role("link", name="Certificate")).to_be_visible()
    assert clicks.task() <= 4
    assert Lead.all_objects.get(pk=lead.pk).is_erased
