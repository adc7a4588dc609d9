"""Browser windows that the tests use in turn: opening one takes a second of work."""

from collections.abc import Callable

from playwright.sync_api import Browser, ConsoleMessage, Error, Page

# On our own host, so that what pages stored can be reached; it runs no script.
EMPTY = "/static/favicon.svg"
# Answers whether the clock is the browser's own.
FORGET = """() => {
    localStorage.clear()
    sessionStorage.clear()
    return Function.prototype.toString.call(Date).includes("[native code]")
}"""

Listener = Callable[[str], None]


class Windows:
    """Each window has a profile of its own and comes as if new."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.browser, self.address = browser, address
        self.idle: list[Page] = []
        self.said: dict[Page, dict[str, Callable[..., None]]] = {}

    def take(self, *, width: int, height: int, dark: bool, tell: Listener) -> Page:
        """A window; `tell` hears every error on its pages."""
        window = self.idle.pop() if self.idle else self._new()
        window.set_viewport_size({"width": width, "height": height})
        window.emulate_media(media="null", color_scheme="dark" if dark else "light")
        self.said[window] = {
            "pageerror": lambda error: tell(f"uncaught: {error}"),
            "console": lambda message: _errors(message, tell),
        }
        for event, hear in self.said[window].items():
            window.on(event, hear)  # type: ignore[call-overload]
        return window

    def give_back(self, window: Page, *, keep: bool = True) -> None:
        for event, hear in self.said.pop(window).items():
            window.remove_listener(event, hear)
        if keep and self._is_as_new(window):
            self.idle.append(window)
        else:
            window.context.close()

    def _new(self) -> Page:
        context = self.browser.new_context(base_url=self.address)
        context.set_default_timeout(10_000)
        return context.new_page()

    def _is_as_new(self, window: Page) -> bool:
        context = window.context
        try:
            context.set_offline(False)
            window.unroute_all()
            window.goto(EMPTY)
            has_own_clock = window.evaluate(FORGET)
            window.mouse.move(0, 0)
            context.clear_cookies()
        except Error:  # closed, or a question was left open in it
            return False
        assert has_own_clock, "who sets the clock opens the window with own=True"
        return context.pages == [window]


def _errors(message: ConsoleMessage, tell: Listener) -> None:
    if message.type == "error":
        tell(f"{message.text} ({message.location['url']})")
