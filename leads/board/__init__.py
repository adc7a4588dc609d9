"""The columns of the pipeline board, in a constant few queries."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction

from django.utils import timezone

from leads.board.cards import NO_CARDS, CardPage, next_page, pages_of
from leads.board.changes import ChangeToken, read_stages, token_of
from leads.board.counts import StageCount, count_by_stage
from leads.board.first_cards import first_pages
from leads.board.order import CARDS_A_PAGE, NewestIds
from leads.models import Lead, LeadStage, PipelineStage, StageTotal
from leads.models.lead_queries import LeadQuerySet
from leads.models.stage_total import StageSum
from leads.selection.stage_age import ANY_TIME, EntryWindow
from medspa.money import round_half_away
from medspa.postgres.keyset import Cursor

# In a clinic with more leads than this, filtered leads are counted only after the cards
# are shown, unless no more than MATCHES_COUNTED_AT_ONCE match the filter.
COUNTED_AT_ONCE = 20_000
MATCHES_COUNTED_AT_ONCE = 1000


@dataclass(frozen=True)
class ColumnFigures:
    """What a column's header says about everything in it, shown or not."""

    count: int = 0
    expected_cents: int = 0
    weighted_cents: int = 0


@dataclass(frozen=True)
class BoardColumn:
    """An active stage with its figures and some of its cards."""

    stage: PipelineStage
    # None where they will be counted after the cards are shown.
    figures: ColumnFigures | None
    page: CardPage = NO_CARDS
    is_folded: bool = False
    shown_before: int = 0
    # Under a filter: the stage periods whose cards come first.
    newest: tuple[str, ...] = ()
    # Differs after every change of the column's leads.
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
        """There are more cards, or there may be where nothing is counted yet."""
        if self.figures is None:
            return len(self.page.cards) == CARDS_A_PAGE
        return self.remaining > 0

    @property
    def next_count(self) -> int:
        return min(self.remaining, CARDS_A_PAGE)


@dataclass(frozen=True)
class Board:
    """The columns from left to right; `token` changes when something on them does."""

    columns: list[BoardColumn]
    token: ChangeToken

    @property
    def is_counted(self) -> bool:
        return all(column.figures for column in self.columns)


def read_board(
    leads: LeadQuerySet | None = None,
    *,
    entered: EntryWindow = ANY_TIME,
    unfolded: Collection[str] = (),
    stage_ids: Collection[str] | None = None,
    now: datetime | None = None,
) -> Board:
    """Every column with its newest cards, of all active leads or only of `leads`.

    With `stage_ids` only these columns.

    No cards are read for a folded column. Where counting would take long the figures
    are None; `count_columns` has them. `entered` is the window in which all of `leads`
    are known to have entered their stages: cards are searched only in it.
    """
    now = now or timezone.now()
    board = read_columns(leads)
    columns = [
        fold(column, unfolded)
        for column in board.columns
        if stage_ids is None or column.stage.id in stage_ids
    ]
    shown = [column for column in columns if not column.is_folded]
    if leads is None or not board.is_counted:
        open_ids = [column.stage.id for column in shown]
        pages = first_pages(open_ids, now, leads, entered=entered)
    else:
        pages = pages_of([pk for column in shown for pk in column.newest], now)
    return replace(board, columns=[with_page(column, pages) for column in columns])


def fold(column: BoardColumn, unfolded: Collection[str]) -> BoardColumn:
    """Columns of won and lost leads are folded until somebody opens them."""
    is_folded = not column.stage.is_open and column.stage.id not in unfolded
    return replace(column, is_folded=is_folded)


def with_page(column: BoardColumn, pages: dict[str, CardPage]) -> BoardColumn:
    return replace(column, page=pages.get(column.stage.id, NO_CARDS))


def read_columns(leads: LeadQuerySet | None = None) -> Board:
    """The columns' figures without cards, by two queries, or up to four under a filter.

    Without a filter they are the stored totals and cost the same at any size. With one
    the filtered leads are counted, unless that may take long: then they are None.
    """
    stored = read_stored_columns()
    if leads is None:
        return stored
    total = sum(column.figures.count for column in stored.columns if column.figures)
    quick = quickly_counted(leads, total)
    if quick is None:
        columns = [replace(column, figures=None) for column in stored.columns]
        return replace(stored, columns=columns)
    current = LeadStage.objects.current(quick)
    return _with_counts(stored, count_by_stage(current, newest=NewestIds()))


