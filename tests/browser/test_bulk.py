"""A bulk act that takes longer than a request: left, come back to, done, taken back."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from leads.bulk import BULK_CHUNK
from leads.models import LeadTag
from medspa.roles import FRONT_DESK
from tests import factories
from tests.browser.accessibility import faults
from tests.job_runs import work_meanwhile
from tests.leads.many import many_leads

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 30_000
WAITING = "Waiting: no worker is running."


def tag_everybody(window: Page) -> None:
    window.goto("/leads/")
    window.locator("input[name=lead]").first.check()
    window.get_by_label("All results").check()
    bar = window.get_by_label("Act on the selected leads")
    bar.get_by_text("Tag", exact=True).first.click()
    bar.locator("select[name=tag]").select_option(label="Peel")
    bar.get_by_role("button", name="Tag", exact=True).click()


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (390, True)])
def test_many_leads_are_tagged_while_one_watches_and_untagged_again(
    width: int, dark: bool, login_as: Callable[..., Page], live_server: object
) -> None:
    factories.TagFactory(name="Peel")
    many_leads(2 * BULK_CHUNK + 1)
    window = login_as(FRONT_DESK, width=width, dark=dark)
    tag_everybody(window)
    expect(window.get_by_text(WAITING)).to_be_visible()
    assert not faults(window)
    window.goto("/leads/today/")
    window.goto("/runs/")
    window.get_by_role("link", name="Tag 1,001 leads: Peel").click()
    with work_meanwhile():
        expect(window.get_by_role("heading", name="1,001 leads tagged")).to_be_visible(
            timeout=PATIENCE
        )
    assert LeadTag.objects.count() == 2 * BULK_CHUNK + 1
    assert not faults(window)
    window.get_by_role("button", name="Undo").click()
    expect(window.get_by_text(WAITING)).to_be_visible()
    with work_meanwhile():
        expect(window.get_by_text("Undone.")).to_be_visible(timeout=PATIENCE)
    assert not LeadTag.objects.exists()


def test_work_that_waits_is_cancelled_by_a_click(
    login_as: Callable[..., Page], live_server: object
) -> None:
    factories.TagFactory(name="Peel")
    many_leads(BULK_CHUNK + 1)
    window = login_as(FRONT_DESK)
    tag_everybody(window)
    window.get_by_role("button", name="Cancel").click()
    expect(window.get_by_text("Canceled.")).to_be_visible()
    window.get_by_role("link", name="View what was done").click()
    expect(window.get_by_text("Not reached")).to_be_visible()
    assert not LeadTag.objects.exists()
