"""What axe finds on a page.

Colors take it four times as long as all the rest, so one may ask for them by themselves
(another theme changes nothing else) and in the part of the page that is new.
"""

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

COLORS = "color-contrast"
RUN = """async ([context, options]) => {
    const {violations} = await axe.run(
        context || document, {resultTypes: ["violations"], ...options})
    return violations.flatMap(({id, nodes}) => nodes.slice(0, 2).map(
        ({html, target}) => `${id} ${target} ${html.slice(0, 160)}`))
}"""


def faults(
    window: Page,
    *,
    within: str = "",
    colors_within: str = "",
    only: tuple[str, ...] = (),
) -> list[str]:
    """All that axe finds, or only what these rules do, in the page or the element."""
    if colors_within:
        everything_else = {"rules": {COLORS: {"enabled": False}}}
        found = _run(window, within, everything_else)
        return found + _run(window, colors_within, {"runOnly": [COLORS]})
    return _run(window, within, {"runOnly": only} if only else {})


def _run(window: Page, context: str, options: object) -> list[str]:
    if not window.evaluate("'axe' in window"):
        window.evaluate(AXE_SCRIPT)
    found: list[str] = window.evaluate(RUN, [context, options])
    return found
