"""Edits that nobody could notice, each with the reason; they are not planted.

An edit is named by its file, the line that it begins in, the code that it replaces and
what it puts there. One that no longer fits the code stops the run: the reason may have
gone with it.
"""

from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from tests.mutants.faults import Fault


class Equivalent(NamedTuple):
    path: str
    line: str
    was: str
    now: str
    why: str


EQUIVALENTS = (
    Equivalent(
        "commissions/engine/balances.py",
        "if due < draw.amount_cents:",
        "due < draw.amount_cents",
        "due <= draw.amount_cents",
        "exactly the draw needs nothing added and leaves nothing to recover from",
    ),
    Equivalent(
        "medspa/encryption/fields.py",
        "encrypted = self.pre_save(obj, add=False)",
        "False",
        "True",
        "`pre_save` encrypts a new row and an old one alike",
    ),
)


def without_equivalents(path: Path, faults: list[Fault]) -> list[Fault]:
    """The faults of a file that somebody could notice."""
    listed = {each[1:4] for each in EQUIVALENTS if Path(each.path) == path}
    source = (settings.BASE_DIR / path).read_text()
    named = {fault: _name(source, fault) for fault in faults}
    gone = listed - set(named.values())
    assert not gone, f"tests/mutants/equivalents.py lists what is not planted: {gone}"
    return [fault for fault in faults if named[fault] not in listed]


def _name(source: str, fault: Fault) -> tuple[str, str, str]:
    begin = source.rfind("\n", 0, fault.start) + 1
    line = source[begin:].partition("\n")[0].strip()
    return line, _words(source[fault.start : fault.end]), _words(fault.text)


def _words(code: str) -> str:
    return " ".join(code.split())
