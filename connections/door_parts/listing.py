"""What a service has of what is mapped: asked while an administrator looks at it.

Nothing of the answers is stored but the names of things that are mapped then.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from connections.door_parts.http_client import Api, fetch_from
from connections.door_parts.mappings import ListedThere, There
from connections.refusals import Parked, RetryLater

MOST_PAGES = 20
MOST_LIST_BYTES = 4 * 1024 * 1024
TYPE_IDS = "Until then, type IDs."
Row = Mapping[str, Any]
# Reads a path of the service's API.
Ask = Callable[[str], Row]


def list_by(
    api: Api, tables: Mapping[str, Callable[[Ask], Sequence[There]]]
) -> ListedThere:
    """Each table by itself: what can't be read is typed, and the reason is told."""
    ask = fetch_from(api, most_bytes=MOST_LIST_BYTES, list_name="rows")
    found: dict[str, Sequence[There]] = {}
    problem = ""
    for name, read in tables.items():
        try:
            found[name] = read(ask)
        except Parked as refusal:
            problem = f"{refusal.sentence} {TYPE_IDS}"
        except RetryLater:
            return ListedThere(found, f"The other system can't be reached. {TYPE_IDS}")
    return ListedThere(found, problem)


def pages(ask: Ask, path: str, next_of: Callable[[Row], str]) -> Iterator[Row]:
    """The answers of all pages; `next_of` gives the path of the next one, if any."""
    for _ in range(MOST_PAGES):
        answer = ask(path)
        yield answer
        path = next_of(answer)
        if not path:
            return


def rows_of(answer: Row, name: str) -> list[Row]:
    rows = answer.get(name)
    found = rows if isinstance(rows, list) else []
    return [row for row in found if isinstance(row, dict)]


def part_of(row: Row, name: str) -> Row:
    part = row.get(name)
    return part if isinstance(part, dict) else {}


def text_of(row: Row, name: str) -> str:
    """A text or a number; empty for anything else."""
    value = row.get(name)
    is_number = isinstance(value, int) and not isinstance(value, bool)
    if is_number:
        return str(value)
    return value.strip() if isinstance(value, str) else ""
