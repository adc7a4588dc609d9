"""Comparing history and the audit log with their seals, and seals with each other."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any

from django.conf import settings
from django.db import connection

from safekeeping.seals.models import Seal
from safekeeping.seals.queries import proved_tables, query
from safekeeping.seals.sealing import GENESIS, arrival, root_of

SEALS_AT_ONCE = 500
WORDS = {
    "changed": "was changed",
    "missing": "is missing",
    "added": "was added past the seals",
}


@dataclass(frozen=True)
class SealFinding:
    """One thing that is not as it was sealed, in words."""

    sentence: str

    def __str__(self) -> str:
        return self.sentence


@dataclass(frozen=True)
class Section:
    """The seals that one server made, and what its first one took up."""

    first: int
    server: str
    made_at: datetime
    rows: int


@dataclass
class Verified:
    """What was compared."""

    seals: int = 0
    rows: int = 0
    # Rows from before there were seals; nothing proves them yet.
    unproved: int = 0
    # Rows that came from another server, or were written here before the first seal.
    carried: int = 0
    sections: list[Section] = field(default_factory=list)


def check_chain(verified: Verified) -> Iterator[SealFinding]:
    """Each seal follows the one before, has its hash, our signature and its rows."""
    parts = _parts(Seal.objects.first())
    previous, expected = GENESIS, 1
    before: Seal | None = None
    group = next(parts, None)
    for one in Seal.objects.order_by("number").iterator(SEALS_AT_ONCE):
        verified.seals += 1
        rows = sum(one.counts.values())
        verified.rows += rows
        if before is None or one.begins_section:
            section = Section(one.number, one.server, one.made_at, rows)
            verified.sections.append(section)
        if one.number != expected:
            yield SealFinding(f"Seal {expected} is missing.")
        if bytes(one.previous_hash) != previous or not _goes_on(before, one):
            yield SealFinding(f"Seal {one.number} doesn't follow the seal before it.")
        if bytes(one.hash) != one.computed_hash():
            yield SealFinding(f"Seal {one.number} was changed.")
        elif not _is_signed(one):
            yield SealFinding(
                f"Seal {one.number} isn't signed by this clinic's SECRET_KEY."
            )
        while group and group[0] < one.number:
            group = next(parts, None)
        found = group[1] if group and group[0] == one.number else []
        if root_of(found) != bytes(one.root):
            yield SealFinding(f"The list of rows of seal {one.number} was changed.")
        previous, before, expected = bytes(one.hash), one, one.number + 1


def check_rows(
    verified: Verified, on_table: Callable[[str], object] = lambda table: None
) -> Iterator[SealFinding]:
    """Each row that was sealed is there and as it was; no row came in between."""
    last = Seal.objects.first()
    sealed_to, arrived = last.to_xid if last else 0, arrival(last)[1]
    for table, key in proved_tables().items():
        on_table(table)
        with connection.cursor() as cursor:
            cursor.execute(
                query("compare", table=table, key=key),
                {"table": table, "sealed_to": sealed_to, "arrival": arrived},
            )
            for pk, number, finding in cursor.fetchall():
                if finding == "unproved":
                    verified.unproved += 1
                    continue
                if finding == "carried":
                    verified.carried += 1
                    continue
                where = f" (seal {number})" if number else ""
                yield SealFinding(f"{table} {pk} {WORDS[finding]}{where}.")


def check_export(lines: Iterable[str]) -> Iterator[SealFinding]:
    """The seals are those that were exported to another place."""
    known = {one.number: bytes(one.hash).hex() for one in Seal.objects.all()}
    for line in lines:
        if not line.strip():
            continue
        try:
            exported: dict[str, Any] = json.loads(line)
            number, hashed = exported["number"], exported["hash"]
        except (ValueError, TypeError, KeyError):
            yield SealFinding("The file has a line that is not a seal.")
            continue
        if number not in known:
            yield SealFinding(f"Seal {number} was exported and is missing.")
        elif known[number] != hashed:
            yield SealFinding(f"Seal {number} is not the one that was exported.")


def _goes_on(before: Seal | None, one: Seal) -> bool:
    """Where the seal before ended; a section takes up what came after that."""
    if before is None:
        return not one.begins_section
    if one.begins_section:
        return one.carried_from_xid == before.to_xid
    return (one.from_xid, one.server) == (before.to_xid, before.server)


def _is_signed(one: Seal) -> bool:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return any(one.computed_signature(key) == bytes(one.signature) for key in keys)


def _parts(
    last: Seal | None,
) -> Iterator[tuple[int, list[tuple[str, int, int, bytes]]]]:
    """The parts of each seal, in the order of the seals."""
    for first in range(0, (last.number if last else 0) + 1, SEALS_AT_ONCE):
        with connection.cursor() as cursor:
            cursor.execute(query("parts_of_seals"), [first, first + SEALS_AT_ONCE - 1])
            rows = cursor.fetchall()
        for number, group in groupby(rows, key=lambda row: row[0]):
            yield number, [(row[1], row[2], row[3], bytes(row[4])) for row in group]
