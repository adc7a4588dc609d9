"""Recorded events, the rollups made of them, and each evening's figures."""

from kpis.models.consult_details import ConsultDetails
from kpis.models.event import KpiEvent, KpiEventQuerySet, LivingKpiEventManager
from kpis.models.rollup import (
    DaySum,
    Dimension,
    DirtySubject,
    Fact,
    Granularity,
    Repeat,
    RollupState,
    StageFlow,
    StagePeriodSum,
    StepSum,
    WaitSum,
)
from kpis.models.snapshot import MonthSnapshot

__all__ = [
    "ConsultDetails",
    "DaySum",
    "Dimension",
    "DirtySubject",
    "Fact",
    "Granularity",
    "KpiEvent",
    "KpiEventQuerySet",
    "LivingKpiEventManager",
    "MonthSnapshot",
    "Repeat",
    "RollupState",
    "StageFlow",
    "StagePeriodSum",
    "StepSum",
    "WaitSum",
]
