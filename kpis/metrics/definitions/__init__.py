"""What each metric means, as data: cards, tooltips, headers, CSV and JSON read it."""

from kpis.metrics.definitions.metric import Basis, Better, Metric, Unit
from kpis.metrics.definitions.people import (
    ARRIVALS,
    COHORTS,
    FUNNEL,
    LEAKS,
    MATURITIES,
    SPEED,
)
from kpis.metrics.definitions.persons import PROVIDER_REVENUE
from kpis.metrics.definitions.pipeline import CONSULTS, FORECAST, STAGES
from kpis.metrics.definitions.ranges import PERIOD, TREND

__all__ = [
    "ARRIVALS",
    "COHORTS",
    "CONSULTS",
    "FORECAST",
    "FUNNEL",
    "LEAKS",
    "MATURITIES",
    "PERIOD",
    "PROVIDER_REVENUE",
    "SPEED",
    "STAGES",
    "TREND",
    "Basis",
    "Better",
    "Metric",
    "Unit",
]
