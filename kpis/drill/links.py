"""The addresses that open the rows behind numbers."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from urllib.parse import urlencode

from kpis.drill.metric_ref import WHOLE_CLINIC_NAMES, MetricRef
from kpis.metrics.definitions import Basis
from kpis.metrics.display import Value, has_cases, number
from kpis.period import Period


@dataclass(frozen=True)
class DrillLink:
    """Writes the addresses of one table row's numbers."""

    period: Period
    basis: Basis
    by: str = ""
    key: str | None = None
    since: date | None = None

    @cached_property
    def _start(self) -> str:
        """What all of them have in common."""
        days = {"from": str(self.period.first), "to": str(self.period.last)}
        cohort = {"basis": "cohort"} if self.basis == Basis.COHORT else {}
        return urlencode(
            days | cohort | MetricRef("", self.by, self.key, self.since).query
        )

    def address(self, metric: str, value: Value) -> str:
        """The parameters that open the rows of a number; empty if it opens none."""
        if not (number(value) or has_cases(value)):
            return ""
        if not self.by:
            metric = WHOLE_CLINIC_NAMES.get(metric, metric)
        ref = MetricRef(metric, self.by, self.key, self.since)
        return f"{self._start}&rows={metric}" if ref.opens(self.basis) else ""


def address(period: Period, basis: Basis, ref: MetricRef, value: Value) -> str:
    """The parameters that open the rows of one number; empty if it opens none."""
    link = DrillLink(period, basis, ref.by, ref.key, ref.since)
    return link.address(ref.metric, value)
