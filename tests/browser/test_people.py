"""An administrator adds a person, with how many clicks; the person is at work."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from medspa.models import User
from medspa.roles import ADMINISTRATOR
from tests.browser.test_add_lead import no_violations
from tests.medspa.people.posting import GOOD

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_person_with_a_role_takes_four_clicks(login_as: Callable[..., Page]) -> None:
    window = login_as(ADMINISTRATOR)
    window.goto("/leads/board/")
    clicks = 0
    for link in ("People", "Add person"):
        window.get_by_role("link", name=link).click()
        clicks += 1
    window.get_by_label("First name").fill("Zoe")
    window.get_by_label("Email").fill("zoe@example.com")
    window.get_by_text("Front desk", exact=True).click()
    window.get_by_role("button", name="Create invitation").click()
    clicks += 2
    expect(window.get_by_text("Zoe was invited.")).to_be_visible()
    assert clicks == 4
    no_violations(window)

    window.goto(window.locator(".shared-link a").inner_text())
    no_violations(window)
    window.get_by_label("Password", exact=True).fill(GOOD)
    window.get_by_label("Repeat password").fill(GOOD)
    window.get_by_role("button", name="Accept and sign in").click()
    expect(window.get_by_role("heading", name="Today", exact=True)).to_be_visible()
    assert User.objects.get(email="zoe@example.com").may_sign_in
