"""The addresses that open the rows behind numbers."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from urllib.parse import urlencode

from django.utils.functional import cached_property

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
        if not _opens(metric, self.by, self.key, self.basis):
            return ""
        return f"{self.start}&rows={metric}"

    @cached_property
    def start(self) -> str:
        """What its addresses have in common."""
        days = {"from": str(self.period.first), "to": str(self.period.last)}
        cohort = {"basis": "cohort"} if self.basis == Basis.COHORT else {}
        row = MetricRef("", self.by, self.key, self.since)
        return urlencode(days | cohort | row.query)


@lru_cache(maxsize=1000)
def _opens(metric: str, by: str, key: str | None, basis: Basis) -> bool:
    """A page asks for it of each of its numbers."""
    return MetricRef(metric, by, key).opens(basis)


@lru_cache(maxsize=50)
def _of_all(period: Period, basis: Basis) -> DrillLink:
    return DrillLink(period, basis)


def address(period: Period, basis: Basis, ref: MetricRef, value: Value) -> str:
    """The parameters that open the rows of one number; empty if it opens none."""
    if ref.by or ref.since:
        link = DrillLink(period, basis, ref.by, ref.key, ref.since)
    else:
        link = _of_all(period, basis)
    return link.address(ref.metric, value)
