"""Today in a real browser: the queue by keys."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from leads.models import Activity, Lead
from medspa.models import User
from medspa.roles import FRONT_DESK
from tests import factories
from tests.browser.conftest import sign_in
from tests.browser.test_signed_out import UNAUTHORIZED, shut_out

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def leads(live_server: object) -> list[Lead]:
    stage = factories.StageFactory(order=1, target_days=1)
    now = timezone.now()
    made = []
    for number, name in enumerate(("Ana", "Bea", "Cleo")):
        lead = factories.LeadFactory(
            first_name=name, stage=stage, created_at=now - timedelta(minutes=1)
        )
        factories.OpportunityFactory(
            lead=lead, expected_value_cents=100_000 // (number + 1)
        )
        made.append(lead)
    return made


def test_the_queue_is_worked_by_keys_alone(
    login_as: Callable[..., Page], leads: list[Lead]
) -> None:
    window = login_as(FRONT_DESK)
    window.goto("/")
    window.keyboard.press("w")
    expect(window.get_by_role("heading", name="Ana", level=2)).to_be_visible()
    window.wait_for_load_state()  # keys are heard when the scripts have run
    window.keyboard.press("c")
    window.keyboard.press("1")
    expect(window.get_by_role("heading", name="Bea", level=2)).to_be_visible()
    expect(window.locator(".said")).to_contain_text("Call logged.")
    window.wait_for_load_state()
    window.keyboard.press("u")
    expect(window.locator(".said")).to_contain_text("Call undone.")
    assert not Activity.objects.filter(type="call").exists()
    # Back with whom the slip happened, and on from there.
    expect(window.get_by_role("heading", name="Ana", level=2)).to_be_visible()
    window.wait_for_load_state()
    window.keyboard.press("j")
    expect(window.get_by_role("heading", name="Bea", level=2)).to_be_visible()
    window.wait_for_load_state()
    window.keyboard.press("j")
    expect(window.get_by_role("heading", name="Cleo", level=2)).to_be_visible()
    window.wait_for_load_state()
    window.keyboard.press("t")
    window.keyboard.press("1")
    expect(window.get_by_text("You're all caught up.")).to_be_visible()
    expect(window.get_by_role("heading", name="Today", level=1)).to_be_visible()


def opened(login_as: Callable[..., Page]) -> Page:
    """Today in a window whose clock the test sets."""
    window = login_as(FRONT_DESK, own=True)
    window.clock.install()
    window.goto("/leads/today/")
    window.wait_for_load_state()
    return window


def comes(name: str, leads: list[Lead]) -> None:
    stage = leads[0].stage_periods.get().stage
    factories.LeadFactory(first_name=name, stage=stage)


def test_a_new_lead_comes_to_an_open_page_and_to_its_title(
    login_as: Callable[..., Page], leads: list[Lead]
) -> None:
    window = opened(login_as)
    expect(window).to_have_title(re.compile(r"^\(3\) "))
    link = window.get_by_role("link", name="Bea", exact=True)
    link.focus()
    comes("Dora", leads)
    window.clock.fast_forward(16_000)
    expect(window.get_by_role("link", name="Dora", exact=True)).to_be_visible()
    expect(window).to_have_title(re.compile(r"^\(4\) "))
    expect(window.locator("#announcer")).to_have_text("4 waiting for first contact.")
    expect(link).to_be_focused()


def test_an_open_dialog_is_left_alone(
    login_as: Callable[..., Page], leads: list[Lead]
) -> None:
    window = opened(login_as)
    window.get_by_role("button", name="Keyboard shortcuts").click()
    comes("Dora", leads)
    window.clock.fast_forward(16_000)
    expect(window.get_by_role("dialog")).to_be_visible()
    expect(window.get_by_role("link", name="Dora", exact=True)).to_be_hidden()
    window.keyboard.press("Escape")
    window.clock.fast_forward(16_000)
    expect(window.get_by_role("link", name="Dora", exact=True)).to_be_visible()


def test_that_nothing_new_comes_is_said_once(
    login_as: Callable[..., Page], leads: list[Lead], live_server: LiveServer
) -> None:
    expected = (*UNAUTHORIZED, "ERR_INTERNET_DISCONNECTED")
    window = login_as(FRONT_DESK, own=True, expected=expected)
    window.clock.install()
    window.goto("/leads/today/")
    window.wait_for_load_state()
    told = window.get_by_role("alert")

    def ask(event: str = "requestfinished") -> None:
        with window.expect_event(event):  # type: ignore[call-overload]
            window.clock.fast_forward(16_000)

    shut_out()
    ask()
    expect(told).to_have_count(0)
    ask()
    expect(told).to_contain_text("You're signed out")
    told.get_by_role("button", name="Close").click()
    ask()
    ask()
    expect(told).to_be_hidden()
    sign_in(window.context, User.objects.get(username="frontdesk"), live_server.url)
    ask()
    window.context.set_offline(True)
    ask("requestfailed")
    ask("requestfailed")
    expect(told).to_contain_text("No connection.")
