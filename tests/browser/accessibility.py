"""What axe finds on a page.

Colors take it four times as long as all the rest. What looks alike, on grounds that
look alike, has the same contrast, so the first and the last of it stand for all; and
where a page is looked at again, in another width or with a panel open, only looks that
are new are asked for.
"""

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

RUN = """async ([what, within, known]) => {
    const COLORS = "color-contrast"
    const looks = what === "all" ? new Map() : window.axeLooks ??= new Map()
    const seen = what === "all" ? new Set() : window.axeSawLooks ??= new Set()
    const numbers = new Map()
    // The number of how an element looks, with all that it stands on.
    const lookOf = (element) => {
        if (!element) return 0
        if (numbers.has(element)) return numbers.get(element)
        const style = getComputedStyle(element)
        const look = [lookOf(element.parentElement), element.tagName,
            element.getAttribute("class"), style.color, style.backgroundColor,
            style.backgroundImage, style.opacity, style.fontSize, style.fontWeight,
            style.textShadow].join()
        if (!looks.has(look)) looks.set(look, looks.size + 1)
        numbers.set(element, looks.get(look))
        return looks.get(look)
    }
    const hasText = (element) => element.matches("input, select, textarea") ||
        [...element.childNodes].some((node) =>
            node.nodeType === Node.TEXT_NODE && node.data.trim())
    const first = new Map(), last = new Map()
    const all = document.querySelectorAll(within ? `${within} *` : "body *")
    for (const element of all) {
        if (known && element.closest(known) || !hasText(element)) continue
        if (!element.checkVisibility({visibilityProperty: true})) continue
        const look = lookOf(element)
        if (seen.has(look)) continue
        if (!first.has(look)) first.set(look, element)
        last.set(look, element)
    }
    for (const look of first.keys()) seen.add(look)
    const run = async (context, options) => {
        const found = await axe.run(context,
            {resultTypes: ["violations"], preload: false, ...options})
        return found.violations.flatMap(({id, nodes}) => nodes.slice(0, 2).map(
            ({html, target}) => `${id} ${target} ${html.slice(0, 160)}`))
    }
    const place = within || (known ? {include: [document], exclude: [known]} : document)
    const others = what === "new colors" ? [] :
        await run(place, {rules: {[COLORS]: {enabled: false}}})
    // A live page may have taken some of them away meanwhile.
    const include = [...new Set([...first.values(), ...last.values()])].filter(
        (element) => element.isConnected)
    const colors = include.length ? await run({include}, {runOnly: [COLORS]}) : []
    return [...others, ...colors]
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
