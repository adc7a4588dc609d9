"""What kind of browser asks, in words that its owner recognizes."""

import re

# The first that fits: Edge and Opera also name Chrome, and Chrome also names Safari.
BROWSERS = (
    ("Edge", r"Edg(e|A|iOS)?/"),
    ("Opera", r"OPR/|Opera"),
    ("Samsung Internet", r"SamsungBrowser/"),
    ("Firefox", r"Firefox/|FxiOS/"),
    ("Chrome", r"Chrome/|CriOS/|Chromium/"),
    ("Safari", r"Safari/"),
)
SYSTEMS = (
    ("iPhone", r"iPhone"),
    ("iPad", r"iPad"),
    ("Android", r"Android"),
    ("Windows", r"Windows"),
    ("ChromeOS", r"CrOS"),
    ("Mac", r"Macintosh"),
    ("Linux", r"Linux"),
)
UNKNOWN_BROWSER = "Unknown browser"
LONGEST_DEVICE = 60


def device_in_words(user_agent: str) -> str:
    """`Chrome on Windows`; the header is only ever shown by these words."""
    browser = _first(BROWSERS, user_agent) or UNKNOWN_BROWSER
    system = _first(SYSTEMS, user_agent)
    return f"{browser} on {system}" if system else browser


def _first(kinds: tuple[tuple[str, str], ...], user_agent: str) -> str:
    found = (name for name, pattern in kinds if re.search(pattern, user_agent))
    return next(found, "")
