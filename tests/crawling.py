"""What a page prints that a person can follow: its links and its forms."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urldefrag, urljoin, urlsplit

from django.urls import Resolver404, resolve

# They leave the page to another program, or end the session.
ELSEWHERE = ("tel:", "mailto:", "sms:", "data:", "http:", "https:")
NOT_FOLLOWED = ("/static/", "/admin/logout/")
LINK_ATTRIBUTES = {"href", "hx-get", "data-changes", "data-fresh", "data-ages"}
# `x-sort:item` and `x-sort.ghost` are both x-sort.
ALPINE = re.compile(r"[.:]")
ID = re.compile(r"c[a-z0-9]{24}")
ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")
DIGITS = re.compile(r"\d+")
# Typed by hand into a form: a button of one of these sends nothing of its own.
NO_VALUE = {"button", "reset", "image", "file"}


@dataclass
class Form:
    """A form as it was printed, with what it would send when nothing is typed."""

    method: str
    action: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    can_be_sent: bool = False

    @property
    def is_posted(self) -> bool:
        return self.method == "post" and self.can_be_sent


class Page(HTMLParser):
    """The links and forms of one page; `ids` are what its anchors may lead to."""

    def __init__(self, address: str, html: str) -> None:
        super().__init__()
        self.address = address
        self.links: list[str] = []
        self.forms: list[Form] = []
        self.ids: set[str] = set()
        self.anchors: set[str] = set()
        # Values that a date input shows as empty.
        self.unread_dates: set[str] = set()
        # The theme's icons, and what its templates ask of Alpine: `x-show`, `x-sort`.
        self.icons: set[str] = set()
        self.directives: set[str] = set()
        self._is_icon = False
        self._by_id: dict[str, Form] = {}
        self._form: Form | None = None
        self._select: tuple[Form, str] | None = None
        self._options: list[tuple[str, bool]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if "id" in has:
            self.ids.add(has["id"])
        self._is_icon = "material-symbols-outlined" in has.get("class", "")
        self.directives |= {ALPINE.split(name)[0] for name in has if name[:2] == "x-"}
        if tag != "link":
            for name in LINK_ATTRIBUTES & has.keys():
                self._link(has[name])
        if "hx-post" in has:
            self.forms.append(Form("post", self._absolute(has["hx-post"]), [], True))
        match tag:
            case "form":
                self._open_form(has)
            case "input" | "button" | "textarea" | "select":
                self._control(tag, has)
            case "option" if self._select:
                self._options.append((has.get("value", ""), "selected" in has))

    def handle_data(self, data: str) -> None:
        if self._is_icon and data.strip():
            self.icons.add(data.strip())
            self._is_icon = False

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        if tag == "select" and self._select:
            form, name = self._select
            chosen = [value for value, is_chosen in self._options if is_chosen]
            first = [value for value, _ in self._options[:1]]
            form.fields += [(name, value) for value in (chosen or first)[:1]]
            self._select, self._options = None, []

    def _link(self, text: str) -> None:
        if text.startswith("#"):
            self.anchors.add(text[1:])
        elif text and not text.startswith(ELSEWHERE):
            self.links.append(self._absolute(text))

    def _absolute(self, text: str) -> str:
        return urldefrag(urljoin(self.address, text)).url

    def _open_form(self, has: dict[str, str]) -> None:
        action = self._absolute(has.get("action") or self.address)
        self._form = Form(has.get("method", "get").lower(), action)
        self.forms.append(self._form)
        if "id" in has:
            self._by_id[has["id"]] = self._form

    def _control(self, tag: str, has: dict[str, str]) -> None:
        form = self._by_id.get(has["form"]) if "form" in has else self._form
        if form is None:
            return
        if has.get("type") == "date" and not ISO_DAY.fullmatch(has.get("value", "")):
            self.unread_dates |= {has.get("value", "")} - {""}
        if "formaction" in has:
            action = self._absolute(has["formaction"])
            method = has.get("formmethod", form.method)
            self.forms.append(Form(method, action, form.fields, can_be_sent=True))
        kind = has.get("type", "submit" if tag == "button" else "text")
        if kind in ("submit", "image") and "formaction" not in has:
            form.can_be_sent = True
        is_off = kind in ("checkbox", "radio") and "checked" not in has
        if "name" not in has or is_off or kind in NO_VALUE:
            return
        if tag == "select":
            self._select = form, has["name"]
        elif kind != "submit":
            form.fields.append((has["name"], has.get("value", "")))


def links_of(page: Page) -> Iterator[str]:
    """The links and the targets of forms that are only read."""
    yield from page.links
    for form in page.forms:
        if form.method == "get":
            query = "&".join(f"{name}={value}" for name, value in form.fields if value)
            yield urljoin(form.action, f"?{query}" if query else form.action)


def shape(address: str) -> tuple[str, frozenset[tuple[str, str]]]:
    """The address without what only tells one row from another.

    Raises Resolver404 for a dead link.
    """
    parts = urlsplit(address)
    found = resolve(parts.path)
    query = frozenset(
        (name, DIGITS.sub("#", ID.sub("*", value)))
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
    )
    return found.view_name, query


def is_dead(address: str) -> bool:
    try:
        shape(address)
    except Resolver404:
        return True
    return False
