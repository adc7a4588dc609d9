"""Medians of values that are counted by bucket: exactly, from a few rows.

The sums say in which bucket the middle values lie; only those of it are then read, in
their order.
"""

from collections.abc import Callable, Sequence

from kpis.metrics.sql import query

Buckets = Sequence[tuple[int, int]]
# `(bucket, skip, many)`: so many values of the bucket, the smallest `skip` left out.
ReadBucket = Callable[[int, int, int], list[float]]


class ValuesChanged(Exception):
    """The values are no longer those that were counted."""


def length_bucket(seconds: str) -> str:
    """SQL: the bucket of a length, which is its least number of seconds."""
    return query("rollups", "length_bucket", seconds=seconds)


def bucket_end(bucket: int) -> int:
    """The first whole second that is in the next bucket."""
    return bucket + 10 ** max(len(str(bucket)) - 2, 0)


def median(buckets: Buckets, read: ReadBucket) -> float | None:
    """`buckets` are in the order of their values, each with how many there are.

    Raises ValuesChanged.
    """
    values = [value for one in middle(buckets) for value in read(*one)]
    return between(values, buckets)


def middle(buckets: Buckets) -> list[tuple[int, int, int]]:
    """Where the middle value or the two of them are: what a ReadBucket is asked."""
    count = _count(buckets)
    if not count:
        return []
    (bucket, skip), (other, other_skip) = (
        _place(buckets, rank) for rank in ((count - 1) // 2, count // 2)
    )
    if bucket == other:
        return [(bucket, skip, 1 + other_skip - skip)]
    return [(bucket, skip, 1), (other, other_skip, 1)]


def between(values: Sequence[float], buckets: Buckets) -> float | None:
    """As `percentile_cont(0.5)` has it, of the values that `middle` names in order.

    Raises ValuesChanged.
    """
    count = _count(buckets)
    if len(values) != (1 + (count + 1) % 2 if count else 0):
        raise ValuesChanged
    if not count:
        return None
    low, high = values[0], values[-1]
    return low + 0.5 * (high - low)


def _count(buckets: Buckets) -> int:
    return sum(n for _, n in buckets)


def _place(buckets: Buckets, rank: int) -> tuple[int, int]:
    """The bucket of the value with this rank, and how many of it come before."""
    for bucket, n in buckets:
        if rank < n:
            return bucket, rank
        rank -= n
    raise AssertionError("a rank beyond the last value")
