"""What a browser loads of a page, when it paints, and how soon a drag is answered.

    python -m bench.loading https://crm.example.com --session COOKIE --runs 7

asks a site that runs, in Chromium, each time with an empty cache. `COOKIE` is the value
of the session cookie of somebody who is signed in. Times are milliseconds by the clock;
several addresses are asked in turn, so that two versions can be compared. The drag
moves a card, so the site should be a trial.

Of the board, `first card` is the moment when the text of one is painted, as the browser
tells it (Element Timing); `first paint` may show no more than the menu.
"""

import argparse
import shutil
import statistics
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
KINDS = {"Script": "JS kB", "Stylesheet": "CSS kB", "Font": "font kB"}
NOTE_EVENTS = """
window.interactions = [];
new PerformanceObserver((list) => {
  for (const { interactionId, duration } of list.getEntries())
    if (interactionId) window.interactions.push(duration);
}).observe({ type: "event", durationThreshold: 16 });
"""
NOTE_FIRST_CARD = """
new PerformanceObserver((list) => {
  window.firstCard ??= list.getEntries()[0].renderTime;
}).observe({ type: "element" });
const watch = new MutationObserver(() => {
  const card = document.querySelector(".column:not(.folded) .card");
  if (!card?.nextElementSibling) return;  // all of it has come
  watch.disconnect();
  for (const part of card.querySelectorAll("*")) part.setAttribute("elementtiming", "");
});
watch.observe(document, { childList: true, subtree: true });
"""
PAINT = """() => {
  const [page] = performance.getEntriesByType("navigation");
  const [paint] = performance.getEntriesByName("first-contentful-paint");
  const times = { "first paint": paint.startTime - page.responseStart };
  if (window.firstCard) times["first card"] = window.firstCard - page.responseStart;
  return times;
}"""


@contextmanager
def window(browser: Browser, site: str, session: str) -> Iterator[Page]:
    context = browser.new_context(
        ignore_https_errors=True, viewport={"width": 1440, "height": 900}
    )
    name = "__Host-sessionid" if site.startswith("https:") else "sessionid"
    context.add_cookies([{"name": name, "value": session, "url": site}])
    page = context.new_page()
    page.add_init_script(NOTE_EVENTS + NOTE_FIRST_CARD)
    yield page
    context.close()


def loaded(page: Page, address: str) -> dict[str, float]:
    """Requests, compressed kB by kind, and the first paints after the first byte."""
    figures: Counter[str] = Counter()
    kinds: dict[str, str] = {}
    browser = page.context.new_cdp_session(page)

    def answered(event: dict[str, Any]) -> None:
        if not event["response"]["url"].startswith("data:"):
            kinds[event["requestId"]] = KINDS.get(event["type"], "other kB")

    def finished(event: dict[str, Any]) -> None:
        if kind := kinds.get(event["requestId"]):
            figures["requests"] += 1
            figures[kind] += event["encodedDataLength"] / 1000

    browser.on("Network.responseReceived", answered)
    browser.on("Network.loadingFinished", finished)
    browser.send("Network.enable")
    page.goto(address, wait_until="networkidle")
    return {**figures, **page.evaluate(PAINT)}


def dragged(page: Page) -> dict[str, float]:
    """The longest interaction while a card goes to the next column (INP)."""
    card = page.locator(".column:not(.folded) .card").first.bounding_box()
    target = page.locator(".column:not(.folded)").nth(1).bounding_box()
    assert card
    assert target
    x, y = card["x"] + 60, card["y"] + 20
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(target["x"] + 60, y + 90, steps=25)
    page.mouse.up()
    page.wait_for_timeout(800)
    return {"drag": max(page.evaluate("window.interactions"), default=0)}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("sites", nargs="+")
    options.add_argument("--session", required=True)
    options.add_argument("--path", default="/leads/board/")
    options.add_argument("--runs", type=int, default=7)
    given = options.parse_args()
    found: dict[str, list[dict[str, float]]] = {site: [] for site in given.sites}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=ARGUMENTS
        )
        for _ in range(given.runs):
            for site, figures in found.items():
                with window(browser, site, given.session) as page:
                    one = loaded(page, site + given.path)
                    if given.path == "/leads/board/":
                        one |= dragged(page)
                    figures.append(one)
        browser.close()
    for site, figures in found.items():
        print(f"{site}{given.path}, medians of {given.runs}")
        for name in sorted(figures[-1]):
            each = [one[name] for one in figures if name in one]
            print(f"  {name:12} {statistics.median(each):8.1f}  least {min(each):.1f}")


if __name__ == "__main__":
    main()
