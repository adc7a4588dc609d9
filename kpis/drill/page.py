"""The page of the rows behind a number."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property
from typing import NamedTuple
from urllib.parse import urlencode

from django.urls import reverse

from kpis import drill
from kpis.drill import MetricRef, RowPage, cursor_query, find
from kpis.drill.spend import SpendRow, spend_rows
from kpis.metrics import definitions
from kpis.metrics.definitions import Basis, Metric, Unit
from kpis.metrics.display import DASH, Value, number, text
from kpis.page.people_tables import leak_table
from kpis.page.table import Table, cell
from kpis.page.tables import TABLES, stage_table
from kpis.period import Choice, Period, Window
from kpis.queries.drop_off import leaks, measures_of
from kpis.queries.durations import ended_stays, open_stays
from kpis.queries.numbers import Numbers
from medspa.postgres.keyset import Cursor

BY = {
    "campaign": "Campaign",
    "source": "Source",
    "platform": "Ad platform",
    "procedure": "Procedure",
    "tag": "Tag",
    "speed": "First touch",
    "stages": "Stage",
    "forecast": "Expected in",
    "leaks": "Step",
    "arrivals": "Hour",
}
OWN_METRICS: Mapping[str, Mapping[str, Metric]] = {
    "speed": definitions.SPEED,
    "consults": definitions.CONSULTS,
    "stages": definitions.STAGES,
    "forecast": definitions.FORECAST,
    "cohorts": definitions.COHORTS,
    "leaks": definitions.LEAKS,
    "arrivals": definitions.ARRIVALS,
}


class Part(NamedTuple):
    """One of the two numbers of a quotient, and where its rows are."""

    label: str
    value: str
    rows: str


@dataclass(frozen=True)
class DrillPage:
    """One number, whose it is, and a page of its rows."""

    choice: Choice
    numbers: Numbers
    asked: MetricRef
    after: Cursor | None
    compares: bool = True

    @property
    def metrics(self) -> Mapping[str, Metric]:
        return OWN_METRICS.get(self.asked.by, definitions.PERIOD)

    @property
    def metric(self) -> Metric:
        return self.metrics[self.asked.metric]

    @property
    def basis(self) -> Basis:
        """The table's own, where it has only one."""
        return self.metric.basis if self.asked.by in OWN_METRICS else self._basis

    @property
    def _basis(self) -> Basis:
        return self.numbers.basis

    @property
    def is_money(self) -> bool:
        return self.metric.unit == Unit.CENTS

    @property
    def moment(self) -> str:
        """What heads the column of times."""
        question = self.asked.question(self._basis)
        return question.moment if question else ""

    @property
    def has_length(self) -> bool:
        question = self.asked.question(self._basis)
        return bool(question and question.has_length)

    @property
    def is_dated(self) -> bool:
        """Whether the moments are days without an hour."""
        return self.asked.by == "forecast"

    @property
    def rows_address(self) -> str:
        """What comes before the parameters that open a number's rows."""
        state = f"{urlencode(self._state)}&" if self._state else ""
        return f"{reverse('kpi_rows')}?{state}"

    @property
    def formula(self) -> str:
        return self.metric.words(self._basis)

    @property
    def whose(self) -> str:
        """`Source: Google`; empty for the whole clinic."""
        name = BY.get(self.asked.by)
        return f"{name}: {self._table_row[0]}" if name else ""

    @cached_property
    def _table_row(self) -> tuple[str, Mapping[str, Value]]:
        """The name and figures of the table's row that was asked for."""
        table = self._table()
        rows = [*table.rows, *([table.total] if table.total else [])]
        for row in rows:
            if row.id == self.asked.key or row.period:
                return row.name, row.figures
        return DASH, {}

    def _table(self) -> Table:
        """Of the slow ones only what one number needs."""
        if self.asked.by == "leaks":
            window = self.numbers.window
            found = leaks(window, measures_of(self.asked.metric))
            return leak_table(found, window.period)
        if self.asked.by == "stages":
            return self._stages()
        return TABLES[self.asked.by](self.numbers)

    def _stages(self) -> Table:
        """Of one stage, either what left it or what is in it."""
        window, stages = self.numbers.window, [self.asked.key or ""]
        if self.asked.metric in ("ageing", "ageing_median_seconds"):
            return stage_table([], open_stays(window, stages), window.period)
        return stage_table(ended_stays(window, stages), [], window.period)

    def figure(self, metric: str) -> Value:
        """The number as the page has it."""
        if self.asked.by == "trend":
            return self._so_far(metric) - self._before(metric)
        if self.asked.by:
            return self._table_row[1].get(metric)
        return self.numbers.figures[metric]

    def _so_far(self, metric: str) -> int:
        """Since the first day of the trend."""
        period = self.choice.period
        first = min(self.asked.since or period.first, period.first)
        return self._count(Period(first, period.last), metric)

    def _before(self, metric: str) -> int:
        """The same up to the day before: who was counted then isn't again."""
        period, since = self.choice.period, self.asked.since
        if since is None or since >= period.first:
            return 0
        return self._count(Period(since, period.first - timedelta(days=1)), metric)

    def _count(self, period: Period, metric: str) -> int:
        seen = self.numbers.window
        window = Window(period, seen.zone, seen.as_of)
        return int(number(Numbers(window).figures[metric]) or 0)

    @property
    def value(self) -> str:
        return cell(self.figure(self.asked.metric), self.metric).text

    @property
    def parts(self) -> list[Part]:
        """The two numbers of a quotient."""
        return [self._part(key) for key in self.asked.parts or ()]

    def _part(self, key: str) -> Part:
        asked, value = replace(self.asked, metric=key), self.figure(key)
        rows = drill.address(self.choice.period, self._basis, asked, value)
        metric = self.metrics[key]
        return Part(metric.label, text(value, metric.unit), rows)

    @cached_property
    def spend(self) -> list[SpendRow]:
        """What spend is made of."""
        return spend_rows(self.asked, self.numbers) if self.asked.is_spend else []

    @cached_property
    def found(self) -> RowPage:
        if self.asked.is_spend or not number(self.figure(self.asked.metric)):
            return RowPage([], None)  # without looking through the whole range for them
        return find(self.asked, self.numbers.window, self._basis, self.after)

    @property
    def back(self) -> str:
        """The address of the KPI page that the number is on."""
        return urlencode(self._range | self._state)

    @property
    def following(self) -> str:
        """The address of the next page of rows; empty on the last."""
        cursor = self.found.following
        if cursor is None:
            return ""
        return urlencode(
            {**self._range, **self._state, **self.asked.query, **cursor_query(cursor)}
        )

    @property
    def _range(self) -> dict[str, str]:
        return self.choice.query | (
            {"basis": self._basis} if self._basis == Basis.COHORT else {}
        )

    @property
    def _state(self) -> dict[str, str]:
        return {} if self.compares else {"compare": "off"}
