"""The columns of the pipeline board, in a constant few queries."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from django.db.models import (
    Count,
    DurationField,
    ExpressionWrapper,
    F,
    Max,
    Q,
    QuerySet,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce
from django.utils import timezone

from leads.board_cards import (
    CARDS,
    NO_CARDS,
    Cursor,
    Newest,
    Page,
    current_stays,
    first_pages,
    next_page,
    pages_of,
)
from leads.models import LeadStage, PipelineStage, StageTotal
from leads.models.lead import LeadQuerySet
from leads.models.stage import Kept
from medspa.money import round_half_away

# Ages are counted in stages up to this size; a fuller one shows none rather than a
# wrong bar, so that the board's cost has a bound.
COUNTED_AGES = 2000
# The stages from left to right, and how many leads of those to count stay for longer
# than half of their stage's target days and than all of them. For the two comparisons
# with the stage see `leads.board_cards.in_column`.
STAGES_WITH_AGES = """
SELECT stage.*, ages.*
FROM leads_pipelinestage stage
CROSS JOIN LATERAL (
    SELECT
        count(*) AS past_half,
        count(*) FILTER (
            WHERE stay.changed_at < %(now)s - stage.target_days * interval '1 day'
        ) AS past_target
    FROM leads_leadstage stay
    JOIN leads_lead lead ON lead.id = stay.lead_id AND lead.deleted_at IS NULL
    WHERE stage.id = ANY(%(counted)s)
        AND stay.stage_id >= stage.id
        AND stay.stage_id <= stage.id
        AND stay.left_at IS NULL
        AND stay.changed_at < %(now)s - stage.target_days * interval '12 hours'
) ages
WHERE stage.deleted_at IS NULL
ORDER BY stage."order"
"""


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
    page: Page = NO_CARDS
    is_folded: bool = False
    shown_before: int = 0
    # Under a filter: the stays whose cards come first.
    newest: tuple[str, ...] = ()
    # Another one says that something in the column has changed.
    version: str = ""

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
    if leads is None:
        pages = first_pages([column.stage.id for column in columns], now)
    else:
        pages = pages_of([pk for column in columns for pk in column.newest], now)
    return [
        replace(
            column,
            page=pages.get(column.stage.id, NO_CARDS),
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
        # The versions are read first: what comes later is news and not lost.
        stages = list(_stages_with_versions())
        found = count_stays(current_stays(leads), now)
        return [
            replace(
                make_column(stage, found.get(stage.id, Counted())),
                version=_version(stage),
            )
            for stage in stages
        ]
    totals = StageTotal.objects.kept()
    counted = [pk for pk, kept in totals.items() if kept.leads <= COUNTED_AGES]
    stages = PipelineStage.objects.raw(
        STAGES_WITH_AGES, {"now": now, "counted": counted}
    )
    return [_kept_column(stage, totals.get(stage.id, Kept())) for stage in stages]


def read_changed(
    seen: Mapping[str, str],
    leads_of: Callable[[], LeadQuerySet | None],
) -> list[Column]:
    """The columns whose version is not the one in `seen`; one query when none is.

    `leads_of` is asked for the filtered leads only when something changed.
    """
    totals = StageTotal.objects.kept()
    changed = [
        pk for pk, version in seen.items() if totals.get(pk, Kept()).version != version
    ]
    if not changed:
        return []
    columns = read_board(leads_of())
    return [column for column in columns if column.stage.id in changed]


def _stages_with_versions() -> QuerySet[PipelineStage]:
    deltas = Coalesce(Count("totals"), 0)
    newest = Coalesce(Max("totals__id"), 0)
    return PipelineStage.objects.annotate(deltas=deltas, newest=newest)


def _version(stage: Any) -> str:
    return Kept(deltas=stage.deltas, newest=stage.newest).version


def _kept_column(stage: PipelineStage, kept: Kept) -> Column:
    return replace(make_column(stage, _kept(stage, kept)), version=kept.version)


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
class Counted:
    """`past_half` and `past_target` are None where they were too many to count."""

    leads: int = 0
    cents: int = 0
    past_half: int | None = None
    past_target: int | None = None
    newest: tuple[str, ...] = ()


def _kept(stage: Any, kept: Kept) -> Counted:
    if kept.leads > COUNTED_AGES:
        return Counted(kept.leads, kept.cents, None, None)
    return Counted(kept.leads, kept.cents, stage.past_half, stage.past_target)


def count_stays(stays: QuerySet[LeadStage], now: datetime) -> dict[str, Counted]:
    """Stage id → its figures and newest stays, by one reading of the stays."""
    is_living = Q(lead__opportunity__deleted_at=None)
    rows = (
        stays.values("stage_id")
        .order_by("stage_id")
        .annotate(
            leads=Count("pk"),
            cents=Coalesce(
                Sum("lead__opportunity__expected_value_cents", filter=is_living), 0
            ),
            past_half=Count("pk", filter=_older_than(timedelta(hours=12), now)),
            past_target=Count("pk", filter=_older_than(timedelta(days=1), now)),
            newest=Newest(),
        )
        .values_list("stage_id", "leads", "cents", "past_half", "past_target", "newest")
    )
    return {stage_id: Counted(*figures) for stage_id, *figures in rows}


def _older_than(a_day: timedelta, now: datetime) -> Q:
    """Stays that have lasted for their stage's target, each day of it `a_day` long."""
    target = ExpressionWrapper(
        F("stage__target_days") * Value(a_day), output_field=DurationField()
    )
    return Q(changed_at__lt=Value(now) - target)


def make_column(stage: PipelineStage, counted: Counted) -> Column:
    """The stage's column without cards."""
    weighted = Fraction(counted.cents * stage.win_probability_bps, 10_000)
    figures = Figures(
        count=counted.leads,
        expected_cents=counted.cents,
        weighted_cents=round_half_away(weighted),
        ages=_ages(stage, counted),
    )
    return Column(stage, figures, newest=tuple(counted.newest))


def _ages(stage: PipelineStage, counted: Counted) -> Ages | None:
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
