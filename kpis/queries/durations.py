"""How long leads wait for a first touch and stay in a stage; consults held."""

import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from kpis.metrics.figures import Ratio, ratio
from kpis.metrics.sql import query
from kpis.models.event import planned_texts
from kpis.period import Period, Window
from kpis.queries.database import rows
from kpis.rollups import reading, response_times, stage_periods
from kpis.rollups.medians import ValuesChanged
from leads.choices import Outcome
from leads.models import PipelineStage

logger = logging.getLogger(__name__)
MOST_LOGGED = 20
# Whose first touch: anybody's, automatic ones included, or a person's.
WHOSE = ("any", "human")
ENDED = (
    "stage_period.left_at >= %(start)s AND stage_period.left_at < %(end)s"
    " AND (%(stages)s::text[] IS NULL OR stage_period.stage_id = ANY(%(stages)s))"
)
STILL_THERE = "stage_period.left_at IS NULL AND stage_period.stage_id = ANY(%(stages)s)"
ENDED_STAGE_PERIODS = query(
    "people",
    "stage_periods",
    length="stage_period.left_at - stage_period.changed_at",
    which=ENDED,
)
OPEN_STAGE_PERIODS = query(
    "people",
    "stage_periods",
    length="%(as_of)s - stage_period.changed_at",
    which=STILL_THERE,
)
FIRST_TOUCHES = query("people", "first_touches")


@dataclass(frozen=True)
class Consults:
    """Bookings whose hour has come (due), and those that the lead came to (held)."""

    due: int
    held: int

    @property
    def no_show(self) -> int:
        return self.due - self.held

    @property
    def show_rate(self) -> Ratio | None:
        return ratio(self.held, self.due)

    @property
    def no_show_rate(self) -> Ratio | None:
        return ratio(self.no_show, self.due)


@dataclass(frozen=True)
class Undated:
    """Bookings without a date; `unreadable` are the ids of those whose date is none."""

    bookings: int
    unreadable: list[str]


@dataclass(frozen=True)
class Speed:
    """How long leads waited for the first touch; the median is of contacted leads.

    `not_counted` are the leads of the range that start no clock: imported later.
    """

    leads: int
    contacted: int
    within_5min: int
    median_seconds: float | None
    not_counted: int = 0

    @property
    def uncontacted(self) -> int:
        return self.leads - self.contacted

    @property
    def within_5min_share(self) -> Ratio | None:
        return ratio(self.within_5min, self.leads)


@dataclass(frozen=True)
class StageDurations:
    """The stage periods of one stage; `mean_seconds` only of periods that ended.

    `place` sorts the stages as on the board, retired ones last.
    """

    place: tuple[bool, int, str]
    stage: str
    n: int
    median_seconds: float | None
    mean_seconds: float | None = None


def consults(window: Window, freshness: reading.Freshness | None = None) -> Consults:
    """Bookings planned for the window whose hour has come."""
    if (freshness or reading.freshness(window)).for_period:
        return consults_from_rollups(window)
    return consults_from_rows(window)


def consults_from_rollups(window: Window) -> Consults:
    """Today's by the hour, counted; those of earlier days have all come."""
    past = window.period.within(None, window.today - timedelta(days=1))
    earlier = Consults(**reading.consults_row(past)) if past else Consults(0, 0)
    if not window.period.within(window.today, window.today):
        return earlier
    today = Period(window.today, window.today)
    by_now = consults_from_rows(Window(today, window.zone, window.as_of))
    return Consults(earlier.due + by_now.due, earlier.held + by_now.held)


def consults_from_rows(window: Window) -> Consults:
    """Counted from the events themselves."""
    sql = query("people", "consults")
    return Consults(**rows(sql, window, **planned_dates(window))[0])


def undated_bookings(window: Window) -> Undated:
    """Consults booked in the window without a date; the log names unreadable ones."""
    found = Undated(**rows(query("people", "undated_bookings"), window)[0])
    if found.unreadable:
        ids = ", ".join(found.unreadable[:MOST_LOGGED])
        count = len(found.unreadable)
        logger.warning("%s bookings have an unreadable date: %s", count, ids)
    return found


def planned_dates(window: Window) -> dict[str, str]:
    """Between what the texts of moments in the window are, up to `as_of`."""
    first, end = planned_texts(window.start, min(window.end, window.as_of))
    return {"not_before": first, "not_after": end}


def speeds(
    window: Window,
    freshness: reading.Freshness | None = None,
    whose: Sequence[str] = WHOSE,
) -> dict[str, Speed]:
    """`any` touch, automatic ones included, and the first `human` one."""
    if (freshness or reading.freshness(window)).for_period:
        with suppress(ValuesChanged):
            return speeds_from_rollups(window, whose)
    return speeds_from_rows(window)


def speeds_from_rollups(
    window: Window, whose: Sequence[str] = WHOSE
) -> dict[str, Speed]:
    """From the rollups, which have to be fresh. Raises ValuesChanged."""
    return _speeds(response_times.speed_row(window.period, whose), whose)


