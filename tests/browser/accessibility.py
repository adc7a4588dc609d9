"""What axe finds on a page.

Colors take it four times as long as all the rest. So where a page is looked at again,
in another width or with a panel open, they are asked for only where they are new.
"""

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

RUN = """async ([what, within, known]) => {
    const COLORS = "color-contrast"
    const seen = window.axeSawColors ??= new Map()
    const all = [...document.querySelectorAll(within ? `${within} *` : "body *")]
        .filter((element) => !known || !element.closest(known))
    // A text in colors, or on a ground, that it did not have before.
    const fresh = all.filter((element) => {
        if (!element.checkVisibility({visibilityProperty: true})) return false
        const {color, backgroundColor, opacity} = getComputedStyle(element)
        const look = [color, backgroundColor, opacity].join()
        const looks = seen.get(element) ?? seen.set(element, new Set()).get(element)
        return !looks.has(look) && looks.add(look)
    })
    const run = async (context, options) => {
        const found = await axe.run(context, {resultTypes: ["violations"], ...options})
        return found.violations.flatMap(({id, nodes}) => nodes.slice(0, 2).map(
            ({html, target}) => `${id} ${target} ${html.slice(0, 160)}`))
    }
    const place = within || (known ? {include: [document], exclude: [known]} : document)
    if (what === "all") return run(place, {})
    const isNew = fresh.length === seen.size
    const outermost = fresh.filter((element) => !fresh.includes(element.parentElement))
    return [
        ...await (what === "new" ?
            run(place, {rules: {[COLORS]: {enabled: false}}}) : []),
        ...await (outermost.length ?
            run(isNew ? place : {include: outermost}, {runOnly: [COLORS]}) : []),
    ]
}"""


def faults(window: Page, *, within: str = "") -> list[str]:
    """All that axe finds on the page, or in the element."""
    return _run(window, "all", within, "")


def new_faults(
    window: Page, *, colors_alone: bool, within: str = "", known: str = ""
) -> list[str]:
    """The same, but of colors only those that this page did not show before.

    `known` is a part that other pages have, too, and which was looked at there.
    """
    return _run(window, "new colors" if colors_alone else "new", within, known)


def _run(window: Page, what: str, within: str, known: str) -> list[str]:
    if not window.evaluate("'axe' in window"):
        window.evaluate(AXE_SCRIPT)
    found: list[str] = window.evaluate(RUN, [what, within, known])
    return found
