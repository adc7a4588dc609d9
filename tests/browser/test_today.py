"""Today in a real browser: the queue by keys."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from leads.models import Activity, Lead
from medspa.roles import FRONT_DESK
from tests import factories

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
