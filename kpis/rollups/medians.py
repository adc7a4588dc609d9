"""Medians of values that are counted by bucket: exactly, from a few rows.

A bucket is the least of its values, of which the first digits are kept. The sums count
each value in a wide bucket and in a narrow one within it. The wide ones say where the
middle values are, the narrow ones of that wide one say it more closely; only the values
of one narrow bucket are then read, in their order.
"""

from collections.abc import Sequence
from typing import NamedTuple

from kpis.metrics.sql import query

# Each bucket in the order of their values, with how many there are.
Counted = Sequence[tuple[int, int]]


class ValuesChanged(Exception):
    """The values are no longer those that were counted."""


class Buckets(NamedTuple):
    """How many digits are kept: at a million leads a narrow bucket has to be small,
    and there must be few wide ones."""

    wide: int
    narrow: int

    def of(self, value: str) -> dict[str, str]:
        """SQL: `narrow` buckets of the value, of how many digits; `wide` ones of those,
        and which of the two `digits` a row is grouped by."""
        return {
            "narrow_digits": str(self.narrow),
            "narrow": _bucket(f"floor({value})::bigint", self.narrow),
            "wide": _bucket("narrow", self.wide),
            "digits": f"CASE GROUPING(narrow) WHEN 0 THEN {self.narrow}"
            f" ELSE {self.wide} END",
        }

    def wide_end(self, bucket: int) -> int:
        """The first whole number that is in the next wide bucket."""
        return bucket + 10 ** max(len(str(bucket)) - self.wide, 0)


WAITS = Buckets(1, 2)
LENGTHS = Buckets(1, 3)
# Days since 1970: of a hundred days, and single ones.
STEP_DAYS = Buckets(3, 5)


def middle(counted: Counted) -> list[tuple[int, int, int]]:
    """Where the middle value or the two of them are: `(bucket, skip, many)`.

    So many values of the bucket, the smallest `skip` left out.
    """
    count = _count(counted)
    if not count:
        return []
    (bucket, skip), (other, other_skip) = (
        _place(counted, rank) for rank in ((count - 1) // 2, count // 2)
    )
    if bucket == other:
        return [(bucket, skip, 1 + other_skip - skip)]
    return [(bucket, skip, 1), (other, other_skip, 1)]


def between(values: Sequence[float], counted: Counted) -> float | None:
    """As `percentile_cont(0.5)` has it, of the values that `middle` names.

    Raises ValuesChanged.
    """
    count = _count(counted)
    if len(values) != (1 + (count + 1) % 2 if count else 0):
        raise ValuesChanged
    if not count:
        return None
    low, high = min(values), max(values)
    return low + 0.5 * (high - low)


def _bucket(value: str, digits: int) -> str:
    return query("rollups", "bucket", value=value, digits=digits)


def _count(counted: Counted) -> int:
    return sum(n for _, n in counted)


def _place(counted: Counted, rank: int) -> tuple[int, int]:
    """The bucket of the value with this rank, and how many of it come before."""
    for bucket, n in counted:
        if rank < n:
            return bucket, rank
        rank -= n
    raise AssertionError("a rank beyond the last value")