def in_time(
    window: Window, freshness: reading.Freshness | None = None, whose: str = "human"
) -> Ratio | None:
    """The share of the leads that a touch of `whose` reached within five minutes."""
    if not (freshness or reading.freshness(window)).for_period:
        return speeds_from_rows(window)[whose].within_5min_share
    row = response_times.contact_row(window.period)
    return ratio(row[f"{whose}_within"], row["leads"])


def speeds_from_rows(window: Window) -> dict[str, Speed]:
    """The same, counted from leads and activities themselves."""
    sql = query("people", "speed", first_touches=FIRST_TOUCHES, key="", keyed="")
    return _speeds(rows(sql, window)[0])


def speed_by_assigned(
    window: Window, freshness: reading.Freshness | None = None
) -> dict[str | None, Speed]:
    """The first `human` touch, by the person to whom the lead is assigned now."""
    if (freshness or reading.freshness(window)).for_period:
        with suppress(ValuesChanged):
            return speed_by_assigned_from_rollups(window)
    return speed_by_assigned_from_rows(window)


def speed_by_assigned_from_rollups(window: Window) -> dict[str | None, Speed]:
    """From the rollups, which have to be fresh. Raises ValuesChanged."""
    return _by_key(response_times.speed_rows_by_assigned(window.period))


def speed_by_assigned_from_rows(window: Window) -> dict[str | None, Speed]:
    """The same, counted from leads and activities themselves."""
    sql = query(
        "people",
        "speed",
        first_touches=FIRST_TOUCHES,
        key="lead.assigned_to_id AS key,",
        keyed="key,",
    )
    return _by_key(rows(f"{sql} GROUP BY key", window))


def _by_key(answer: list[dict[str, Any]]) -> dict[str | None, Speed]:
    return {row["key"]: _speeds(row, ("human",))["human"] for row in answer}


def _speeds(row: dict[str, Any], whose: Sequence[str] = WHOSE) -> dict[str, Speed]:
    return {
        who: Speed(
            row["leads"],
            row[f"{who}_contacted"],
            row[f"{who}_within"],
            _seconds(row[f"{who}_median"]),
            row["not_counted"],
        )
        for who in whose
    }


def ended_stage_periods(
    window: Window,
    stages: list[str] | None = None,
    freshness: reading.Freshness | None = None,
    *,
    has_median: bool = True,
) -> list[StageDurations]:
    """The stage periods that ended in the window, by stage in the board's order.

    With `stages` only those in one of them. Without `has_median` it may be None: it
    takes 20 ms at a million leads.
    """
    if (freshness or reading.freshness(window)).for_period:
        with suppress(ValuesChanged):
            return ended_from_rollups(window, stages, has_median=has_median)
    return ended_from_rows(window, stages)


def ended_from_rollups(
    window: Window, stages: list[str] | None = None, *, has_median: bool = True
) -> list[StageDurations]:
    """From the rollups, which have to be fresh. Raises ValuesChanged."""
    return _in_order(stage_periods.ended_rows(window, stages, has_median))


def ended_from_rows(
    window: Window, stages: list[str] | None = None
) -> list[StageDurations]:
    """The same, counted from stage periods themselves."""
    return _in_order(rows(ENDED_STAGE_PERIODS, window, stages=stages))


def open_stage_periods(
    window: Window,
    stages: list[str] | None = None,
    freshness: reading.Freshness | None = None,
) -> list[StageDurations]:
    """The stage periods in open stages that have not ended; their age at `as_of`."""
    if (freshness or reading.freshness(window)).for_period:
        with suppress(ValuesChanged):
            return open_from_rollups(window, stages)
    return open_from_rows(window, stages)


def open_from_rollups(
    window: Window, stages: list[str] | None = None
) -> list[StageDurations]:
    """From the rollups, which have to be fresh. Raises ValuesChanged."""
    return _in_order(stage_periods.open_rows(window, _open_among(stages)))


def open_from_rows(
    window: Window, stages: list[str] | None = None
) -> list[StageDurations]:
    """The same, counted from stage periods themselves."""
    found = _in_order(rows(OPEN_STAGE_PERIODS, window, stages=_open_among(stages)))
    return [replace(in_stage, mean_seconds=None) for in_stage in found]


def _open_among(stages: list[str] | None) -> list[str]:
    return [id for id in open_stages() if stages is None or id in stages]


def open_stages() -> list[str]:
    """Given their ids, the planner knows how few of all stage periods are in them."""
    open_ones = PipelineStage.all_objects.filter(outcome=Outcome.OPEN)
    return list(open_ones.values_list("id", flat=True))


def _in_order(answer: list[dict[str, Any]]) -> list[StageDurations]:
    return sorted(map(_stays, answer), key=lambda stage_periods: stage_periods.place)


def _stays(row: dict[str, Any]) -> StageDurations:
    is_retired = row["deleted_at"] is not None
    retired = " (archived)" if is_retired else ""
    return StageDurations(
        (is_retired, row["order"], row["id"]),
        row["name"] + retired,
        row["n"],
        _seconds(row["median_seconds"]),
        _seconds(row.get("mean_seconds")),
    )


def _seconds(value: float | None) -> float | None:
    return None if value is None else round(value, 6)
