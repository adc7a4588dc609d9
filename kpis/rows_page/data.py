"""The data of the page of the rows behind a number.

`read_rows_page` asks all the questions; the templates ask none.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import NamedTuple
from urllib.parse import urlencode

from kpis import drill
from kpis.drill import MetricRef, RowPage, cursor_query, find
from kpis.drill.spend import SpendRow, spend_rows
from kpis.extension_points import person_tables
from kpis.metrics import definitions
from kpis.metrics.definitions import Basis, Metric, Unit
from kpis.metrics.display import DASH, Value, number, text
from kpis.page.people_tables import drop_off_table
from kpis.page.state import PageState
from kpis.page.table import KpiTable, cell
from kpis.page.tables import builder_of, stage_table
from kpis.period import Period, Window
from kpis.queries.drop_off import drop_off_steps, measures_of
from kpis.queries.durations import ended_stage_periods, open_stage_periods
from kpis.queries.numbers import KpiData
from medspa.postgres.keyset import Cursor

# What the rows of a table are called, by the table.
ROW_LABELS = {
    "campaign": "Campaign",
    "source": "Source",
    "platform": "Ad platform",
    "procedure": "Procedure",
    "tag": "Tag",
    "assigned": "Assigned to",
    "assigned_speed": "Assigned to",
    "speed": "First touch",
    "stages": "Stage",
    "forecast": "Expected in",
    "leaks": "Step",
    "arrivals": "Hour",
}
# Tables whose columns are not the metrics of a range.
OWN_METRICS: Mapping[str, Mapping[str, Metric]] = {
    "speed": definitions.SPEED,
    "assigned_speed": definitions.SPEED,
    "consults": definitions.CONSULTS,
    "stages": definitions.STAGES,
    "forecast": definitions.FORECAST,
    "cohorts": definitions.COHORTS,
    "leaks": definitions.LEAKS,
    "arrivals": definitions.ARRIVALS,
}
NO_ROWS = RowPage([], None)


class QuotientPart(NamedTuple):
    """One of the two numbers of a quotient, and the parameters that open its rows."""

    label: str
    value: str
    rows: str


class AskedFigures(NamedTuple):
    """The asked number among its row's figures; `name` is that of the table's row."""

    name: str
    figures: Mapping[str, Value]


@dataclass(frozen=True)
class RowsPageData:
    """One number and a page of its rows: quotients have parts, spend has spend rows.

    `whose` says which row of a table the number is of, empty for the whole clinic.
    `moment` heads the column of times, `is_dated` if they are days without an hour.
    `following` are the parameters of the next page of rows, empty on the last;
    `as_list` those that open the same leads in the lead list, if any.
    """

    state: PageState
    metric: Metric
    basis: Basis
    formula: str
    value: str
    whose: str
    parts: Sequence[QuotientPart]
    spend: Sequence[SpendRow]
    rows: Sequence[drill.DrillRow]
    following: str
    moment: str
    has_length: bool
    is_dated: bool
    as_list: str

    @property
    def is_money(self) -> bool:
        return self.metric.unit == Unit.CENTS


def read_rows_page(
    asked: MetricRef, state: PageState, numbers: KpiData, after: Cursor | None
) -> RowsPageData:
    metric = metric_of(asked)
    question = asked.question(numbers.basis)
    name, figures = asked_figures(asked, numbers)
    value = figures.get(asked.metric)
    parts = [
        _part(replace(asked, metric=key), state, figures.get(key))
        for key in asked.parts or ()
    ]
    spend = spend_rows(asked, numbers) if asked.is_spend and not parts else []
    # A number that is 0 has no rows: none are looked for in the whole range.
    has_rows = not parts and not asked.is_spend and number(value)
    found = find(asked, numbers.window, numbers.basis, after) if has_rows else NO_ROWS
    label = _row_label(asked.by)
    return RowsPageData(
        state=state,
        metric=metric,
        basis=metric.basis if asked.by in OWN_METRICS else numbers.basis,
        formula=metric.words(numbers.basis),
        value=cell(value, metric).text,
        whose=f"{label}: {name}" if label else "",
        parts=parts,
        spend=spend,
        rows=found.rows,
        following=_following(asked, state, found.following),
        moment=question.moment if question else "",
        has_length=bool(question and question.has_length),
        is_dated=asked.by == "forecast",
        as_list=_as_list(asked, state)
        if any(row.lead_id for row in found.rows)
        else "",
    )


def _row_label(by: str) -> str:
    table = person_tables.get(by)
    return table.label if table else ROW_LABELS.get(by, "")


def _as_list(asked: MetricRef, state: PageState) -> str:
    """The list's own filter has as its value what this page is addressed by."""
    named = {**state.parameters, **asked.query}
    named.pop("compare", None)
    return urlencode({"kpi": urlencode(named)})


def metric_of(asked: MetricRef) -> Metric:
    if table := person_tables.get(asked.by):
        return table.metrics[asked.metric]
    return OWN_METRICS.get(asked.by, definitions.PERIOD)[asked.metric]


def _part(asked: MetricRef, state: PageState, value: Value) -> QuotientPart:
    rows = drill.address(state.period, state.basis, asked, value)
    metric = metric_of(asked)
    return QuotientPart(metric.label, text(value, metric.unit), rows)


def _following(asked: MetricRef, state: PageState, place: Cursor | None) -> str:
    if place is None:
        return ""
    return urlencode({**state.parameters, **asked.query, **cursor_query(place)})


# The figures ---------------------------------------------------------------------


def asked_figures(asked: MetricRef, numbers: KpiData) -> AskedFigures:
    """The number as the page has it: of the clinic, or of the table's row."""
    if not asked.by:
        return AskedFigures("", numbers.figures)
    if asked.by == "trend":
        return AskedFigures("", {asked.metric: _step_count(asked, numbers)})
    table = _table(asked, numbers)
    for row in table.rows_and_total:
        if row.id == asked.key or row.period:
            return AskedFigures(row.name, row.figures)
    return AskedFigures(DASH, {})


def _table(asked: MetricRef, numbers: KpiData) -> KpiTable:
    """The table; of the slow ones only what the number needs."""
    window, freshness = numbers.window, numbers.freshness
    if asked.by == "leaks":
        steps = drop_off_steps(window, measures_of(asked.metric), freshness)
        return drop_off_table(steps, window.period)
    if asked.by == "stages":
        stages = [asked.key or ""]
        if asked.metric in ("ageing", "ageing_median_seconds"):
            still_in = open_stage_periods(window, stages, freshness)
            return stage_table([], still_in, window.period)
        has_median = asked.metric == "median_seconds"
        left = ended_stage_periods(window, stages, freshness, has_median=has_median)
        return stage_table(left, [], window.period)
    build = builder_of(asked.by)
    assert build  # noqa: S101  (it opens rows, so it is a table)
    return build(numbers)


def _step_count(asked: MetricRef, numbers: KpiData) -> int:
    """A step of the trend: whoever was counted in an earlier step isn't again.

    So it is the count since the first day of the trend, less that up to the day before.
    """
    period, since = numbers.window.period, asked.since
    first = min(since or period.first, period.first)
    count = _count(Period(first, period.last), asked.metric, numbers)
    if first == period.first:
        return count
    before = Period(first, period.first - timedelta(days=1))
    return count - _count(before, asked.metric, numbers)


def _count(period: Period, metric: str, numbers: KpiData) -> int:
    window = Window(period, numbers.window.zone, numbers.window.as_of)
    return int(number(KpiData(window).figures[metric]) or 0)
