"""Time in stage and open opportunities, from the rollups."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from kpis.metrics.sql import forecast_measures, query
from kpis.period import Window
from kpis.rollups.medians import LENGTHS, Counted, ValuesChanged
from kpis.rollups.reading import RollupRange


def ended_rows(
    window: Window, stages: Sequence[str] | None, has_median: bool
) -> list[dict[str, Any]]:
    """How many periods ended in the window and how long they were, by stage.

    The medians are None without `has_median`. Raises ValuesChanged.
    """
    parts = RollupRange.of(window.period)
    sql = query("reading", "stage_periods", sums=parts.waits, digits=LENGTHS.wide)
    counted: dict[str, list[tuple[int, int]]] = defaultdict(list)
    known: dict[str, dict[str, Any]] = {}
    for row in parts.ask(sql, stages=stages):
        counted[row["id"]].append((row.pop("bucket"), row.pop("n")))
        stage = known.setdefault(row["id"], row | {"microseconds": 0})
        stage["microseconds"] += row["microseconds"]
    medians = parts.medians(
        LENGTHS,
        counted if has_median else {},
        f"kpis_stageperiodsum WHERE {parts.waits}",
        "stage = asked.key",
        query("reading", "stage_period_lengths"),
        start=window.start,
        end=window.end,
    )
    return [
        _ended_row(stage, counted[id], medians.get(id)) for id, stage in known.items()
    ]


def _ended_row(
    stage: dict[str, Any], counted: Counted, median: float | None
) -> dict[str, Any]:
    n, length = sum(n for _, n in counted), stage.pop("microseconds")
    mean = float(length / 1_000_000 / n)
    return stage | {"n": n, "mean_seconds": mean, "median_seconds": median}


def open_rows(window: Window, stages: Sequence[str]) -> list[dict[str, Any]]:
    """How many leads are in each of the stages, and since when the middle one.

    Raises ValuesChanged.
    """
    sql = query("reading", "open_stage_periods")
    parts = RollupRange.of(window.period)
    found = parts.ask(sql, as_of=window.as_of, stages=list(stages))
    if any(stage["median_seconds"] is None for stage in found):
        raise ValuesChanged
    return found


def forecast_rows(window: Window) -> list[dict[str, Any]]:
    """The open opportunities by the month they are expected in."""
    measures = forecast_measures("sum(n)", "cents", "expected_on")
    sql = query("reading", "forecast", measures=measures)
    return RollupRange.of(window.period).ask(sql, today=window.today)
