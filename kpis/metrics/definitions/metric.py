"""What a metric is: its key, label, unit, formula, and which direction is good."""

from dataclasses import dataclass, replace
from enum import StrEnum


class Unit(StrEnum):
    COUNT = "count"
    CENTS = "cents"
    RATIO = "ratio"  # shown as 2.4×
    RATE = "rate"  # shown as 41%
    SECONDS = "seconds"


class Basis(StrEnum):
    """Period: events by their own date. Cohort: the leads of the range, followed up."""

    PERIOD = "period"
    COHORT = "cohort"
    NOW = "now"

    @property
    def label(self) -> str:
        """What people read: which date decides whether something is in the range."""
        return BASIS_LABELS[self]


BASIS_LABELS = {
    Basis.PERIOD: "Event date",
    Basis.COHORT: "Lead date",
    Basis.NOW: "Now",
}


class Better(StrEnum):
    HIGHER = "higher"
    LOWER = "lower"
    NEITHER = "neither"


@dataclass(frozen=True)
class Metric:
    """One metric: `formula` in words; `cohort` is the formula where that basis differs.

    `basis` is the one it is shown on unless people choose the other.
    """

    key: str
    label: str
    unit: Unit
    formula: str
    better: Better = Better.HIGHER
    cohort: str = ""
    basis: Basis = Basis.PERIOD

    def words(self, basis: Basis) -> str:
        return self.cohort if self.cohort and basis == Basis.COHORT else self.formula


def by_key(*metrics: Metric, basis: Basis = Basis.PERIOD) -> dict[str, Metric]:
    """The metrics of one table by their keys, all on `basis`."""
    return {metric.key: replace(metric, basis=basis) for metric in metrics}


COUNT, CENTS, RATIO, RATE, SECONDS = (
    Unit.COUNT,
    Unit.CENTS,
    Unit.RATIO,
    Unit.RATE,
    Unit.SECONDS,
)
LOWER, NEITHER = Better.LOWER, Better.NEITHER
