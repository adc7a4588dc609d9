"""Half-open intervals of one column: what a range filter asks for or leaves."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q


@dataclass(frozen=True)
class Interval:
    """From `low` on and below `high`; None is no bound."""

    low: Any = None
    high: Any = None

    @property
    def is_empty(self) -> bool:
        return None not in (self.low, self.high) and self.low >= self.high

    def on(self, column: str) -> Q:
        """As a condition."""
        bounds = {f"{column}__gte": self.low, f"{column}__lt": self.high}
        return Q(**{name: bound for name, bound in bounds.items() if bound is not None})

    def without(self, other: "Interval") -> list["Interval"]:
        """What is left of this one."""
        before, after = [], []
        if other.low is not None:
            before = [Interval(self.low, _least(self.high, other.low))]
        if other.high is not None:
            after = [Interval(_most(self.low, other.high), self.high)]
        return [part for part in (*before, *after) if not part.is_empty]


def _least(one: Any, other: Any) -> Any:
    return other if one is None else min(one, other)


def _most(one: Any, other: Any) -> Any:
    return other if one is None else max(one, other)


def complement(intervals: Iterable[Interval]) -> list[Interval]:
    """All that is in none of them, in ascending order and without overlaps."""
    rest = [Interval()]
    for interval in intervals:
        rest = [part for each in rest for part in each.without(interval)]
    return rest


def disjoint(intervals: Iterable[Interval]) -> list[Interval]:
    """The same values, in ascending order and without overlaps."""
    return complement(complement(intervals))


def hull(intervals: Sequence[Interval]) -> Interval:
    """The shortest one around some that are in ascending order."""
    return Interval(intervals[0].low, intervals[-1].high) if intervals else Interval()
