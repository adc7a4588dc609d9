"""Connecting GoHighLevel, with a dry run, costs an administrator six clicks."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from connections.models import Connection
from leads.models import Lead
from medspa import clock
from medspa.jobs.worker import work_off
from medspa.roles import ADMINISTRATOR
from tests import factories
from tests.browser.accessibility import faults
from tests.browser.test_clicks import Clicks
from tests.connections.fake_gohighlevel import Api, FakeGoHighLevel, FakeTime
from tests.connections.fake_gohighlevel.fake import LOCATION, TOKEN
from tests.connections.fake_gohighlevel.server import serving

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def there(settings: Any) -> Iterator[FakeGoHighLevel]:
    # Contacts of long ago: a poll that falls due meanwhile takes in only new ones.
    long_ago = clock.now().replace(microsecond=0) - timedelta(days=2)
    api = Api(FakeGoHighLevel(FakeTime(long_ago)))
    for number in range(3):
        api.fake.add_contact(firstName="Nora", email=f"nora{number}@example.com")
    api.fake.time.sleep(3)
    with serving(api) as address:
        settings.GOHIGHLEVEL_URL = address
        yield api.fake


def let_a_worker_work() -> None:
    """In a thread: Playwright has an event loop in this one."""
    thread = Thread(target=lambda: asyncio.run(work_off()))
    thread.start()
    thread.join()


def test_gohighlevel_is_connected_tested_mapped_and_imported_by_six_clicks(
    login_as: Callable[..., Page], there: FakeGoHighLevel
) -> None:
    stage = factories.StageFactory(name="New", order=1)
    window, clicks = login_as(ADMINISTRATOR), Clicks()
    window.goto("/connections/")
    door = window.locator("section", has=window.get_by_role("heading", name="GoHigh"))
    clicks.on(door.locator("summary"))
    door.get_by_label("Location ID").fill(LOCATION)
    door.get_by_label("Private integration token").fill(TOKEN)
    clicks.on(door.get_by_role("button", name="Connect GoHighLevel"))
    expect(window.get_by_text("The token works for Glow Aesthetics.")).to_be_visible()
    assert not faults(window)
    window.get_by_label("Stage here: Sales: New lead").select_option("New")
    clicks.count += 1
    clicks.on(window.get_by_role("button", name="Save settings"))
    expect(window.get_by_text("Settings saved.")).to_be_visible()
    clicks.on(window.get_by_role("button", name="Preview"))
    expect(window.get_by_role("button", name="Stop the preview")).to_be_visible()
    let_a_worker_work()
    expect(window.get_by_text("3 contacts there.")).to_be_visible()
    assert not Lead.objects.exists()
    clicks.on(window.get_by_role("button", name="Start import"))
    assert clicks.task() <= 6
    expect(window.get_by_role("button", name="Pause")).to_be_visible()
    let_a_worker_work()
    expect(window.get_by_text("Import from GoHighLevel done.")).to_be_visible()
    assert not faults(window)
    assert Lead.objects.count() == 3
    settings = Connection.objects.get().settings_json
    assert settings["stages"] == {there.stage_id(0): stage.pk}
