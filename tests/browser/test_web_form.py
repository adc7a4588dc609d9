"""A web form on another website: by script, by frame, and where it may not stand."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from connections.models import ReceivedDelivery, WebForm
from connections.web_forms import hosted_views
from medspa.models import User
from tests.browser.accessibility import faults
from tests.browser.conftest import OpenPage
from tests.factories import ProcedureFactory, WebFormFactory

pytestmark = pytest.mark.django_db(transaction=True)
CLICK = "Cj0KCQiA1234567890"
Website = Callable[[str], str]


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def website(tmp_path: Path) -> Iterator[Website]:
    """Another site, on a port of its own: its page with this in it, and its address."""
    handler = partial(QuietHandler, directory=str(tmp_path))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}"

    def publish(content: str) -> str:
        page = f"<!doctype html><title>Clinic</title><h1>Our clinic</h1>{content}"
        (tmp_path / "index.html").write_text(page)
        return address

    yield publish
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(autouse=True)
def nobody_is_too_fast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hosted_views, "LEAST_SECONDS", timedelta())


def fill_in(form: FrameLocator | Page, name: str = "Ana") -> None:
    form.get_by_label("First name").fill(name)
    form.get_by_label("Phone").fill("(212) 555-0123")
    form.get_by_role("button", name="Send").click()


def codes(window: Page, form: WebForm) -> tuple[str, str]:
    """What a manager copies: the script and the frame."""
    window.goto(f"/forms/{form.pk}/")
    script, frame = (window.locator(f"#{name}-code") for name in ("script", "frame"))
    return script.input_value(), frame.input_value()


def test_a_form_is_filled_in_on_another_website(
    page: OpenPage, manager: User, website: Website
) -> None:
    form = WebFormFactory(origins=website(""))
    script, frame = codes(page(user=manager), form)
    window = page(width=390, expected=("422",))
    window.goto(f"{website(script)}/?gclid={CLICK}&utm_campaign=Spring&q=botox")
    inside = window.frame_locator("iframe")
    expect(inside.get_by_label("I can unsubscribe at any time")).not_to_be_checked()
    # The frame is as high as the form.
    expect(window.locator("iframe")).not_to_have_css("height", "640px")
    fill_in(inside, "Ana Miller")
    expect(inside.get_by_text("Enter only the first name: “Ana”.")).to_be_visible()
    fill_in(inside)
    expect(inside.get_by_text(form.thank_you)).to_be_visible()
    assert not window.context.cookies()
    stored = ReceivedDelivery.objects.get().content
    assert stored["click_id"] == CLICK
    assert stored["utm_campaign"] == "Spring"

    window.goto(website(frame))
    fill_in(inside, "Bea")
    expect(inside.get_by_text(form.thank_you)).to_be_visible()
    assert ReceivedDelivery.objects.count() == 2


def test_another_website_may_not_show_the_form(
    page: OpenPage, website: Website, live_server: object
) -> None:
    form = WebFormFactory(origins="https://www.example.com")
    # The browser says why it shows nothing.
    window = page(expected=("frame-ancestors", "ERR_BLOCKED_BY_RESPONSE"))
    url = f"{live_server}/f/{form.pk}/"
    window.goto(website(f'<iframe src="{url}"></iframe>'))
    expect(window.get_by_role("heading", name="Our clinic")).to_be_visible()
    assert window.frame_locator("iframe").get_by_label("First name").count() == 0


@pytest.mark.parametrize("width", [1280, 390])
def test_its_own_page_is_accessible_and_fits(page: OpenPage, width: int) -> None:
    ProcedureFactory(name="Aqua glow")
    form = WebFormFactory(
        intro="Leave your number and we call you back today.", accent="#ffd400"
    )
    window = page(width=width, expected=("422",))
    window.goto(f"/f/{form.pk}/")
    assert faults(window) == []
    window.get_by_label("What are you interested in?").select_option("Aqua glow")
    fill_in(window, "Dr. Ana")
    refusal = window.get_by_role("alert")
    expect(refusal).to_be_focused()
    assert faults(window) == []
    assert window.evaluate("document.documentElement.scrollWidth") <= width
    fill_in(window)
    expect(window.get_by_role("heading", name="Sent")).to_be_visible()
    assert faults(window) == []


def test_a_manager_adds_a_form_and_sees_it(page: OpenPage, manager: User) -> None:
    window = page(user=manager)
    window.goto("/forms/")
    window.get_by_role("link", name="Add web form").first.click()
    window.get_by_label("Title").fill("Free consult")
    window.get_by_label("Websites").fill("www.example.com")
    window.get_by_role("button", name="Add web form").click()
    expect(window.get_by_text("Enter one website a line")).to_be_visible()
    window.get_by_label("Websites").fill("https://www.Example.com/contact/")
    window.get_by_role("button", name="Add web form").click()
    expect(window.get_by_text("Free consult added.")).to_be_visible()
    preview = window.frame_locator("iframe")
    expect(preview.get_by_role("heading", name="Free consult")).to_be_visible()
    assert WebForm.objects.get().origins == "https://www.example.com"
    assert faults(window, within=".web-form-page") == []