def quickly_counted(leads: LeadQuerySet, total: int) -> LeadQuerySet | None:
    """The leads, if so few of `total` match that counting them is quick; else None."""
    if total <= COUNTED_AT_ONCE:
        return leads
    found = list(
        leads.order_by().values_list("pk", flat=True)[: MATCHES_COUNTED_AT_ONCE + 1]
    )
    return (
        Lead.objects.filter(pk__in=found)
        if len(found) <= MATCHES_COUNTED_AT_ONCE
        else None
    )


def count_columns(
    leads: LeadQuerySet | None, entered: EntryWindow | None = None
) -> Board:
    """As `read_columns`, however long it takes, and without any cards.

    With `entered`, `leads` are all leads that entered their stage in that window. Then
    only those that entered recently are counted; the others are the stored totals
    without them.
    """
    stored = read_stored_columns()
    if leads is None:
        return stored
    if entered is None:
        return _with_counts(stored, count_by_stage(LeadStage.objects.current(leads)))
    recent = count_by_stage(LeadStage.objects.current().filter(**entered.recent))
    return _with_counts(stored, _others(stored, recent) if entered.is_old else recent)


def _others(stored: Board, recent: dict[str, StageCount]) -> dict[str, StageCount]:
    """All leads but the recent; a lead may have come between the two readings."""
    all_leads = {
        column.stage.id: column.figures for column in stored.columns if column.figures
    }
    return {
        pk: StageCount(
            max(figures.count - recent.get(pk, StageCount()).leads, 0),
            max(figures.expected_cents - recent.get(pk, StageCount()).cents, 0),
        )
        for pk, figures in all_leads.items()
    }


def _with_counts(stored: Board, counts: dict[str, StageCount]) -> Board:
    # The versions were read before counting, so a later change still differs from them.
    columns = [
        replace(
            make_column(column.stage, counts.get(column.stage.id, StageCount())),
            version=column.version,
        )
        for column in stored.columns
    ]
    return replace(stored, columns=columns)


def read_stored_columns() -> Board:
    """The columns by the stored totals of their stages, without any filter."""
    totals = StageTotal.objects.sums()
    stages = read_stages()
    return Board(
        [_stored_column(stage, totals.get(stage.id, StageSum())) for stage in stages],
        token_of(stages),
    )


def _stored_column(stage: PipelineStage, total: StageSum) -> BoardColumn:
    column = make_column(stage, StageCount(total.leads, total.cents))
    return replace(column, version=total.version)


def read_next(
    stage_id: str,
    after: Cursor | None,
    shown: int,
    leads: LeadQuerySet | None,
    *,
    entered: EntryWindow = ANY_TIME,
) -> BoardColumn:
    """The column with its cards after the cursor; `shown` cards stand above them.

    Raises PipelineStage.DoesNotExist for a stage that was retired.
    """
    now = timezone.now()
    board = read_columns(leads)
    for column in board.columns:
        if column.stage.id == stage_id:
            page = _page_of(column, after, leads, entered, now)
            return replace(column, page=page, shown_before=shown)
    raise PipelineStage.DoesNotExist


def _page_of(
    column: BoardColumn,
    after: Cursor | None,
    leads: LeadQuerySet | None,
    entered: EntryWindow,
    now: datetime,
) -> CardPage:
    """The cards after the cursor, or the first."""
    if leads is not None and column.figures is not None:
        if after:
            return next_page(leads, column.stage.id, after, now)
        return pages_of(column.newest, now).get(column.stage.id, NO_CARDS)
    found = first_pages([column.stage.id], now, leads, after, entered)
    return found.get(column.stage.id, NO_CARDS)


def make_column(stage: PipelineStage, counted: StageCount) -> BoardColumn:
    """The stage's column without cards."""
    weighted = Fraction(counted.cents * stage.win_probability_bps, 10_000)
    figures = ColumnFigures(
        count=counted.leads,
        expected_cents=counted.cents,
        weighted_cents=round_half_away(weighted),
    )
    return BoardColumn(stage, figures, newest=tuple(counted.newest))
