"""The search that opens on every page (Ctrl+K): pages, and what apps add."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from html import unescape
from typing import Any, NamedTuple

from medspa.extension_points import site_searches


class SearchResult(NamedTuple):
    """`icon` is the name of one of the theme's icons."""

    title: str
    link: str
    icon: str
    description: str = ""


class SiteSearch(NamedTuple):
    """For people with the `permission`: `find` takes a person and what was typed;
    `takes` says in a sentence what can be typed."""

    permission: str
    find: Callable[[Any, str], Sequence[SearchResult]]
    takes: str


def find(
    person: Any, typed: str, sidebar: Iterable[Mapping[str, Any]]
) -> list[SearchResult]:
    """Pages of the `sidebar` whose titles have what was typed, then the rest."""
    found = _pages(typed.casefold(), sidebar)
    for search in _searches_of(person):
        found += search.find(person, typed)
    return found


def takes(person: Any) -> str:
    """What this person can type, besides the titles of pages."""
    return " ".join(search.takes for search in _searches_of(person))


def _searches_of(person: Any) -> list[SiteSearch]:
    return [each for each in site_searches if person.has_perm(each.permission)]


def _pages(typed: str, sidebar: Iterable[Mapping[str, Any]]) -> list[SearchResult]:
    return [
        SearchResult(title, str(item["link"]), item["icon"], group["title"])
        for group in sidebar
        for item in group["items"]
        # Titles are HTML for the sidebar: "Payments &amp; events".
        if item["has_permission"]
        and typed in (title := unescape(item["title"])).casefold()
    ]
