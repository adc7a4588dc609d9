"""Bar charts: where each bar stands in a drawing of 100 by 100 units."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

WIDEST = 6.0  # of a single day, so that it still looks like a bar


class Bar(NamedTuple):
    x: str
    y: str
    width: str
    height: str
    title: str


@dataclass(frozen=True)
class BarChart:
    """`baseline` is where zero is: above the bottom when something is negative."""

    bars: list[Bar]
    baseline: str


def bar_chart(values: Sequence[int], titles: Sequence[str]) -> BarChart:
    top, bottom = max(0, *values), min(0, *values)
    span = (top - bottom) or 1
    slot = 100 / len(values)
    width = min(slot * 0.8, WIDEST)
    bars = [
        Bar(
            x=f"{(index + 0.5) * slot - width / 2:.3f}",
            y=f"{(top - max(value, 0)) / span * 100:.3f}",
            width=f"{width:.3f}",
            height=f"{abs(value) / span * 100:.3f}",
            title=title,
        )
        for index, (value, title) in enumerate(zip(values, titles, strict=True))
    ]
    return BarChart(bars, f"{top / span * 100:.3f}")
