"""The columns of the pipeline board, in a constant few queries."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from leads.board_cards import (
    CARDS,
    NO_CARDS,
    Cursor,
    Newest,
    Page,
    current_stays,
    next_page,
    pages_of,
)
from leads.board_first import first_pages
from leads.board_news import Seen, read_stages, set_up_of
from leads.models import LeadStage, PipelineStage, StageTotal
from leads.models.lead import LeadQuerySet
from leads.models.stage import Kept
from medspa.money import round_half_away

# With more leads than that, what a filter leaves is counted after the cards are shown.
COUNTED_AT_ONCE = 20_000


@dataclass(frozen=True)
class Figures:
    """What a column's header says about everything in it, shown or not."""

    count: int = 0
    expected_cents: int = 0
    weighted_cents: int = 0


@dataclass(frozen=True)
class Column:
    """A living stage with its figures and some of its cards."""

    stage: PipelineStage
    # None where they are counted after the cards are shown.
    figures: Figures | None
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
        count = self.figures.count if self.figures else 0
        return max(count - self.shown, 0) if self.page.cards else 0

    @property
    def may_have_more(self) -> bool:
        """There are more cards, or there may be where nobody has counted yet."""
        if self.figures is None:
            return len(self.page.cards) == CARDS
        return self.remaining > 0

    @property
    def next_count(self) -> int:
        return min(self.remaining, CARDS)


@dataclass(frozen=True)
class Board:
    """The columns from left to right and what was seen when they were read."""

    columns: list[Column]
    seen: Seen

    @property
    def is_counted(self) -> bool:
        return all(column.figures for column in self.columns)


def read_board(
    leads: LeadQuerySet | None = None,
    *,
    at_once: bool = False,
    unfolded: Collection[str] = (),
    now: datetime | None = None,
) -> Board:
    """Every column with its newest cards, of all living leads or only of `leads`.

    A folded column shows no cards, so none are read for it. Where counting would take
    long the figures are None, unless asked for `at_once`; `count_columns` has them.
    """
    now = now or timezone.now()
    board = read_columns(leads, at_once=at_once)
    columns = [fold(column, unfolded) for column in board.columns]
    shown = [column for column in columns if not column.is_folded]
    if leads is None or not board.is_counted:
        pages = first_pages([column.stage.id for column in shown], now, leads)
    else:
        pages = pages_of([pk for column in shown for pk in column.newest], now)
    return replace(board, columns=[with_page(column, pages) for column in columns])


def fold(column: Column, unfolded: Collection[str]) -> Column:
    """Won and lost leads are put away until somebody asks for them."""
    is_folded = not column.stage.is_open and column.stage.id not in unfolded
    return replace(column, is_folded=is_folded)


def with_page(column: Column, pages: dict[str, Page]) -> Column:
    return replace(column, page=pages.get(column.stage.id, NO_CARDS))


def read_columns(leads: LeadQuerySet | None = None, *, at_once: bool = False) -> Board:
    """The columns' figures without cards, by two queries, or three under a filter.

    Unfiltered they are the kept totals, so they cost the same at any size. Filtered
    they are counted over what the filter leaves, unless there are so many leads that
    this may take long: then they are None, except `at_once`.
    """
    kept = read_versions()
    if leads is None:
        return kept
    total = sum(column.figures.count for column in kept.columns if column.figures)
    if total > COUNTED_AT_ONCE and not at_once:
        columns = [replace(column, figures=None) for column in kept.columns]
        return replace(kept, columns=columns)
    return _counted(kept, leads)


def count_columns(leads: LeadQuerySet | None) -> Board:
    """As `read_columns`, however long it takes."""
    kept = read_versions()
    return kept if leads is None else _counted(kept, leads)


def _counted(kept: Board, leads: LeadQuerySet) -> Board:
    # The versions were read first: what comes later is news and not lost.
    counts = count_stays(current_stays(leads))
    columns = [
        replace(
            make_column(column.stage, counts.get(column.stage.id, Counted())),
            version=column.version,
        )
        for column in kept.columns
    ]
    return replace(kept, columns=columns)


def read_versions() -> Board:
    """The columns by their kept totals, whatever is filtered."""
    totals = StageTotal.objects.kept()
    stages = read_stages()
    return Board(
        [_kept_column(stage, totals.get(stage.id, Kept())) for stage in stages],
        set_up_of(stages),
    )


def _kept_column(stage: PipelineStage, kept: Kept) -> Column:
    column = make_column(stage, Counted(kept.leads, kept.cents))
    return replace(column, version=kept.version)


def read_next(
    stage_id: str,
    after: Cursor | None,
    shown: int,
    leads: LeadQuerySet | None,
    *,
    at_once: bool = False,
) -> Column:
    """The column with its cards below `after`; `shown` cards stand above them.

    Raises PipelineStage.DoesNotExist for a stage that was retired.
    """
    now = timezone.now()
    board = read_columns(leads, at_once=at_once)
    for column in board.columns:
        if column.stage.id == stage_id:
            page = _page_of(column, after, leads, now)
            return replace(column, page=page, shown_before=shown)
    raise PipelineStage.DoesNotExist


def _page_of(
    column: Column, after: Cursor | None, leads: LeadQuerySet | None, now: datetime
) -> Page:
    """The cards below `after`, or the first."""
    if leads is not None and column.figures is not None:
        if after:
            return next_page(leads, column.stage.id, after, now)
        return pages_of(column.newest, now).get(column.stage.id, NO_CARDS)
    found = first_pages([column.stage.id], now, leads, after)
    return found.get(column.stage.id, NO_CARDS)


@dataclass(frozen=True)
class Counted:
    """What one reading of a stage's stays says of them."""

    leads: int = 0
    cents: int = 0
    newest: tuple[str, ...] = ()


def count_stays(stays: QuerySet[LeadStage]) -> dict[str, Counted]:
    """Stage id → its figures and newest stays, by one reading of the stays."""
    is_living = Q(lead__opportunity__deleted_at=None)
    cents = Sum("lead__opportunity__expected_value_cents", filter=is_living)
    rows = (
        stays.values("stage_id")
        .order_by("stage_id")
        .annotate(leads=Count("pk"), cents=Coalesce(cents, 0), newest=Newest())
        .values_list("stage_id", "leads", "cents", "newest")
    )
    return {stage_id: Counted(*figures) for stage_id, *figures in rows}


def make_column(stage: PipelineStage, counted: Counted) -> Column:
    """The stage's column without cards."""
    weighted = Fraction(counted.cents * stage.win_probability_bps, 10_000)
    figures = Figures(
        count=counted.leads,
        expected_cents=counted.cents,
        weighted_cents=round_half_away(weighted),
    )
    return Column(stage, figures, newest=tuple(counted.newest))
