"""Adding facts to the rollups, or taking them away: SQL over a relation `change`.

`change` has the columns of a fact and a `sign`: 1 for what is, -1 for what was.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Model

from kpis.metrics.definitions import MATURITIES
from kpis.metrics.sql import CONDITIONS, query
from kpis.metrics.sql import lead_totals as totals_of_lead
from kpis.metrics.steps import STEPS
from kpis.models.rollup import (
    DaySum,
    Dimension,
    Granularity,
    Repeat,
    StageFlow,
    StagePeriodSum,
    StepSum,
    WaitSum,
)
from kpis.rollups.facts import DUE, HELD
from kpis.rollups.medians import LENGTHS, STEP_DAYS, WAITS
from leads.touches import ANSWER_GOAL_SECONDS

IS_BOOKED, IS_SHOWN = CONDITIONS["is_booked"], CONDITIONS["is_shown"]
IS_PAID, IS_REFUND = CONDITIONS["is_paid"], CONDITIONS["is_refund"]


def _sum(which: str, what: str = "n") -> str:
    return f"coalesce(sum(sign * {what}) FILTER (WHERE {which}), 0)"


# By the day of the event. `…_days` count a lead once on each day, however often.
BY_EVENT = {
    "ad_clicks": _sum(CONDITIONS["is_click"]),
    "booked_events": _sum(IS_BOOKED),
    "booked_days": _sum(IS_BOOKED, "1"),
    "show_events": _sum(IS_SHOWN),
    "shown_days": _sum(IS_SHOWN, "1"),
    "paid_invoices": _sum(IS_PAID),
    "paid_days": _sum(IS_PAID, "1"),
    "new_customers": _sum(f"{IS_PAID} AND entry_earlier IS NULL", "1"),
    "gross_cents": _sum(IS_PAID, "entry_cents"),
    "refunds_cents": _sum(IS_REFUND, "entry_cents"),
    "due": _sum(f"kind = '{DUE}'"),
    "held": _sum(f"kind = '{HELD}'"),
}


def _waited(wait: str) -> dict[str, str]:
    within = f"{wait}_wait <= {ANSWER_GOAL_SECONDS}"
    return {
        f"cohort_{wait}_contacted": f"sum(sign) FILTER (WHERE {wait}_wait >= 0)",
        f"cohort_{wait}_within": f"sum(sign) FILTER (WHERE {within})",
    }


# By the day on which the lead was created; `came` is what came of one lead.
BY_CREATION = {
    "leads": "sum(sign)",
    "cohort_booked_events": "sum(sign * booked)",
    "cohort_booked_leads": "sum(sign) FILTER (WHERE booked > 0)",
    "cohort_show_events": "sum(sign * shown)",
    "cohort_shown_leads": "sum(sign) FILTER (WHERE shown > 0)",
    "cohort_shown_and_won": "sum(sign) FILTER (WHERE shown > 0 AND paid > 0)",
    "cohort_paid_invoices": "sum(sign * paid)",
    "cohort_paying_leads": "sum(sign) FILTER (WHERE paid > 0)",
    "cohort_gross_cents": "sum(sign * gross::bigint)",
    "cohort_refunds_cents": "sum(sign * refunds::bigint)",
    "cohort_backfilled_leads": "sum(sign) FILTER (WHERE is_backfilled)",
    **_waited("any"),
    **_waited("human"),
    **{
        f"cohort_{days}_cents": f"sum(sign * matured_cents[{place}])"
        for place, days in enumerate(MATURITIES, start=1)
    },
}
ROLLUP_MEASURES = (*BY_EVENT, *BY_CREATION)
ENTRIES = query("rollups", "entries")
CAME = query(
    "rollups",
    "came",
    lead_totals_of_fact=totals_of_lead("sum(n)", "sum(entry_cents)"),
)
EACH_TAG = query("rollups", "each_tag")
# What a fact's row of each dimension is named by: key, campaign, source, procedure.
SLICE_COLUMNS = "'' AS key, campaign, source, procedure"
# A click counts for its own campaign, whatever campaign its lead came from.
CLICK_COLUMNS = (
    f"'' AS key, CASE WHEN {CONDITIONS['is_click']} THEN own_campaign"
    " ELSE campaign END AS campaign, source, procedure"
)
TAG_COLUMNS = "tag AS key, '' AS campaign, '' AS source, '' AS procedure"
ASSIGNED_COLUMNS = "assigned_to AS key, '' AS campaign, '' AS source, '' AS procedure"
CREDITED_COLUMNS = "credited_key AS key, '' AS campaign, '' AS source, '' AS procedure"
HOUR_COLUMNS = "created_hour AS key, '' AS campaign, '' AS source, '' AS procedure"


def by_day_and_month(*days: str) -> dict[str, str]:
    """SQL: what a row is grouped by, the first of `days` or a month; and the months."""
    return {
        "granularity": f"CASE GROUPING({days[0]}) WHEN 0 THEN '{Granularity.DAY}'"
        f" ELSE '{Granularity.MONTH}' END"
    } | {
        f"month_of_{day}": f"date_trunc('month', {day}::timestamp)::date"
        for day in days
    }


def _measures(own: dict[str, str]) -> str:
    """All measures, those that are not `own` as 0.

    Counts are integers: adding up 64 bits takes longer.
    """
    return ", ".join(
        f"coalesce({own.get(name, 0)}, 0)"
        f"::{'bigint' if name.endswith('_cents') else 'integer'} AS {name}"
        for name in ROLLUP_MEASURES
    )


def _cells(
    day: str, columns: str, own: dict[str, str], joined: str, only: str = "true"
) -> str:
    return query(
        "rollups",
        "cells",
        day=day,
        columns=columns,
        measures=_measures(own),
        joined=joined,
        only=only,
    )


def _by_event(columns: str, joined: str = "", only: str = "true") -> str:
    return _cells("entry_day", columns, BY_EVENT, f"{ENTRIES} {joined}", only)


def _by_creation(columns: str, joined: str = "") -> str:
    return _cells("created_day", columns, BY_CREATION, f"{CAME} {joined}")


def _by_credited(day: str, gross: str, refunds: str) -> str:
    own = {
        gross: _sum("part_cents > 0", "part_cents"),
        refunds: _sum("part_cents < 0", "-part_cents"),
    }
    joined, only = query("rollups", "credited"), "cardinality(credited_to) > 0"
    return _cells(day, CREDITED_COLUMNS, own, joined, only)


@dataclass(frozen=True)
class Addition:
    """What the facts of `change` add to one table, or to one dimension of it."""

    table: type[Model]
    rows: str  # SQL: the rows of a table without any
    dimension: Dimension | None = None

    @property
    def key(self) -> list[str]:
        """The columns that name a row."""
        return [field.name for field in self.table._meta.pk_fields]

    @property
    def sums(self) -> list[str]:
        """The other columns."""
        names = [field.name for field in self.table._meta.concrete_fields]
        return [name for name in names if name not in self.key]

    @property
    def insert(self) -> str:
        """Enough for a table without rows.

        Sums that are read together are written beside each other.
        """
        return f"{self._insert} ORDER BY {self._place}"

    @property
    def merge(self) -> str:
        """The insert, which adds to the rows that are there."""
        added = ", ".join(
            f"{name} = rollup.{name} + excluded.{name}" for name in self.sums
        )
        return (
            f"{self._insert} ON CONFLICT ({', '.join(self.key)}) DO UPDATE SET {added}"
        )

    @property
    def _insert(self) -> str:
        return query(
            "rollups",
            "insert",
            table=self.table._meta.db_table,
            columns=", ".join((*self.key, *self.sums)),
            rows=self.rows,
        )

    @property
    def _place(self) -> str:
        """SQL: the first columns of the key as one number, which sorts much faster."""
        place = "day - date '1970-01-01'"
        for part in PLACES.keys() & self.key:
            place += f" + {PLACES[part]}"
        return place


# By dimension, then by granularity, digits and day.
PLACES = {
    "digits": "1000000 * digits",
    "granularity": "CASE granularity WHEN 'month' THEN 10000000 ELSE 0 END",
    "dimension": "20000000 * ascii(dimension)::bigint",
}


def _measured(dimension: Dimension, *cells: str) -> Addition:
    rows = query(
        "rollups",
        "measures",
        dimension=dimension,
        cells=" UNION ALL ".join(cells),
        **by_day_and_month("own_day"),
        sums=", ".join(f"sum({name}) AS {name}" for name in ROLLUP_MEASURES),
    )
    return Addition(DaySum, rows, dimension)


def _repeated(dimension: Dimension, columns: str, joined: str = "") -> Addition:
    rows = query(
        "rollups",
        "repeats",
        dimension=dimension,
        columns=columns,
        joined=joined,
        entries=ENTRIES,
        **by_day_and_month("entry_day", "entry_earlier"),
    )
    return Addition(Repeat, rows, dimension)


# Of each step a lead went on from it after a wait, or it was the last one, on some day.
_BUCKETS_OF_DAYS = STEP_DAYS.of("value")
STEP_BUCKETS = {
    name: f"CASE WHEN went_on THEN {of_waits} ELSE {_BUCKETS_OF_DAYS[name]} END"
    for name, of_waits in WAITS.of("value").items()
}

# Until the first touch of any kind, or by a person.
WAIT_BY_WHO = "CASE who WHEN 'any' THEN any_wait ELSE human_wait END"


def _counted(
    table: type[Model],
    counted: str,
    keys: Sequence[str],
    sums: Sequence[str],
    buckets: Mapping[str, str],
    **more: str,
) -> Addition:
    rows = query(
        "rollups",
        "buckets",
        keys=", ".join(keys),
        day=Granularity.DAY,
        counts=", ".join(sums),
        sums=", ".join(f"sum({name})::bigint" for name in sums),
        counted=query("rollups", counted, **buckets, **more),
        **buckets,
        **by_day_and_month("own_day"),
    )
    return Addition(table, rows)


# Those that take longest begin first.
ADDITIONS = {
    "stage_periods": _counted(
        StagePeriodSum,
        "counted_stage_periods",
        ("stage",),
        ("n", "microseconds"),
        LENGTHS.of("length / 1000000"),
    ),
    "waits": _counted(
        WaitSum,
        "counted_waits",
        ("dimension", "key", "who"),
        ("n",),
        WAITS.of(WAIT_BY_WHO),
        wait=WAIT_BY_WHO,
    ),
    "slices": _measured(
        Dimension.SLICE, _by_event(CLICK_COLUMNS), _by_creation(SLICE_COLUMNS)
    ),
    "steps": _counted(
        StepSum,
        "counted_steps",
        ("step", "went_on"),
        ("n", "given_up", "lost_cents"),
        STEP_BUCKETS,
        steps=", ".join(f"'{step}'" for step in STEPS),
        waits=", ".join(f"{step}_wait" for step in STEPS),
        went_on=", ".join("true" for _ in STEPS),
    ),
    "tags": _measured(
        Dimension.TAG,
        _by_event(TAG_COLUMNS, EACH_TAG, CONDITIONS["is_no_click"]),
        _by_creation(TAG_COLUMNS, EACH_TAG),
    ),
    "assigned": _measured(
        Dimension.ASSIGNED,
        _by_event(ASSIGNED_COLUMNS, only=CONDITIONS["is_no_click"]),
        _by_creation(ASSIGNED_COLUMNS),
    ),
    "hours": _measured(Dimension.HOUR, _by_creation(HOUR_COLUMNS)),
    "providers": _measured(
        Dimension.CREDITED,
        _by_credited("credited_day", "gross_cents", "refunds_cents"),
        _by_credited("created_day", "cohort_gross_cents", "cohort_refunds_cents"),
    ),
    "repeats": _repeated(Dimension.SLICE, SLICE_COLUMNS),
    "tag_repeats": _repeated(Dimension.TAG, TAG_COLUMNS, EACH_TAG),
    "assigned_repeats": _repeated(Dimension.ASSIGNED, ASSIGNED_COLUMNS),
    "stage_flows": Addition(StageFlow, query("rollups", "stage_flows")),
}
