"""axe on every page of every role, light and dark.

`make axe` opens all of them. Without it some stand for the others, because a page
costs half a second.
"""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.test import Client
from playwright.sync_api import Page

from tests.browser.conftest import OpenPage
from tests.medspa.places import PEOPLE, PLACES, Place, may
from tests.medspa.worlds import make_world

pytestmark = pytest.mark.django_db(transaction=True)
IS_WHOLE = os.environ.get("AXE_ON_EVERY_PAGE") == "yes"
SAMPLE = {
    "M": {"today", "lead", "admin:kpis_kpievent_changelist", "lead_add"},
    "A": {"people", "person", "person_add", "invitation", "roles"},
    "P": {"my_commissions"},
}
# Everything in the light; in the dark the colors alone can differ.
CHECK = """async () => {
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa",
        "best-practice"]
    const rules = {"target-size": {enabled: true}}
    const light = await axe.run(document, {runOnly: tags, rules, preload: false})
    document.documentElement.classList.add("dark")
    const dark = await axe.run(document, {runOnly: ["color-contrast"], preload: false})
    return [["light", light], ["dark", dark]].flatMap(([theme, {violations}]) =>
        violations.flatMap(({id, nodes}) => nodes.slice(0, 2).map(
            ({html, target}) => `${theme} ${id} ${target} ${html.slice(0, 160)}`)))
}"""


def pages_of(letter: str, client: Client, person: Any) -> Iterator[tuple[Place, str]]:
    """The addresses that answer this role with a page."""
    rows = {"name": "stage", "month": "2026-03", **make_world("own", person)}
    client.force_login(person)
    for place in PLACES:
        is_chosen = IS_WHOLE or place.name in SAMPLE.get(letter, ())
        if not is_chosen or not may(place, letter, "get", "own"):
            continue
        address = place.address(rows)
        answer: Any = client.get(address)
        is_page = answer.status_code == 200 and not answer.streaming
        if is_page and b"<html" in answer.content[:200]:
            yield place, address


def violations(window: Page, address: str) -> list[str]:
    window.goto(address)
    window.evaluate(AXE_SCRIPT)
    found: list[str] = window.evaluate(CHECK)
    return found


@pytest.mark.parametrize("letter", PEOPLE if IS_WHOLE else SAMPLE)
def test_a_page_has_no_fault_that_axe_finds(
    letter: str, person: Any, page: OpenPage, client: Client
) -> None:
    visitor = person(PEOPLE[letter])
    window = page(user=visitor)
    found = [
        f"{place.name}: {violation}"
        for place, address in pages_of(letter, client, visitor)
        for violation in violations(window, address)
    ]
    assert not found, "\n".join(found)


def test_the_sign_in_page_has_no_fault_that_axe_finds(page: OpenPage) -> None:
    assert violations(page(), "/admin/login/") == []
