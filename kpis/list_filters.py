"""Filters of the lead list by what KPIs are counted from."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, partial
from typing import Any
from urllib.parse import parse_qsl

from django.db.models import DateTimeField, Exists, OuterRef, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from kpis.choices import Kind
from kpis.drill import MetricRef, lead_ids, read_metric
from kpis.metrics.definitions import Basis
from kpis.models import KpiEvent
from kpis.models.event import text_before, text_not_before
from kpis.period import RangeChoice, Window, read_choice
from kpis.rows_page.data import metric_of
from leads.models import Lead
from leads.selection.filter_kinds import (
    NONE,
    Bands,
    FilterContext,
    FilterKind,
    IndexedRows,
    Options,
    RangeKind,
)
from leads.selection.intervals import Interval
from leads.selection.spans import day_span
from medspa.clinic_time import (
    clinic_today,
    clinic_zone,
    local_date,
    start_of_day,
)

PLANNED_FOR = KeyTextTransform("scheduled_for", "metadata_json")
# So many leads behind one number are listed, the newest.
MOST_LISTED = 2_000


def _consults(now: datetime) -> Bands:
    today, zone = clinic_today(now), clinic_zone()

    def days(first: int, end: int | None = None) -> Interval:
        low, high = (
            None if day is None else start_of_day(today + timedelta(days=day), zone)
            for day in (first, end)
        )
        return Interval(low, high)

    return {
        "today": ("Today", days(0, 1)),
        "tomorrow": ("Tomorrow", days(1, 2)),
        "7": ("Next 7 days", days(0, 7)),
        "coming": ("Today or later", days(0)),
        "past": ("Earlier", Interval(None, days(0).low)),
        NONE: ("None", Interval()),
    }


def _booked() -> QuerySet[Any, Any]:
    return KpiEvent.objects.standing_bookings()


@cache
def _booked_on() -> QuerySet[Any, Any]:
    """The same with their day as text and as a moment.

    Made once per process: it takes Django longer than the question takes PostgreSQL.
    """
    planned = Cast(PLANNED_FOR, DateTimeField())
    return _booked().alias(planned_text=PLANNED_FOR, planned=planned)


@cache
def _every_booking() -> QuerySet[Any, Any]:
    """Canceled and voided ones as well, with their day as text."""
    booked = KpiEvent.objects.filter(kind=Kind.CONSULT_BOOKED, lead__isnull=False)
    return booked.alias(planned_text=PLANNED_FOR)


def _perhaps_on(interval: Interval) -> Q:
    """By their text alone: a day more on either side."""
    found = Q()
    if interval.low:
        found &= Q(planned_text__gte=text_not_before(interval.low))
    if interval.high:
        found &= Q(planned_text__lt=text_before(interval.high))
    return found


@dataclass(frozen=True, kw_only=True)
class ConsultKind(RangeKind):
    """Days of booked consults; a lead may have several, or none."""

    def condition(self, values: list[str], context: FilterContext) -> Q:
        dated = [value for value in values if value != NONE]
        found = super().condition(dated, context)
        if NONE not in values:
            return found
        return found | ~Q(Exists(_booked().filter(lead=OuterRef("pk")).order_by()))

    def rows_in(self, interval: Interval) -> QuerySet[Any, Any]:
        """By their text the index finds them, as moments they are compared."""
        rows = _booked_on().filter(_perhaps_on(interval))
        return rows.filter(interval.on("planned"))

    def indexed(
        self, values: list[str], context: FilterContext, *, is_excluded: bool = False
    ) -> list[IndexedRows] | None:
        if is_excluded or NONE in values:
            return None
        # To look up which are canceled is most of counting them, to read the moments
        # the most of the rest.
        return [
            IndexedRows(
                self.rows_in(interval).order_by("planned_text"),
                self.lead,
                _every_booking().filter(_perhaps_on(interval)).order_by("planned_text"),
            )
            for interval in self.intervals(values, context)
        ]


@dataclass(frozen=True)
class KpiRows:
    """A number of the KPI page, as the page of its rows names it."""

    ref: MetricRef
    choice: RangeChoice
    basis: Basis

    @property
    def label(self) -> str:
        return f"{metric_of(self.ref).label}, {self.choice.period.label}"


def read_kpi_rows(text: str, now: datetime) -> KpiRows | None:
    """None where the text names no number that opens rows."""
    parameters = dict(parse_qsl(text))
    is_cohort = parameters.get("basis") == Basis.COHORT
    basis = Basis.COHORT if is_cohort else Basis.PERIOD
    ref = read_metric(parameters, basis)
    choice = read_choice(parameters, local_date(now, clinic_zone()))
    if ref is None or choice.notice or not ref.question(basis):
        return None
    return KpiRows(ref, choice, basis)


@dataclass(frozen=True, kw_only=True)
class KpiRowsKind(FilterKind):
    """The leads behind a number of the KPI page, for those who may see it.

    The value is the address of the number's rows.
    """

    def options(self, context: FilterContext) -> Options:
        return []

    def label_of(self, value: str, context: FilterContext) -> str:
        if not context.user.has_perm("kpis.view_kpis"):
            return ""
        rows = read_kpi_rows(value, context.now)
        return rows.label if rows else ""

    def condition(self, values: list[str], context: FilterContext) -> Q:
        found = [pk for value in values for pk in self._ids(value, context)[0]]
        return Q(pk__in=found)

    def indexed(
        self, values: list[str], context: FilterContext, *, is_excluded: bool = False
    ) -> list[IndexedRows] | None:
        if is_excluded:
            return None
        leads = Lead.objects.filter(self.condition(values, context))
        return [IndexedRows(leads.order_by(), "pk")]

    def remark(self, values: list[str], context: FilterContext) -> str:
        if not any(self._ids(value, context)[1] for value in values):
            return ""
        return f"Only the newest {MOST_LISTED:,} rows behind this number are listed."

    def _ids(self, value: str, context: FilterContext) -> tuple[list[str], bool]:
        return context.once((self.name, value), partial(_read_ids, value, context.now))


def _read_ids(value: str, now: datetime) -> tuple[list[str], bool]:
    """The leads behind the number, and whether there are more."""
    rows = read_kpi_rows(value, now)
    if rows is None:
        return [], False
    window = Window(rows.choice.period, clinic_zone(), now)
    return lead_ids(rows.ref, window, rows.basis, MOST_LISTED)


CONSULT_FILTER = ConsultKind(
    name="consult",
    label="Consult",
    rows=_booked,
    column="planned",
    lead="lead_id",
    bands=_consults,
    read=day_span,
    span="date",
)
KPI_FILTER = KpiRowsKind(name="kpi", label="KPI")
