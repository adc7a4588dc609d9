"""What each number means, as data: cards, tooltips, headers, CSV and JSON read it."""

from kpis.definitions.metric import Basis, Better, Metric, Unit
from kpis.definitions.of_people import (
    ARRIVALS,
    COHORTS,
    FUNNEL,
    LEAKS,
    MATURITIES,
    SPEED,
)
from kpis.definitions.of_pipeline import CONSULTS, FORECAST, STAGES
from kpis.definitions.of_ranges import PERIOD, TREND

__all__ = [
    "ARRIVALS",
    "COHORTS",
    "CONSULTS",
    "FORECAST",
    "FUNNEL",
    "LEAKS",
    "MATURITIES",
    "PERIOD",
    "SPEED",
    "STAGES",
    "TREND",
    "Basis",
    "Better",
    "Metric",
    "Unit",
]
