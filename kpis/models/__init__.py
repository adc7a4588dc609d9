"""Recorded events, and what is kept of them so that numbers are there at once."""

from kpis.models.event import KpiEvent, KpiEventQuerySet, LivingKpiEventManager
from kpis.models.rollup import Changed, DaySum, Fact, Kept, Repeat, WaitSum
from kpis.models.snapshot import MonthSnapshot

__all__ = [
    "Changed",
    "DaySum",
    "Fact",
    "Kept",
    "KpiEvent",
    "KpiEventQuerySet",
    "LivingKpiEventManager",
    "MonthSnapshot",
    "Repeat",
    "WaitSum",
]
