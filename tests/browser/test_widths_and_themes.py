"""Pages in every width and theme: axe finds nothing and nothing is cut off.

Each is opened once, however often it is looked at: opening it, with the rows that it
shows, takes longer than a look. The pages and their panels: `views.py`.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Page
from pytest_django import DjangoDbBlocker
from pytest_django.live_server_helper import LiveServer

from medspa.models import User
from tests.browser.accessibility import new_faults
from tests.browser.conftest import sign_in
from tests.browser.views import VIEWS, View
from tests.browser.windows import Windows
from tests.factories import UserFactory
from tests.restoring import restore

WITH_TABLET = [name for name, view in VIEWS.items() if view.on_tablets]
SET_THEME = "dark => document.documentElement.classList.toggle('dark', dark)"
THEMES = pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])


class Opened(NamedTuple):
    window: Page
    view: View


class Sidebars:
    """It is the same on all pages of a role, so one page of each shows its faults."""

    def __init__(self) -> None:
        self.seen: dict[tuple[str, int, bool], View] = {}

    def known_on(self, view: View, width: int, dark: bool) -> str:
        first = self.seen.setdefault((view.role, width, dark), view)
        return "" if first is view else "#nav-sidebar"


class Rows:
    """What one page after the other shows; neighbors may share it."""

    def __init__(self) -> None:
        self.known: tuple[object, ...] = ()
        self.visitor, self.made = User(), None

    def of(self, view: View) -> tuple[User, Any]:
        if self.known != (view.rows, view.role):
            restore()
            self.visitor = UserFactory(role=view.role)
            self.made = view.rows(self.visitor)
            self.known = (view.rows, view.role)
        return self.visitor, self.made


@pytest.fixture(scope="module")
def rows(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Rows]:
    with django_db_blocker.unblock():
        yield Rows()
        restore()


@pytest.fixture(scope="module")
def opened(
    request: pytest.FixtureRequest, windows: Windows, server: LiveServer, rows: Rows
) -> Iterator[Opened]:
    """One of the pages, in a window which stays as it is."""
    view = VIEWS[request.param]
    complaints: list[str] = []
    window = windows.take(width=1440, height=800, dark=False, tell=complaints.append)
    visitor, made = rows.of(view)
    sign_in(window.context, visitor, server.url)
    window.goto(view.address(made))
    view.prepare(window)
    window.wait_for_load_state()  # where it followed a link
    yield Opened(window, view)
    windows.give_back(window)
    assert not complaints, "the browser complained"


@pytest.fixture(scope="module")
def sidebars() -> Sidebars:
    return Sidebars()


def look_at(opened: Opened, sidebars: Sidebars, width: int, dark: bool) -> None:
    window, view = opened
    window.set_viewport_size({"width": width, "height": 800})
    window.emulate_media(color_scheme="dark" if dark else "light")
    # The theme asks what the system wishes only while a page is loaded.
    window.evaluate(SET_THEME, dark)
    known = "" if view.part else sidebars.known_on(view, width, dark)
    for _ in view.panels(window):
        # In the dark the colors alone can differ.
        found = new_faults(window, colors_alone=dark, within=view.part, known=known)
        assert not found, "\n".join(found)
        wide = window.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{wide} wide"


@THEMES
@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("opened", VIEWS, indirect=True)
def test_a_page_is_accessible_and_nothing_is_cut_off(
    opened: Opened, sidebars: Sidebars, width: int, dark: bool
) -> None:
    look_at(opened, sidebars, width, dark)


@THEMES
@pytest.mark.parametrize("opened", WITH_TABLET, indirect=True)
def test_a_page_is_accessible_on_a_tablet(
    opened: Opened, sidebars: Sidebars, dark: bool
) -> None:
    look_at(opened, sidebars, 1024, dark)
