"""Drop-off: how far the leads of a window got, and how long it took."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from kpis.metrics.figures import Ratio, ratio
from kpis.metrics.sql import FRAGMENTS, query
from kpis.period import Window
from kpis.queries.database import rows
from leads.choices import Outcome

STEPS = {"leads": "Lead → booked", "booked": "Booked → shown", "shown": "Shown → paid"}
ALL_STEPS = "all"
# Joined only for the measures that need them.
JOINS = {
    "given_up": FRAGMENTS["stage_of_lead"],
    "lost_cents": FRAGMENTS["opportunity_of_lead"],
}
# The first moment of each step, and that of the first later one.
MOMENTS = {
    "leads": ("lead.created_at", "least(booked_at, shown_at, paid_at)"),
    "booked": ("booked_at", "least(shown_at, paid_at)"),
    "shown": ("shown_at", "paid_at"),
}
FIRST_MOMENTS = query("people", "first_moments")
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
    "median_seconds": _MEDIAN.format(
        length="greatest(date_part('epoch', {later} - {at}), 0)"
    )
    + " FILTER (WHERE {at} IS NOT NULL AND {later} IS NOT NULL)",
    "lost_median_seconds": _MEDIAN.format(length="date_part('epoch', %(as_of)s - {at})")
    + " FILTER (WHERE {at} IS NOT NULL AND {later} IS NULL)",
}
PEOPLE_COUNTS = ("reached", "went_on")
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
    window: Window, measures: Collection[str] = tuple(STEP_MEASURES)
) -> list[DropOffStep]:
    """The steps in their order. Everybody who never paid is lost at exactly one.

    Only `measures` are asked for; the others stay as if there were nobody.
    """
    row = rows(_sql(measures), window, lost=Outcome.LOST)[0]
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
