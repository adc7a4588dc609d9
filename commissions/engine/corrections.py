"""What a closed month would come to today, as differences from what was posted."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from fractions import Fraction
from typing import NamedTuple

from commissions.engine.schemas import Line, LineKind

Key = tuple[str, str, str, int]


class Correction(NamedTuple):
    """A difference of one thing on a closed statement; `line` shows it freshly
    computed, or as posted when nothing is left of it."""

    key: Key
    line: Line
    base_cents: int
    exact: Fraction
    amount_cents: int


class _Sum(NamedTuple):
    line: Line
    base_cents: int
    exact: Fraction
    amount_cents: int


NOTHING = _Sum(Line("", None, LineKind.SALE, 0, 0, 1, 0), 0, Fraction(), 0)


def differences(fresh: Iterable[Line], posted: Iterable[Line]) -> list[Correction]:
    """`fresh` minus `posted`, in cents that differ, in the order of their keys.

    `posted` is the closed statement's lines together with all corrections of them.
    """
    fresh, posted = list(fresh), list(posted)
    cents, known = cents_by_key(fresh), cents_by_key(posted)
    differing = {
        key for key in cents.keys() | known.keys() if cents.get(key) != known.get(key)
    }
    now, before = _by_key(fresh, differing), _by_key(posted, differing)
    corrections = []
    for key in sorted(differing):
        shown = (now.get(key) or before[key]).line
        new, old = now.get(key, NOTHING), before.get(key, NOTHING)
        corrections.append(
            Correction(
                key,
                shown,
                new.base_cents - old.base_cents,
                new.exact - old.exact,
                new.amount_cents - old.amount_cents,
            )
        )
    return corrections


def cents_by_key(lines: Iterable[Line]) -> dict[Key, int]:
    """What `lines` come to by what they are about; what comes to nothing is left
    out, so two sets of lines that pay the same compare as equal."""
    sums: dict[Key, int] = defaultdict(int)
    for line in lines:
        sums[line.key] += line.amount_cents
    return {key: cents for key, cents in sums.items() if cents}


def _by_key(lines: Iterable[Line], wanted: Collection[Key]) -> dict[Key, _Sum]:
    sums: dict[Key, _Sum] = {}
    for line in lines:
        if line.key not in wanted:
            continue
        known = sums.get(line.key)
        sums[line.key] = _Sum(
            line,
            line.base_cents + (known.base_cents if known else 0),
            line.exact + (known.exact if known else 0),
            line.amount_cents + (known.amount_cents if known else 0),
        )
    return sums
