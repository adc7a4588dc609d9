"""Differences between a closed statement and the same month calculated today."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from fractions import Fraction
from typing import NamedTuple

from commissions.engine.schemas import CommissionLine, LineSource

LineKey = tuple[str, str, str, int]


class Correction(NamedTuple):
    """What one key of a closed statement comes to today, less what was posted for it.

    `line` is the line of today, or the posted one where today has none; `sources` are
    the payments and refunds under it that count otherwise now.
    """

    key: LineKey
    line: CommissionLine
    base_cents: int
    exact: Fraction
    amount_cents: int
    sources: tuple[LineSource, ...] = ()


class _Sum(NamedTuple):
    base_cents: int
    exact: Fraction
    amount_cents: int
    sources: tuple[LineSource, ...] = ()


NOTHING = _Sum(0, Fraction(), 0)


def differences(
    fresh: Iterable[CommissionLine], posted: Iterable[CommissionLine]
) -> list[Correction]:
    """`fresh` minus `posted` for every key whose cents differ, in the order of keys.

    `posted` is the closed statement's lines together with all corrections of them.
    """
    fresh, posted = list(fresh), list(posted)
    cents, known = cents_by_key(fresh), cents_by_key(posted)
    differing = {
        key for key in cents.keys() | known.keys() if cents.get(key) != known.get(key)
    }
    now, before = _sums_by_key(fresh, differing), _sums_by_key(posted, differing)
    shown = {line.key: line for line in (*posted, *fresh) if line.key in differing}
    return [
        Correction(
            key,
            shown[key],
            now[key].base_cents - before[key].base_cents,
            now[key].exact - before[key].exact,
            now[key].amount_cents - before[key].amount_cents,
            _changed_sources(now[key].sources, before[key].sources),
        )
        for key in sorted(differing)
    ]


def cents_by_key(lines: Iterable[CommissionLine]) -> dict[LineKey, int]:
    """The sum of `lines` by `CommissionLine.key`.

    Sums of zero are left out, so that lines that pay the same compare as equal.
    """
    sums: dict[LineKey, int] = defaultdict(int)
    for line in lines:
        sums[line.key] += line.amount_cents
    return {key: cents for key, cents in sums.items() if cents}


def _sums_by_key(
    lines: Iterable[CommissionLine], wanted: Collection[LineKey]
) -> dict[LineKey, _Sum]:
    sums: dict[LineKey, _Sum] = defaultdict(lambda: NOTHING)
    for line in lines:
        if line.key in wanted:
            known = sums[line.key]
            sums[line.key] = _Sum(
                known.base_cents + line.base_cents,
                known.exact + line.exact,
                known.amount_cents + line.amount_cents,
                known.sources + line.sources,
            )
    return sums


def _changed_sources(
    new: Iterable[LineSource], old: Iterable[LineSource]
) -> tuple[LineSource, ...]:
    """What payments and refunds add to the base today, less what they did."""
    cents: dict[str, int] = defaultdict(int)
    shares: dict[str, int] = {}
    for sign, sources in ((-1, old), (1, new)):
        for source in sources:
            cents[source.event] += sign * source.cents
            shares[source.event] = source.share_bps
    return tuple(
        LineSource(event, shares[event], changed)
        for event, changed in cents.items()
        if changed
    )
