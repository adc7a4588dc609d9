"""How fast things go: consults kept, first contacts, time in each stage."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from kpis.metrics.figures import Ratio, ratio
from kpis.period import Period, Window
from kpis.queries.database import rows
from kpis.rollups import reading
from kpis.rollups import response_times as waiting
from kpis.rollups.facts import TOUCHES
from leads.choices import Outcome
from leads.models import PipelineStage

# Whose first touch: anybody's, automated ones included, or a person's.
WHOSE = ("any", "human")
# The text begins with a date, of whatever zone: an index finds the days around.
CONSULTS = """
SELECT count(*) AS due,
    count(*) FILTER (
        WHERE EXISTS (
            SELECT FROM kpis_kpievent show
            WHERE show.lead_id = booking.lead_id AND show.kind = 'consult_show'
                AND show.deleted_at IS NULL
                AND show.metadata_json ->> 'booking' = booking.id
        )
    ) AS held
FROM kpis_kpievent booking
JOIN leads_lead lead ON lead.id = booking.lead_id AND lead.deleted_at IS NULL
WHERE booking.kind = 'consult_booked' AND booking.deleted_at IS NULL
    AND booking.metadata_json ->> 'scheduled_for' >= %(not_before)s
    AND booking.metadata_json ->> 'scheduled_for' < %(not_after)s
    AND (booking.metadata_json ->> 'scheduled_for')::timestamptz >= %(start)s
    AND (booking.metadata_json ->> 'scheduled_for')::timestamptz
        < least(%(end)s, %(as_of)s)
"""

# Lead by lead through the timeline's index, as for the cohort.
SPEED = """
WITH waits AS (
    SELECT first.any_touch - lead.created_at AS any_wait,
        first.human_touch - lead.created_at AS human_wait
    FROM leads_lead lead
    CROSS JOIN LATERAL (
        SELECT min(touch.created_at) AS any_touch,
            min(touch.created_at) FILTER (
                WHERE NOT coalesce(
                    (touch.payload_json ->> 'automated')::boolean, false
                )
            ) AS human_touch
        FROM leads_activity touch
        WHERE touch.lead_id = lead.id AND touch.deleted_at IS NULL
            AND touch.type = ANY(%(touches)s) AND touch.created_at >= lead.created_at
    ) first
    WHERE lead.deleted_at IS NULL
        AND lead.created_at >= %(start)s AND lead.created_at < %(end)s
)
SELECT count(*) AS leads,
    count(any_wait) AS any_contacted,
    count(*) FILTER (WHERE any_wait <= interval '5 minutes') AS any_within,
    percentile_cont(0.5) WITHIN GROUP (
        ORDER BY extract(epoch FROM any_wait)::float8
    ) AS any_median,
    count(human_wait) AS human_contacted,
    count(*) FILTER (WHERE human_wait <= interval '5 minutes') AS human_within,
    percentile_cont(0.5) WITHIN GROUP (
        ORDER BY extract(epoch FROM human_wait)::float8
    ) AS human_median
FROM waits
"""

# Deleted leads are few: taking them out is quicker than finding the others.
_STAYS = """
SELECT stage.id, stage.name, stage.order, stage.deleted_at, stays.*
FROM (
    SELECT stage_id, count(*) AS n,
        (extract(epoch FROM sum({length})) / count(*))::float8 AS mean_seconds,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY date_part('epoch', {length}))
            AS median_seconds
    FROM leads_leadstage stay
    WHERE {which} AND NOT EXISTS (
        SELECT FROM leads_lead lead
        WHERE lead.id = stay.lead_id AND lead.deleted_at IS NOT NULL
    )
    GROUP BY stage_id
) stays
JOIN leads_pipelinestage stage ON stage.id = stays.stage_id
"""
ENDED_STAYS = _STAYS.format(
    length="stay.left_at - stay.changed_at",
    which="stay.left_at >= %(start)s AND stay.left_at < %(end)s"
    " AND (%(stages)s::text[] IS NULL OR stay.stage_id = ANY(%(stages)s))",
)
OPEN_STAYS = _STAYS.format(
    length="%(as_of)s - stay.changed_at",
    which="stay.left_at IS NULL AND stay.stage_id = ANY(%(stages)s)",
)


@dataclass(frozen=True)
class Consults:
    """Bookings whose hour has come, and those of them that were kept."""

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
class Speed:
    """How long leads waited for the first touch; the median is of the contacted."""

    leads: int
    contacted: int
    within_5min: int
    median_seconds: float | None

    @property
    def uncontacted(self) -> int:
        return self.leads - self.contacted

    @property
    def within_5min_share(self) -> Ratio | None:
        return ratio(self.within_5min, self.leads)


@dataclass(frozen=True)
class Stays:
    """The stays in one stage; `mean_seconds` only of stays that ended.

    `place` puts the stages in the board's order, retired ones last.
    """

    place: tuple[bool, int, str]
    stage: str
    n: int
    median_seconds: float
    mean_seconds: float | None = None


def consults(window: Window, trust: reading.Trust | None = None) -> Consults:
    """Bookings planned for the window whose hour has come."""
    if (trust or reading.trusted(window)).is_kept:
        return kept_consults(window)
    return counted_consults(window)


def kept_consults(window: Window) -> Consults:
    """Today's by the hour, counted; those of earlier days have all come."""
    past = window.period.within(None, window.today - timedelta(days=1))
    earlier = Consults(**reading.due_row(past)) if past else Consults(0, 0)
    if not window.period.within(window.today, window.today):
        return earlier
    today = Period(window.today, window.today)
    by_now = counted_consults(Window(today, window.zone, window.as_of))
    return Consults(earlier.due + by_now.due, earlier.held + by_now.held)


