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
    "cohort_gross_cents": "sum(sign * gross)",
    "cohort_refunds_cents": "sum(sign * refunds)",
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
    """All measures, those that are not `own` as 0."""
    return ", ".join(
        f"coalesce({own[name]}, 0)::bigint AS {name}" if name in own else f"0 AS {name}"
        for name in ROLLUP_MEASURES
    )


def _by_event(columns: str, joined: str = "", only: str = "true") -> str:
    return query(
        "rollups",
        "by_event",
        columns=columns,
        measures=_measures(BY_EVENT),
        entries=ENTRIES,
        joined=joined,
        only=only,
    )


def _by_creation(columns: str, joined: str = "") -> str:
    return query(
        "rollups",
        "by_creation",
        columns=columns,
        measures=_measures(BY_CREATION),
        lead_totals_of_fact=totals_of_lead("sum(n)", "sum(entry_cents)"),
        joined=joined,
    )


def _by_credited(day: str, gross: str, refunds: str) -> str:
    return query(
        "rollups",
        "by_credited",
        day=day,
        columns=CREDITED_COLUMNS,
        measures=_measures(
            {gross: _sum("part_cents > 0", "part_cents")}
            | {refunds: _sum("part_cents < 0", "-part_cents")}
        ),
    )


def _add_measures(dimension: Dimension, *cells: str) -> str:
    return query(
        "rollups",
        "add_measures",
        dimension=dimension,
        cells=" UNION ALL ".join(cells),
        **by_day_and_month("own_day"),
        names=", ".join(ROLLUP_MEASURES),
        sums=", ".join(f"sum({name})" for name in ROLLUP_MEASURES),
    )


def _add_repeats(dimension: Dimension, columns: str, joined: str = "") -> str:
    return query(
        "rollups",
        "add_repeats",
        dimension=dimension,
        columns=columns,
        joined=joined,
        entries=ENTRIES,
        **by_day_and_month("entry_day", "entry_earlier"),
    )


@dataclass(frozen=True)
class Addition:
    """What the facts of `change` add to one table."""

    table: type[Model]
    insert: str  # enough for a table without rows

    @property
    def merge(self) -> str:
        """The insert, which adds to the rows that are there."""
        key = {field.name for field in self.table._meta.pk_fields}
        added = ", ".join(
            f"{field.name} = rollup.{field.name} + excluded.{field.name}"
            for field in self.table._meta.concrete_fields
            if field.name not in key
        )
        return f"{self.insert} ON CONFLICT ({', '.join(key)}) DO UPDATE SET {added}"


# Of each step a lead went on from it after a wait, or it was the last one, on some day.
_BUCKETS_OF_DAYS = STEP_DAYS.of("value")
STEP_BUCKETS = {
    name: f"CASE WHEN went_on THEN {of_waits} ELSE {_BUCKETS_OF_DAYS[name]} END"
    for name, of_waits in WAITS.of("value").items()
}


def _add_buckets(
    table: type[Model],
    counted: str,
    keys: Sequence[str],
    names: Sequence[str],
    buckets: Mapping[str, str],
    **more: str,
) -> Addition:
    """Rows stand in the order in which they are read."""
    insert = query(
        "rollups",
        "add_buckets",
        table=table._meta.db_table,
        keys=", ".join(keys),
        names=", ".join(names),
        sums=", ".join(f"sum({name})" for name in names),
        first="dimension, " if "dimension" in keys else "",
        counted=query("rollups", counted, **buckets, **more),
        **buckets,
        **by_day_and_month("own_day"),
    )
    return Addition(table, insert)


ADDITIONS = {
    "slices": Addition(
        DaySum,
        _add_measures(
            Dimension.SLICE, _by_event(CLICK_COLUMNS), _by_creation(SLICE_COLUMNS)
        ),
    ),
    "tags": Addition(
        DaySum,
        _add_measures(
            Dimension.TAG,
            _by_event(TAG_COLUMNS, EACH_TAG, CONDITIONS["is_no_click"]),
            _by_creation(TAG_COLUMNS, EACH_TAG),
        ),
    ),
    "assigned": Addition(
        DaySum,
        _add_measures(
            Dimension.ASSIGNED,
            _by_event(ASSIGNED_COLUMNS, only=CONDITIONS["is_no_click"]),
            _by_creation(ASSIGNED_COLUMNS),
        ),
    ),
    "hours": Addition(
        DaySum, _add_measures(Dimension.HOUR, _by_creation(HOUR_COLUMNS))
    ),
    "providers": Addition(
        DaySum,
        _add_measures(
            Dimension.CREDITED,
            _by_credited("credited_day", "gross_cents", "refunds_cents"),
            _by_credited("created_day", "cohort_gross_cents", "cohort_refunds_cents"),
        ),
    ),
    "repeats": Addition(Repeat, _add_repeats(Dimension.SLICE, SLICE_COLUMNS)),
    "tag_repeats": Addition(Repeat, _add_repeats(Dimension.TAG, TAG_COLUMNS, EACH_TAG)),
    "assigned_repeats": Addition(
        Repeat, _add_repeats(Dimension.ASSIGNED, ASSIGNED_COLUMNS)
    ),
    "waits": _add_buckets(
        WaitSum, "counted_waits", ("dimension", "key", "who"), ("n",), WAITS.of("wait")
    ),
    "steps": _add_buckets(
        StepSum,
        "counted_steps",
        ("step", "went_on"),
        ("n", "given_up", "lost_cents"),
        STEP_BUCKETS,
        steps=", ".join(f"'{step}'" for step in STEPS),
        waits=", ".join(f"{step}_wait" for step in STEPS),
        went_on=", ".join("true" for _ in STEPS),
    ),
    "stage_periods": _add_buckets(
        StagePeriodSum,
        "counted_stage_periods",
        ("stage",),
        ("n", "microseconds"),
        LENGTHS.of("length / 1000000"),
    ),
    "stage_flows": Addition(StageFlow, query("rollups", "add_stage_flows")),
}
