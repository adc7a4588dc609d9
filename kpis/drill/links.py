"""The addresses that open the rows behind numbers."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
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

    def address(self, metric: str, value: Value) -> str:
        """The parameters that open the rows of a number; empty if it opens none."""
        if not (number(value) or has_cases(value)):
            return ""
        if not self.by:
            metric = WHOLE_CLINIC_NAMES.get(metric, metric)
        ref = MetricRef(metric, self.by, self.key, self.since)
        return f"{_start(self)}&rows={metric}" if ref.opens(self.basis) else ""


@lru_cache(maxsize=1000)
def _start(link: DrillLink) -> str:
    """What its addresses have in common: a page asks for it of each of its numbers."""
    days = {"from": str(link.period.first), "to": str(link.period.last)}
    cohort = {"basis": "cohort"} if link.basis == Basis.COHORT else {}
    row = MetricRef("", link.by, link.key, link.since)
    return urlencode(days | cohort | row.query)


def address(period: Period, basis: Basis, ref: MetricRef, value: Value) -> str:
    """The parameters that open the rows of one number; empty if it opens none."""
    link = DrillLink(period, basis, ref.by, ref.key, ref.since)
    return link.address(ref.metric, value)
