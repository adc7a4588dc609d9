"""A real Chromium, a real server, and somebody who is signed in."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.db import connections
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from medspa.models import User
from medspa.postgres.embedded.connection import is_free
from tests.browser.windows import Windows

# The first has no windows to draw and needs less work than the others.
PROGRAMS = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="package")
def chromium(django_db_setup: None) -> Iterator[Browser]:
    """One browser for all tests here; each page has a profile of its own."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        sentence = f"No Chromium for the browser tests: apt-get install {PROGRAMS[0]}"
        if os.environ.get("MEDSPA_REQUIRE_BROWSER"):
            pytest.fail(sentence)
        pytest.skip(sentence)
    with pytest.MonkeyPatch.context() as environment, sync_playwright() as playwright:
        # The loop runs in this thread, where Django would refuse to touch the database.
        environment.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield browser
        browser.close()
        connections.close_all()


class KeptStaticFiles(StaticFilesHandler):
    """Without this a browser asks for each file again while the file is young."""

    def serve(self, request: HttpRequest) -> HttpResponseBase:
        response = super().serve(request)
        response["Cache-Control"] = "max-age=3600"
        return response


@pytest.fixture(scope="session")
def server() -> Iterator[LiveServer]:
    """The site on a port below those that Linux gives to outgoing connections."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    # A second run of the tests on this computer gets the next ones.
    port = next(port for port in range(18_081 + worker, 19_000, 20) if is_free(port))
    server = LiveServer(f"127.0.0.1:{port}", start=False)
    server.thread.static_handler = KeptStaticFiles
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def live_server(server: LiveServer) -> LiveServer:
    """By this name pytest-django undoes after each test what it committed."""
    return server


OpenPage = Callable[..., Page]


@pytest.fixture(scope="package")
def windows(chromium: Browser, server: LiveServer) -> Windows:
    return Windows(chromium, server.url)


@contextmanager
def pages(windows: Windows, url: str) -> Iterator[OpenPage]:
    """`open_page(width=390, dark=True, user=somebody)` opens a fresh browser window.

    Whatever the page complains about fails the test: an uncaught error, a console
    error, a refusal of the content security policy. `expected` names parts of
    messages that belong to the test ("status of 403"). `own=True` is for who changes
    the window for good: its clock, what is done with dialogs.
    """
    opened: dict[Page, bool] = {}
    complaints: list[str] = []

    def open_page(
        *,
        user: User | None = None,
        width: int = 1280,
        height: int = 800,
        dark: bool = False,
        own: bool = False,
        expected: tuple[str, ...] = (),
    ) -> Page:
        def complain(message: str) -> None:
            # Chromium asks for the icon by itself, once a session.
            if not any(part in message for part in ("/favicon.ico", *expected)):
                complaints.append(message)

        window = windows.take(width=width, height=height, dark=dark, tell=complain)
        opened[window] = own
        if user:
            sign_in(window.context, user, url)
        return window

    yield open_page
    for window, own in opened.items():
        windows.give_back(window, keep=not own)
    assert not complaints, "the browser complained"


@pytest.fixture
def page(windows: Windows, live_server: LiveServer) -> Iterator[OpenPage]:
    with pages(windows, live_server.url) as open_page:
        yield open_page


@pytest.fixture
def login_as(page: OpenPage, person: Callable[[str], User]) -> OpenPage:
    """`login_as(MANAGER, dark=True)`: a window in which that role is signed in."""

    def open_page(role: str, **options: object) -> Page:
        return page(user=person(role), **options)

    return open_page


def sign_in(context: BrowserContext, user: User, url: str) -> None:
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies(
        [{"name": name, "value": client.cookies[name].value, "url": url}]
    )