def counted_consults(window: Window) -> Consults:
    """Counted from the rows themselves."""
    row = rows(
        CONSULTS,
        window,
        not_before=str(window.period.first - timedelta(days=2)),
        not_after=str(window.period.last + timedelta(days=3)),
    )[0]
    return Consults(**row)


def speeds(
    window: Window, trust: reading.Trust | None = None, whose: Sequence[str] = WHOSE
) -> dict[str, Speed]:
    """`any` touch, automated ones included, and the first `human` one."""
    if (trust or reading.trusted(window)).is_kept:
        return kept_speeds(window, whose)
    return counted_speeds(window)


def kept_speeds(window: Window, whose: Sequence[str] = WHOSE) -> dict[str, Speed]:
    """From the sums, which have to be kept."""
    return _speeds(waiting.speed_row(window.period, whose), whose)


def in_time(window: Window, trust: reading.Trust | None = None) -> Ratio | None:
    """The share of all leads that any touch reached within five minutes."""
    if not (trust or reading.trusted(window)).is_kept:
        return counted_speeds(window)["any"].within_5min_share
    row = waiting.contact_row(window.period)
    return ratio(row["any_within"], row["leads"])


def counted_speeds(window: Window) -> dict[str, Speed]:
    """The same, counted from the rows themselves."""
    return _speeds(rows(SPEED, window, touches=TOUCHES)[0])


def _speeds(row: dict[str, Any], whose: Sequence[str] = WHOSE) -> dict[str, Speed]:
    return {
        who: Speed(
            row["leads"],
            row[f"{who}_contacted"],
            row[f"{who}_within"],
            _seconds(row[f"{who}_median"]),
        )
        for who in whose
    }


def ended_stays(window: Window, stages: list[str] | None = None) -> list[Stays]:
    """The stays that ended in the window, by stage in the board's order.

    With `stages` only those in one of them.
    """
    return _in_order(rows(ENDED_STAYS, window, stages=stages))


def open_stays(window: Window, stages: list[str] | None = None) -> list[Stays]:
    """The stays in open stages that have not ended, and their age at `as_of`."""
    among = [id for id in open_stages() if stages is None or id in stages]
    found = _in_order(rows(OPEN_STAYS, window, stages=among))
    return [replace(stays, mean_seconds=None) for stays in found]


def open_stages() -> list[str]:
    """By their ids the database knows how few of all stays are in them."""
    open_ones = PipelineStage.all_objects.filter(outcome=Outcome.OPEN)
    return list(open_ones.values_list("id", flat=True))


def _in_order(answer: list[dict[str, Any]]) -> list[Stays]:
    return sorted(map(_stays, answer), key=lambda stays: stays.place)


def _stays(row: dict[str, Any]) -> Stays:
    is_retired = row["deleted_at"] is not None
    retired = " (retired)" if is_retired else ""
    return Stays(
        (is_retired, row["order"], row["id"]),
        row["name"] + retired,
        row["n"],
        round(row["median_seconds"], 6),
        _seconds(row.get("mean_seconds")),
    )


def _seconds(value: float | None) -> float | None:
    return None if value is None else round(value, 6)
