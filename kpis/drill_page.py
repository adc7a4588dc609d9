"""The page of the rows behind a number."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from kpis import definitions
from kpis.definitions import Basis, Metric, Unit
from kpis.display import Value, text
from kpis.drill import Asked, Place, Rows, find
from kpis.numbers import Numbers
from kpis.period import Choice

BY = {
    "campaign": "Campaign",
    "source": "Source",
    "platform": "Ad platform",
    "procedure": "Procedure",
}
METRICS: Mapping[str, Metric] = definitions.SPEED | definitions.PERIOD


@dataclass(frozen=True)
class DrillPage:
    """One number, whose it is, and a page of its rows."""

    choice: Choice
    numbers: Numbers
    asked: Asked
    after: Place | None

    @property
    def metric(self) -> Metric:
        return METRICS[self.asked.metric]

    @property
    def is_money(self) -> bool:
        return self.metric.unit == Unit.CENTS

    @property
    def formula(self) -> str:
        return self.metric.words(self.numbers.basis)

    @property
    def whose(self) -> str:
        """`Source: Google`; empty for the whole clinic."""
        return f"{BY[self.asked.by]}: {self._row_name}" if self.asked.by else ""

    @cached_property
    def _breakdown_row(self) -> tuple[str, Value]:
        for row in self.numbers.by(self.asked.by).rows:
            if row.id == self.asked.key:
                return row.name, row.figures[self.asked.metric]
        return "–", 0

    @property
    def _row_name(self) -> str:
        return self._breakdown_row[0]

    @property
    def value(self) -> str:
        """The number as the page has it."""
        if self.asked.metric == "within_5min":
            return text(self.numbers.speeds["any"].within_5min, Unit.COUNT)
        figures = self.numbers.figures
        number = self._breakdown_row[1] if self.asked.by else figures[self.asked.metric]
        return text(number, self.metric.unit)

    @cached_property
    def found(self) -> Rows:
        if self.asked.by and not self._breakdown_row[1]:
            return Rows([], None)  # without looking through the whole range for them
        return find(self.asked, self.numbers.window, self.numbers.basis, self.after)

    @property
    def back(self) -> str:
        """The address of the KPI page that the number is on."""
        return urlencode(self._range)

    @property
    def following(self) -> str:
        """The address of the next page of rows; empty on the last."""
        place = self.found.following
        if place is None:
            return ""
        return urlencode({**self._range, **self.asked.query, **place.query})

    @property
    def _range(self) -> dict[str, str]:
        basis = self.numbers.basis
        return self.choice.query | ({"basis": basis} if basis == Basis.COHORT else {})
