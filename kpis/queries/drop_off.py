"""Drop-off: how far the leads of a window got, and how long it took."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from kpis.metrics.figures import Ratio, ratio
from kpis.metrics.sql import FRAGMENTS, query
from kpis.metrics.steps import FIRST_MOMENTS, MOMENTS, STEPS, WAIT
from kpis.period import Window
from kpis.queries.database import rows
from kpis.rollups import reading, steps
from kpis.rollups.medians import ValuesChanged
from leads.choices import Outcome

ALL_STEPS = "all"
# Joined only for the measures that need them.
JOINS = {
    "given_up": FRAGMENTS["stage_of_lead"],
    "lost_cents": FRAGMENTS["opportunity_of_lead"],
}
# One row for each step that a lead got to: who is behind the figures.
STEPS_OF_LEADS = query(
    "people",
    "steps",
    first_moments=FIRST_MOMENTS,
    steps=", ".join(
        f"('{step}', {at}, {later})" for step, (at, later) in MOMENTS.items()
    ),
)
_MEDIAN = "percentile_cont(0.5) WITHIN GROUP (ORDER BY {length})"
# Who reached a later step first did not wait at all.
STEP_MEASURES = {
    "reached": "count({at})",
    "went_on": "count({later}) FILTER (WHERE {at} IS NOT NULL)",
    "given_up": "count({at}) FILTER (WHERE {later} IS NULL"
    " AND stage.outcome = %(lost)s)",
    "lost_cents": "coalesce(sum(expected_value_cents) FILTER ("
    "WHERE {at} IS NOT NULL AND {later} IS NULL), 0)::bigint",
    "median_seconds": _MEDIAN.format(length=WAIT)
    + " FILTER (WHERE {at} IS NOT NULL AND {later} IS NOT NULL)",
    "lost_median_seconds": _MEDIAN.format(length="date_part('epoch', %(as_of)s - {at})")
    + " FILTER (WHERE {at} IS NOT NULL AND {later} IS NULL)",
}
PEOPLE_COUNTS = ("reached", "went_on")
MEDIANS = ("median_seconds", "lost_median_seconds")
# What the figures of a step that are no measures are made of.
MADE_OF = {"lost": PEOPLE_COUNTS, "lost_rate": PEOPLE_COUNTS}


@dataclass(frozen=True)
class DropOffStep:
    """One step: who got there, who went on, and who got no further so far."""

    step: str
    reached: int = 0
    went_on: int = 0
    given_up: int = 0
    lost_cents: int = 0
    median_seconds: float | None = None
    lost_median_seconds: float | None = None

    @property
    def lost(self) -> int:
        return self.reached - self.went_on

    @property
    def lost_rate(self) -> Ratio | None:
        return ratio(self.lost, self.reached)


def drop_off_steps(
    window: Window,
    measures: Collection[str] = tuple(STEP_MEASURES),
    freshness: reading.Freshness | None = None,
) -> list[DropOffStep]:
    """The steps in their order. Everybody who never paid is lost at exactly one.

    Only `measures` are asked for; the others may stay as if there were nobody.
    """
    if (freshness or reading.freshness(window)).for_cohort:
        try:
            return steps_from_rollups(window, measures)
        except ValuesChanged:
            pass
    return steps_from_rows(window, measures)


def steps_from_rollups(
    window: Window, measures: Collection[str] = tuple(STEP_MEASURES)
) -> list[DropOffStep]:
    """From the rollups, which have to be fresh. Raises ValuesChanged."""
    has_medians = not set(MEDIANS).isdisjoint(measures)
    return _steps(steps.step_row(window, has_medians), measures)


def steps_from_rows(
    window: Window, measures: Collection[str] = tuple(STEP_MEASURES)
) -> list[DropOffStep]:
    """The same, counted from leads and events themselves."""
    return _steps(rows(_sql(measures), window, lost=Outcome.LOST)[0], measures)


def _steps(row: dict[str, Any], measures: Collection[str]) -> list[DropOffStep]:
    return [
        DropOffStep(
            step, **{name: _measured(row[f"{step}_{name}"]) for name in measures}
        )
        for step in STEPS
    ]


def measures_of(figure: str) -> Collection[str]:
    """What has to be asked to know one figure of every step and of all together."""
    return {*PEOPLE_COUNTS, *MADE_OF.get(figure, (figure,))}


def _sql(measures: Collection[str]) -> str:
    columns = [
        f"{STEP_MEASURES[name].format(at=at, later=later)} AS {step}_{name}"
        for step, (at, later) in MOMENTS.items()
        for name in measures
    ]
    joined = "\n".join(sql for name, sql in JOINS.items() if name in measures)
    return query(
        "people",
        "drop_off",
        first_moments=FIRST_MOMENTS,
        columns=", ".join(columns),
        joined=joined,
    )


def _measured(value: Any) -> Any:
    """Seconds to the microsecond; counts and cents as they are."""
    return round(value, 6) if isinstance(value, float) else value
