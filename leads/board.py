"""The columns of the pipeline board, in a constant few queries."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from django.db.models import (
    Count,
    DurationField,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.fields import IntegerField
from django.utils import timezone

from leads.board_cards import (
    CARDS,
    Cursor,
    Page,
    current_stays,
    first_pages,
    next_page,
)
from leads.models import LeadStage, PipelineStage, StageTotal
from leads.models.lead import LeadQuerySet
from medspa.money import round_half_away

# Ages are counted up to here; a fuller stage shows none rather than a wrong bar.
COUNTED_AGES = 1000


@dataclass(frozen=True)
class Ages:
    """How a stage's leads stand to its target days; the three sum to its count."""

    in_time: int
    due: int
    overdue: int
    target_days: int


@dataclass(frozen=True)
class Figures:
    """What a column's header says about everything in it, shown or not."""

    count: int = 0
    expected_cents: int = 0
    weighted_cents: int = 0
    ages: Ages | None = None


@dataclass(frozen=True)
class Column:
    """A living stage with its figures and some of its cards."""

    stage: PipelineStage
    figures: Figures
    page: Page = Page()
    is_folded: bool = False
    shown_before: int = 0

    @property
    def shown(self) -> int:
        return self.shown_before + len(self.page.cards)

    @property
    def remaining(self) -> int:
        return max(self.figures.count - self.shown, 0) if self.page.cards else 0

    @property
    def next_count(self) -> int:
        return min(self.remaining, CARDS)


def read_board(
    leads: LeadQuerySet | None = None,
    *,
    unfolded: Collection[str] = (),
    now: datetime | None = None,
) -> list[Column]:
    """Every column with its newest cards, of all living leads or only of `leads`."""
    now = now or timezone.now()
    columns = read_columns(leads, now=now)
    pages = first_pages([column.stage.id for column in columns], leads, now)
    return [
        replace(
            column,
            page=pages.get(column.stage.id, Page()),
            is_folded=not column.stage.is_open and column.stage.id not in unfolded,
        )
        for column in columns
    ]


def read_columns(
    leads: LeadQuerySet | None = None, *, now: datetime | None = None
) -> list[Column]:
    """The columns' figures without cards, by two queries.

    Unfiltered they are the kept totals, so they cost the same at any size; filtered
    they are counted once over what the filter leaves.
    """
    now = now or timezone.now()
    if leads is not None:
        counted = _count(current_stays(leads), now)
        return [
            Column(stage, _figures(stage, counted.get(stage.id)))
            for stage in PipelineStage.objects.all()
        ]
    totals = StageTotal.objects.by_stage()
    return [
        Column(stage, _figures(stage, _kept(stage, totals)))
        for stage in _with_ages(PipelineStage.objects.all(), now)
    ]


def read_next(
    stage_id: str, after: Cursor, shown: int, leads: LeadQuerySet | None
) -> Column:
    """The column with its cards below `after`; `shown` cards stand above them.

    Raises PipelineStage.DoesNotExist for a stage that was retired.
    """
    now = timezone.now()
    for column in read_columns(leads, now=now):
        if column.stage.id == stage_id:
            page = next_page(stage_id, after, leads, now)
            return replace(column, page=page, shown_before=shown)
    raise PipelineStage.DoesNotExist


@dataclass(frozen=True)
class _Counted:
    """`past_half` and `past_target` are None where they were too many to count."""

    leads: int
    cents: int
    past_half: int | None
    past_target: int | None


class _CountOf(Subquery):
    """How many rows a limited subquery finds."""

    template = "(SELECT count(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()


def _entered_before(now: datetime, days: Any, share: Fraction) -> Q:
    """Stays that have lasted longer than `share` of their stage's target."""
    span = timedelta(days=1) * share.numerator / share.denominator
    target = ExpressionWrapper(days * Value(span), output_field=DurationField())
    return Q(changed_at__lt=Value(now) - target)


def _with_ages(
    stages: QuerySet[PipelineStage], now: datetime
) -> Iterable[PipelineStage]:
    """The stages with `past_half` and `past_target`, counted up to a limit.

    Each count walks the board's index from its oldest end and stops at the limit.
    """

    def count(share: Fraction) -> _CountOf:
        stays = LeadStage.objects.current().filter(
            _entered_before(now, OuterRef("target_days"), share), stage=OuterRef("pk")
        )
        return _CountOf(stays.order_by().values("pk")[: COUNTED_AGES + 1])

    return stages.annotate(
        past_half=count(Fraction(1, 2)), past_target=count(Fraction(1))
    )


def _kept(stage: Any, totals: dict[str, tuple[int, int]]) -> _Counted:
    leads, cents = totals.get(stage.id, (0, 0))
    if stage.past_half > COUNTED_AGES:
        return _Counted(leads, cents, None, None)
    return _Counted(leads, cents, stage.past_half, stage.past_target)


def _count(stays: QuerySet[LeadStage], now: datetime) -> dict[str, _Counted]:
    days = F("stage__target_days")
    is_living = Q(lead__opportunity__deleted_at=None)
    rows = (
        stays.values("stage_id")
        .order_by("stage_id")
        .annotate(
            leads=Count("pk"),
            cents=Sum("lead__opportunity__expected_value_cents", filter=is_living),
            past_half=Count("pk", filter=_entered_before(now, days, Fraction(1, 2))),
            past_target=Count("pk", filter=_entered_before(now, days, Fraction(1))),
        )
    )
    return {
        row.pop("stage_id"): _Counted(**row | {"cents": row["cents"] or 0})
        for row in rows
    }


def _figures(stage: PipelineStage, counted: _Counted | None) -> Figures:
    if counted is None:
        return Figures()
    weighted = Fraction(counted.cents * stage.win_probability_bps, 10_000)
    return Figures(
        count=counted.leads,
        expected_cents=counted.cents,
        weighted_cents=round_half_away(weighted),
        ages=_ages(stage, counted),
    )


def _ages(stage: PipelineStage, counted: _Counted) -> Ages | None:
    """None where the stage has no target, nobody in it, or too many to count."""
    if not (stage.is_open and stage.target_days and counted.leads):
        return None
    if counted.past_half is None or counted.past_target is None:
        return None
    return Ages(
        # A lead may leave between the two queries; a share is never negative.
        in_time=max(counted.leads - counted.past_half, 0),
        due=max(counted.past_half - counted.past_target, 0),
        overdue=counted.past_target,
        target_days=stage.target_days,
    )
