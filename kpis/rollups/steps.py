"""How many leads went on from each step to a payment, from the rollups."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

from kpis.metrics.sql import query
from kpis.metrics.steps import STEPS
from kpis.period import Window
from kpis.rollups.medians import bucket_end, median
from kpis.rollups.reading import RollupRange

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class StepBuckets(NamedTuple):
    """The leads of one step that went on from it, or those that did not."""

    n: int
    given_up: int
    lost_cents: int
    buckets: Sequence[tuple[int, int]]


NOBODY = StepBuckets(0, 0, 0, ())


def step_row(window: Window, with_medians: bool) -> dict[str, Any]:
    """The measures of every step, named as `drop_off.STEP_MEASURES` after the step.

    Raises ValuesChanged.
    """
    parts = RollupRange.of(window.period)
    found = _buckets(parts)
    row: dict[str, Any] = {}
    for step in STEPS:
        went_on, lost = (found.get((step, has), NOBODY) for has in (True, False))
        row |= {
            f"{step}_reached": went_on.n + lost.n,
            f"{step}_went_on": went_on.n,
            f"{step}_given_up": lost.given_up,
            f"{step}_lost_cents": lost.lost_cents,
        }
        if with_medians:
            waits, since = partial(_waits, parts, step), _since(parts, step, window)
            row[f"{step}_median_seconds"] = median(went_on.buckets, waits)
            # Who came last has waited least.
            latest = lost.buckets[::-1]
            row[f"{step}_lost_median_seconds"] = median(latest, since)
    return row


def _buckets(parts: RollupRange) -> dict[tuple[str, bool], StepBuckets]:
    found = parts.ask(query("reading", "steps", sums=parts.waits))
    rows: dict[tuple[str, bool], list[dict[str, Any]]] = {}
    for row in found:
        rows.setdefault((row["step"], row["went_on"]), []).append(row)
    return {
        step: StepBuckets(
            sum(row["n"] for row in of_step),
            sum(row["given_up"] for row in of_step),
            sum(row["lost_cents"] for row in of_step),
            [(row["bucket"], row["n"]) for row in of_step],
        )
        for step, of_step in rows.items()
    }


def _waits(
    parts: RollupRange, step: str, bucket: int, skip: int, many: int
) -> list[float]:
    """Of the waits in the bucket, in order, `many` after `skip`."""
    sql = query("reading", "step_waits", wait=f"{step}_wait")
    found = parts.ask(sql, low=bucket, high=bucket_end(bucket), skip=skip, many=many)
    return [row["seconds"] for row in found]


def _since(
    parts: RollupRange, step: str, window: Window
) -> Callable[[int, int, int], list[float]]:
    """Of those that got no further on a day, how long ago that was."""

    def read(day: int, skip: int, many: int) -> list[float]:
        begins = EPOCH + timedelta(days=day)
        found = parts.ask(
            query("reading", "last_steps"),
            step=step,
            as_of=window.as_of,
            low=begins,
            high=begins + timedelta(days=1),
            skip=skip,
            many=many,
        )
        return [row["seconds"] for row in found]

    return read
