"""The screen on which two people's changes meet, for everybody's eyes and hands."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from medspa.roles import ADMINISTRATOR
from tests import factories
from tests.browser.accessibility import faults

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_the_conflict_screen_is_accessible_and_works_by_keys(
    login_as: Callable[..., Page], dark: bool, width: int
) -> None:
    lead = factories.LeadFactory(first_name="Ana", admitted=True)
    window = login_as(ADMINISTRATOR, dark=dark, width=width)
    window.goto(f"/admin/leads/lead/{lead.pk}/change/")
    lead.first_name, lead.source = "Anna", "referral"
    lead.save()
    window.get_by_label("First name").fill("Anne")
    window.get_by_label("Source").select_option("google")
    window.get_by_role("button", name="Save", exact=True).click()
    expect(window.get_by_text("You and someone else changed")).to_be_visible()
    assert not faults(window)
    assert window.evaluate("document.documentElement.scrollWidth <= innerWidth")

    for label in ("Anne", "Google"):
        window.get_by_label(label, exact=True).focus()
        window.keyboard.press("Space")
    window.keyboard.press("Enter")
    expect(window.get_by_role("heading", name="Anne", level=2)).to_be_visible()
    lead.refresh_from_db()
    assert (lead.first_name, lead.source) == ("Anne", "google")
