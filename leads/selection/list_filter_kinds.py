"""All filters of the lead list, each declared once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from campaigns.models import Platform
from leads.answered import answered_q, waiting_q
from leads.choices import Outcome
from leads.extension_points import list_filters
from leads.models import (
    Lead,
    LeadStage,
    LeadSummary,
    LeadTag,
    Opportunity,
    PipelineStage,
)
from leads.models.lead_lists import reported_lost_reasons, reported_sources
from leads.models.lead_summary import NEVER, NOT_PLANNED
from leads.models.procedure import reported_procedures
from leads.selection.filter_kinds import (
    NONE,
    Bands,
    ChoiceKind,
    FilterContext,
    FilterKind,
    IndexedRows,
    Options,
    RangeKind,
    RelatedKind,
)
from leads.selection.filters import AGE_WORDS, AGES, ANSWERED_WORDS
from leads.selection.intervals import Interval
from leads.selection.orders import STAGE_ORDERS
from leads.selection.spans import day_span, money_span
from leads.view_schema import ListOrder
from medspa.clinic_time import clinic_today, clinic_zone, start_of_day
from medspa.formats import format_cents

ME, NOBODY = "me", "nobody"
BOARD_ORDER = ("stage_id", "-changed_at")
SHORTEST_TIME = timedelta(microseconds=1)


@dataclass(frozen=True, kw_only=True)
class AssignedKind(ChoiceKind):
    """To whom leads are assigned; "me" is whoever asks."""

    def stored(self, values: list[str], context: FilterContext) -> list[Any]:
        stored = super().stored(values, context)
        return [context.user.pk if value == ME else value for value in stored]


@dataclass(frozen=True, kw_only=True)
class StageKind(RelatedKind):
    """The stages that leads are in now."""

    def indexed(
        self, values: list[str], context: FilterContext, *, is_excluded: bool = False
    ) -> list[IndexedRows] | None:
        """Stage by stage in the board's order, so that PostgreSQL reads its index."""
        if is_excluded:
            return None
        periods = LeadStage.objects.current()
        return [
            IndexedRows(periods.of_stage(stage).order_by(*BOARD_ORDER), "lead_id")
            for stage in values
        ]

    def early(self, values: list[str], context: FilterContext, stage: Any) -> Q | None:
        if stage is None:
            return super().early(values, context, stage)
        return Q(Exists(PipelineStage.objects.filter(pk=stage).filter(pk__in=values)))


@dataclass(frozen=True, kw_only=True)
class AnsweredKind(FilterKind):
    """Whether a lead is answered; no index says it."""

    def options(self, context: FilterContext) -> Options:
        return [*ANSWERED_WORDS]

    def condition(self, values: list[str], context: FilterContext) -> Q:
        found = Q(pk__in=[])
        if "yes" in values:
            found |= answered_q()
        if "no" in values:
            found |= waiting_q() & self._is_in_open_stage
        return found

    def early(self, values: list[str], context: FilterContext, stage: Any) -> Q | None:
        """Only leads of open stages wait."""
        if "yes" in values:
            return None
        if stage is None:
            return self._is_in_open_stage
        return Q(Exists(PipelineStage.objects.filter(pk=stage, outcome=Outcome.OPEN)))

    @property
    def _is_in_open_stage(self) -> Q:
        still_open = _current_periods().filter(
            stage__outcome=Outcome.OPEN,
            stage__deleted_at=None,
            lead=OuterRef("pk"),
        )
        return Q(Exists(still_open))


@dataclass(frozen=True, kw_only=True)
class LostKind(RelatedKind):
    """Why leads were lost that are in a lost stage now."""

    def window(
        self, values: list[str], context: FilterContext, *, is_excluded: bool
    ) -> Q:
        # Of two reasons together the index does not have the order.
        if is_excluded or len(values) > 1:
            return Q()
        return Q(**{self.column: values[0]})


def _day(now: datetime, days: int = 0) -> datetime:
    """When the clinic's day of `now` begins, or another one so many days later."""
    return start_of_day(clinic_today(now) + timedelta(days=days), clinic_zone())


def _last_days(now: datetime, *numbers: int) -> Bands:
    """So many days, today the last of them."""
    return {
        str(days): (f"Last {days} days", Interval(_day(now, 1 - days), None))
        for days in numbers
    }


def _created(now: datetime) -> Bands:
    return {
        "today": ("Today", Interval(_day(now), None)),
        "yesterday": ("Yesterday", Interval(_day(now, -1), _day(now))),
        **_last_days(now, 7, 30, 90),
    }


def _reached(now: datetime) -> Bands:
    return {
        "never": ("Never", Interval(None, NEVER + SHORTEST_TIME)),
        "today": ("Today", Interval(_day(now), None)),
        **_last_days(now, 7, 30, 90),
    }


def _reached_span(text: str) -> tuple[str, Interval] | None:
    """Before a day is not never."""
    span = day_span(text)
    if span is None or span[1].low:
        return span
    return span[0], Interval(NEVER + SHORTEST_TIME, span[1].high)


def _planned(now: datetime) -> Bands:
    in_a_week = _day(now, 7)
    return {
        "overdue": ("Overdue", Interval(None, now)),
        "today": ("Due today", Interval(now, _day(now, 1))),
        "7": ("Due within 7 days", Interval(now, in_a_week)),
        "later": ("Due later", Interval(in_a_week, NOT_PLANNED)),
        NONE: ("None", Interval(NOT_PLANNED, None)),
    }


