"""Every address of ours, asked with what people and programs may send.

The addresses come from the URL resolver. The parameters and fields are those that a
view asks for: Django's `QueryDict` notes each name it is asked for.
"""

import ast
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, Literal
from unittest.mock import patch

from django.conf import settings
from django.contrib.messages import ERROR, get_messages
from django.db import transaction
from django.http import QueryDict
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

Values = Mapping[str, str | list[str]]
Method = Literal["get", "post"]
OURS = (
    "medspa",
    "leads",
    "kpis",
    "commissions",
    "campaigns",
    "connections",
    "safekeeping",
    "api",
)
READING = ("get", "getlist")
REQUEST_DATA = ("GET", "POST", "FILES")
MOST_ROUNDS = 3
# Asked by Django, and by django-axes where it counts a failure.
DJANGOS_OWN = {"csrfmiddlewaretoken", "ip_address", "password", "username"}


def our_pages() -> dict[str, tuple[str, ...]]:
    """The names of all pages but the admin's, with what each takes of its path.

    Operations of the API have a sweep of their own.
    """

    def below(resolver: URLResolver, taken: tuple[str, ...]) -> Iterator[Any]:
        for entry in resolver.url_patterns:
            takes = (*taken, *entry.pattern.converters)
            if isinstance(entry, URLPattern):
                yield entry.name, takes
            elif entry.namespace not in ("admin", "api"):
                yield from below(entry, takes)

    return dict(below(get_resolver(), ()))


@contextmanager
def names_asked() -> Iterator[set[str]]:
    """What the views ask their parameters and forms for, while this is open."""
    asked: set[str] = set()

    def noting(method: str) -> Any:
        original = getattr(QueryDict, method)

        def note(self: QueryDict, key: Any, *args: Any, **kwargs: Any) -> Any:
            asked.add(key)
            return original(self, key, *args, **kwargs)

        return patch.object(QueryDict, method, note)

    def noting_in(self: QueryDict, key: Any) -> bool:
        asked.add(key)
        return dict.__contains__(self, key)

    within = patch.object(QueryDict, "__contains__", noting_in)
    with within, noting("get"), noting("getlist"), noting("__getitem__"):
        yield asked


def names_in_source() -> set[str]:
    """The names written in our source where a view reads `GET`, `POST` or `FILES`."""
    sources = [
        path.read_text()
        for app in OURS
        for path in (settings.BASE_DIR / app).rglob("*.py")
    ]
    return {
        name
        for source in sources
        # Reading the other files as Python would take nine tenths of the time.
        if any(f".{data}" in source for data in REQUEST_DATA)
        for name in _names_read(ast.parse(source))
    }


def _names_read(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        of: ast.AST | None = None
        match node:
            case ast.Call(func=ast.Attribute(value=of, attr=verb), args=[read, *_]):
                of = of if verb in READING else None
            case ast.Subscript(value=of, slice=read):
                pass
            case ast.Compare(left=read, ops=[ast.In()], comparators=[of]):
                pass
        if _is_request(of) and isinstance(read, ast.Constant):
            yield read.value


def _is_request(node: ast.AST | None) -> bool:
    return isinstance(node, ast.Attribute) and node.attr in REQUEST_DATA


class Sweep:
    """Asks, takes back whatever that did, and keeps what should never be answered."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.faults: list[str] = []
        self.asked: set[str] = set()
        # What the last answer told the person to have gone wrong.
        self.errors: list[str] = []

    def ask(
        self,
        method: Method,
        address: str,
        data: Values | None = None,
        query: Values | None = None,
        *,
        htmx: bool = False,
    ) -> int:
        """The status; 599 stands for an exception."""
        said = f"{method} {address} {query or ''} {data or ''}"[:200]
        status, cookies = 599, self.client.cookies.copy()
        with suppress(_TakenBack), transaction.atomic():
            try:
                status = self._status(method, address, data, query, htmx)
            except Exception as fault:  # noqa: BLE001 (any is what a sweep looks for)
                said += f" → {type(fault).__name__}: {fault}"[:200]
            raise _TakenBack
        # Who accepts an invitation is signed in as somebody else.
        self.client.cookies.update(cookies)
        if status >= 500:
            self.faults.append(f"{status} {said}")
        return status

    def _status(
        self,
        method: Method,
        address: str,
        data: Values | None,
        query: Values | None,
        htmx: bool,
    ) -> int:
        headers = {"HX-Request": "true"} if htmx else {}
        if query:
            address += "?" + _encoded(query)
        send: Any = getattr(self.client, method)
        with names_asked() as asked:
            answer: HttpResponseBase = (
                send(
                    address,
                    _encoded(data or {}),
                    content_type="application/x-www-form-urlencoded",
                    headers=headers,
                )
                if method == "post"
                else send(address, headers=headers)
            )
            if answer.streaming:
                b"".join(answer.streaming_content)  # type: ignore[attr-defined]
        told = get_messages(answer.wsgi_request)  # type: ignore[attr-defined]
        # The API's have no messages.
        queued = getattr(told, "_queued_messages", [])
        self.errors = [str(one) for one in queued if one.level >= ERROR]
        self.asked |= {name for name in asked if isinstance(name, str)} - DJANGOS_OWN
        return answer.status_code

    def names_of_page(self, address: str, values: Values, needed: Values) -> set[str]:
        """What the page asks for, also once it is given what it asks for."""
        before, self.asked, given = self.asked, set[str](), set[str]()
        for _ in range(MOST_ROUNDS):
            query = {name: values[name] for name in given if name in values}
            for htmx in (False, True):
                self.ask("get", address, query={**query, **needed}, htmx=htmx)
            if self.asked <= given:
                break
            given |= self.asked
        self.asked |= before
        return given


class _TakenBack(Exception):
    pass


def _encoded(values: Values) -> str:
    query = QueryDict(mutable=True)
    for name, value in values.items():
        query.setlist(name, value if isinstance(value, list) else [value])
    return query.urlencode()


def address_of(name: str, takes: Iterable[str], rows: Mapping[str, str]) -> str:
    return reverse(name, args=[rows[kind] for kind in takes])


def filled(values: Values, rows: Mapping[str, str]) -> Values:
    """`{lead_id}` becomes the id of such a row, in names and in values."""

    def fill(value: str) -> str:
        return value.format_map(rows) if "{" in value else value

    return {
        fill(key): [*map(fill, value)] if isinstance(value, list) else fill(value)
        for key, value in values.items()
    }
