"""How many leads went on from each step to a payment, from the rollups."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from kpis.metrics.sql import query
from kpis.metrics.steps import STEPS
from kpis.period import Window
from kpis.rollups.medians import STEP_DAYS, WAITS, Counted
from kpis.rollups.reading import RollupRange


class StepBuckets(NamedTuple):
    """The leads of one step that went on from it, or those that did not."""

    n: int
    given_up: int
    lost_cents: int
    counted: Counted


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
    return row | (_medians(parts, window, found) if with_medians else {})


def _medians(
    parts: RollupRange, window: Window, found: Mapping[tuple[str, bool], StepBuckets]
) -> dict[str, float | None]:
    """How long they waited before the next step, and since they got to this one."""
    sums = f"kpis_stepsum WHERE {parts.waits}"
    went_on, lost = (
        {step: found.get((step, has), NOBODY).counted for step in STEPS}
        for has in (True, False)
    )
    of_key = "step = asked.key AND NOT went_on"
    values = query("reading", "last_steps")
    since = parts.medians(STEP_DAYS, lost, sums, of_key, values, as_of=window.as_of)
    medians = {f"{step}_lost_median_seconds": since[step] for step in STEPS}
    of_key = "step = asked.key AND went_on"
    for step in STEPS:
        values = query("reading", "waits_of_key", who=step, is_of_key="true")
        waited = parts.medians(WAITS, {step: went_on[step]}, sums, of_key, values)
        medians[f"{step}_median_seconds"] = waited[step]
    return medians


def _buckets(parts: RollupRange) -> dict[tuple[str, bool], StepBuckets]:
    found = parts.ask(
        query(
            "reading",
            "steps",
            sums=parts.waits,
            digits_of_waits=WAITS.wide,
            digits_of_days=STEP_DAYS.wide,
        )
    )
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