def _planned_span(text: str) -> tuple[str, Interval] | None:
    """After a day is not "never"."""
    span = day_span(text)
    if span is None or span[1].high:
        return span
    return span[0], Interval(span[1].low, NOT_PLANNED)


def _stage_ages(now: datetime) -> Bands:
    return {
        age: (
            word.capitalize(),
            Interval(
                now - less_than if less_than else None,
                now - at_least if at_least else None,
            ),
        )
        for (age, word), (at_least, less_than) in zip(
            AGE_WORDS, AGES.values(), strict=True
        )
    }


# The steps of expected values, in cents.
VALUE_STEPS = (50_000, 200_000, 500_000)


def _values(now: datetime) -> Bands:
    lowest, highest = VALUE_STEPS[0], VALUE_STEPS[-1]
    between = pairwise(VALUE_STEPS)
    return {
        NONE: ("None", Interval(None, 1)),
        f"under-{lowest // 100}": (
            f"Under {format_cents(lowest)}",
            Interval(1, lowest),
        ),
        **{
            f"{low // 100}-{high // 100}": (
                f"{format_cents(low)} to {format_cents(high)}",
                Interval(low, high),
            )
            for low, high in between
        },
        f"{highest // 100}-up": (
            f"{format_cents(highest)} or more",
            Interval(highest, None),
        ),
    }


def _current_periods() -> QuerySet[Any, Any]:
    return LeadStage.objects.filter(left_at=None)


def _lost_periods() -> QuerySet[Any, Any]:
    # As the index has it.
    return _current_periods().exclude(lost_reason="")


def _platforms() -> tuple[tuple[str, str], ...]:
    return tuple((value, str(label)) for value, label in Platform.choices)


OWN_KINDS: tuple[FilterKind, ...] = (
    StageKind(
        name="stage",
        label="Stage",
        gone="stage",
        is_common=True,
        rows=_current_periods,
        column="stage",
    ),
    ChoiceKind(
        name="source",
        label="Source",
        gone="source",
        is_common=True,
        is_spread=True,
        column="source",
        listed=reported_sources,
    ),
    RelatedKind(
        name="tag",
        label="Tag",
        gone="tag",
        is_common=True,
        is_spread=True,
        rows=LeadTag.objects.all,
        column="tag",
    ),
    RelatedKind(
        name="procedure",
        label="Procedure",
        gone="procedure",
        is_common=True,
        is_spread=True,
        rows=Opportunity.objects.all,
        column="procedure_code",
        listed=reported_procedures,
        none="None",
    ),
    AnsweredKind(
        name="answered",
        label="First contact",
    ),
    AssignedKind(
        name="assigned",
        label="Assigned",
        gone="person",
        is_common=True,
        is_spread=True,
        column="assigned_to",
        none_value=NOBODY,
    ),
    RangeKind(
        name="called",
        label="Last call",
        is_common=True,
        rows=LeadSummary.objects.all,
        column="called_at",
        lead="lead_id",
        path="summary__called_at",
        bands=_reached,
        read=_reached_span,
        span="date",
    ),
    RangeKind(
        name="next",
        label="Next step",
        is_common=True,
        rows=LeadSummary.objects.all,
        column="next_due_at",
        lead="lead_id",
        path="summary__next_due_at",
        bands=_planned,
        read=_planned_span,
        span="date",
        orders=(ListOrder.NEXT_STEP,),
    ),
    RangeKind(
        name="contacted",
        label="Last contact",
        rows=LeadSummary.objects.all,
        column="contacted_at",
        lead="lead_id",
        path="summary__contacted_at",
        bands=_reached,
        read=_reached_span,
        span="date",
        orders=(ListOrder.CONTACTED,),
    ),
    RangeKind(
        name="created",
        label="Created",
        rows=Lead.objects.all,
        column="created_at",
        lead="pk",
        path="created_at",
        bands=_created,
        read=day_span,
        span="date",
        orders=(ListOrder.NEWEST, ListOrder.OLDEST),
    ),
    RangeKind(
        name="age",
        label="Time in stage",
        gone="age",
        rows=_current_periods,
        column="changed_at",
        lead="lead_id",
        bands=_stage_ages,
        orders=STAGE_ORDERS,
    ),
    RangeKind(
        name="value",
        label="Expected value",
        rows=LeadSummary.objects.all,
        column="value_cents",
        lead="lead_id",
        path="summary__value_cents",
        bands=_values,
        read=money_span,
        span="money",
        orders=(ListOrder.VALUE,),
    ),
    LostKind(
        name="lost",
        label="Lost reason",
        orders=STAGE_ORDERS,
        rows=_lost_periods,
        column="lost_reason",
        listed=reported_lost_reasons,
    ),
    ChoiceKind(
        name="campaign",
        label="Campaign",
        gone="campaign",
        is_spread=True,
        column="campaign",
        none="No campaign",
    ),
    ChoiceKind(
        name="platform",
        label="Ad platform",
        is_spread=True,
        column="ad_platform",
        fixed=_platforms(),
        none="None",
    ),
)


def all_kinds() -> tuple[FilterKind, ...]:
    """Ours and those that other apps add, in the order in which they are shown."""
    return (*OWN_KINDS, *list_filters)
