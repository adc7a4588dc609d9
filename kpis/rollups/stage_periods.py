"""Time in stage and open opportunities, from the rollups."""

from collections import defaultdict
from collections.abc import Sequence
from functools import partial
from typing import Any

from kpis.metrics.sql import forecast_measures, query
from kpis.period import Window
from kpis.rollups.medians import bucket_end, median
from kpis.rollups.reading import RollupRange


def ended_rows(window: Window, stages: Sequence[str] | None) -> list[dict[str, Any]]:
    """How many periods ended in the window and how long they were, by stage.

    Raises ValuesChanged.
    """
    parts = RollupRange.of(window.period)
    sql = query("reading", "stage_periods", sums=parts.waits)
    buckets: dict[str, list[tuple[int, int]]] = defaultdict(list)
    known: dict[str, dict[str, Any]] = {}
    for row in parts.ask(sql, stages=stages):
        buckets[row["id"]].append((row.pop("bucket"), row.pop("n")))
        stage = known.setdefault(row["id"], row | {"microseconds": 0})
        stage["microseconds"] += row["microseconds"]
    return [_ended_row(stage, buckets[id], window) for id, stage in known.items()]


def _ended_row(
    stage: dict[str, Any], buckets: list[tuple[int, int]], window: Window
) -> dict[str, Any]:
    n, length = sum(n for _, n in buckets), stage.pop("microseconds")
    return stage | {
        "n": n,
        "mean_seconds": float(length / 1_000_000 / n),
        "median_seconds": median(buckets, partial(_lengths, window, stage["id"])),
    }


def _lengths(
    window: Window, stage: str, bucket: int, skip: int, many: int
) -> list[float]:
    """Of the lengths in the bucket, in order, `many` after `skip`."""
    found = RollupRange.of(window.period).ask(
        query("reading", "stage_period_lengths"),
        start=window.start,
        end=window.end,
        stage=stage,
        low=bucket,
        high=bucket_end(bucket),
        skip=skip,
        many=many,
    )
    return [row["seconds"] for row in found]


def open_rows(window: Window, stages: Sequence[str]) -> list[dict[str, Any]]:
    """How many leads are in each of the stages, and since when the middle one."""
    sql = query("reading", "open_stage_periods")
    parts = RollupRange.of(window.period)
    return parts.ask(sql, as_of=window.as_of, stages=list(stages))


def forecast_rows(window: Window) -> list[dict[str, Any]]:
    """The open opportunities by the month they are expected in."""
    measures = forecast_measures("sum(n)", "cents", "expected_on")
    sql = query("reading", "forecast", measures=measures)
    return RollupRange.of(window.period).ask(sql, today=window.today)
