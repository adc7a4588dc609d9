"""What other systems send, on open pages: a new card, what waits, an import undone."""

import statistics
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from connections.models import ReceivedDelivery, UnmatchedEvent
from kpis.models import KpiEvent
from leads.models import Lead
from medspa.models import User
from tests.browser.accessibility import faults
from tests.browser.conftest import OpenPage
from tests.browser.test_board import card, desk
from tests.browser.test_board import stages as stages
from tests.browser.test_board_live import WITHIN_MS
from tests.committed import MANAGE, environment
from tests.connections.doors import connected, send, work_off_all
from tests.connections.test_receiving import LEAD, PAID
from tests.connections.test_undo_of_leads import ANA, BEA
from tests.connections.undoing import HEADERS
from tests.leads.board_rows import Pipeline

__all__ = ["desk", "stages"]
WORKER_STARTS_WITHIN_MS = 60_000
pytestmark = pytest.mark.django_db(transaction=True)


def test_a_lead_from_a_webhook_appears_on_an_open_board(
    desk: Callable[..., Page], stages: Pipeline
) -> None:
    door = connected()
    window = desk()
    expect(card(window, "Bea")).to_have_count(0)
    send(door, LEAD)
    work_off_all()
    expect(card(window, "Bea")).to_have_count(1, timeout=WITHIN_MS)


@contextmanager
def running_worker() -> Iterator[None]:
    """A worker of its own, as in production."""
    worker = subprocess.Popen([*MANAGE, "worker"], env=environment())
    try:
        yield
    finally:
        worker.terminate()
        worker.wait()


def test_a_lead_is_a_card_on_an_open_board_within_five_seconds(
    desk: Callable[..., Page], stages: Pipeline
) -> None:
    """From its arrival, through the worker, to the board's next question."""
    door, window = connected(), desk()
    took = []
    with running_worker():
        for number, name in enumerate(("Uma", "Bea", "Cleo", "Dora")):
            who = {"email": f"{name}@example.com", "first_name": name}
            arrived = time.monotonic()
            send(door, {"what": "lead", "who": who}, f"msg_{number}")
            expect(card(window, name)).to_have_count(1, timeout=WORKER_STARTS_WITHIN_MS)
            took.append(time.monotonic() - arrived)
    # The first waited for the worker to start.
    assert statistics.median(took[1:]) <= 5


def test_what_waits_is_matched_and_retried_and_an_import_is_undone(
    page: OpenPage, manager: User, stages: Pipeline, tmp_path: Path
) -> None:
    ana = stages.lead(first_name="Ana", external_id=ANA.partition(",")[0])
    _wait_for_a_person(ana)
    window = page(user=manager, width=390)
    window.goto("/connections/")
    expect(window.get_by_text("300")).to_be_visible()
    window.get_by_role("link", name="Match").click()
    window.get_by_label("Find the lead by name, email or phone").fill("Ana")
    window.locator(".link-form").get_by_role("button", name="Search").click()
    window.get_by_role("button", name="Match to Ana").click()
    expect(window.get_by_text("Recorded for the lead.")).to_be_visible()
    assert KpiEvent.objects.get(lead=ana).value_cents == 30_000

    Lead.objects.filter(pk=ana.pk).update(first_name="Bea")
    window.get_by_role("button", name="Retry").click()
    expect(window.get_by_text("Recorded.", exact=True)).to_be_visible()
    assert ReceivedDelivery.objects.get(kind="lead").state == "done"
    _undo_an_import(window, tmp_path, ana)


def _wait_for_a_person(ana: Lead) -> None:
    """A payment of nobody, and a contact whose id is another person's."""
    door = connected()
    send(door, {**PAID, "who": {"email": "nobody@example.com"}}, "msg_1")
    who = {
        "contact_id": ana.external_id,
        "first_name": "Bea",
        "email": "bea.b@example.com",
        "phone": "+12125550177",
    }
    send(door, {"what": "lead", "who": who}, "msg_2")
    work_off_all()
    assert UnmatchedEvent.objects.count() == 1


def _undo_an_import(window: Page, tmp_path: Path, ana: Lead) -> None:
    ana.refresh_from_db()
    before = (ana.email, ana.phone)
    known = ANA.replace(",Ana,", ",Bea,")
    file = tmp_path / "leads.csv"
    file.write_text(f"{HEADERS}\n{known}\n{BEA.replace('Bea', 'Cleo')}")
    window.goto("/leads/import/")
    window.get_by_label("File", exact=True).set_input_files(file)
    expect(window.get_by_text("would be updated")).to_be_visible()
    window.get_by_role("button", name="Import", exact=True).click()
    window.get_by_role("link", name="Undo import").click()
    expect(window.get_by_text("new lead would be deleted")).to_be_visible()
    assert faults(window) == []
    window.get_by_role("button", name="Undo import").click()
    expect(window.get_by_text("lead set back")).to_be_visible()
    assert faults(window) == []
    ana.refresh_from_db()
    assert (ana.email, ana.phone) == before
    assert not Lead.objects.filter(first_name="Cleo").exists()
