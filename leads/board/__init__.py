"""The columns of the pipeline board, in a constant few queries."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction

from django.utils import timezone

from leads.board.cards import (
    CARDS,
    NO_CARDS,
    Cursor,
    Newest,
    Page,
    current_stays,
    next_page,
    pages_of,
)
from leads.board.changes import Seen, read_stages, set_up_of
from leads.board.counts import Counted, count_stays
from leads.board.first_cards import first_pages
from leads.models import Lead, PipelineStage, StageTotal
from leads.models.lead import LeadQuerySet
from leads.models.stage import Kept
from leads.selection.stage_age import ALWAYS, Entered
from medspa.money import round_half_away

# With more leads than that, what a filter leaves is counted after the cards are shown,
# unless no more than a few fit it.
COUNTED_AT_ONCE = 20_000
FEW = 1000


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
    entered: Entered = ALWAYS,
    unfolded: Collection[str] = (),
    now: datetime | None = None,
) -> Board:
    """Every column with its newest cards, of all living leads or only of `leads`.

    A folded column shows no cards, so none are read for it. Where counting would take
    long the figures are None; `count_columns` has them. When all `leads` `entered`
    their stages in a known span, the cards are looked for only there.
    """
    now = now or timezone.now()
    board = read_columns(leads)
    columns = [fold(column, unfolded) for column in board.columns]
    shown = [column for column in columns if not column.is_folded]
    if leads is None or not board.is_counted:
        stage_ids = [column.stage.id for column in shown]
        pages = first_pages(stage_ids, now, leads, entered=entered)
    else:
        pages = pages_of([pk for column in shown for pk in column.newest], now)
    return replace(board, columns=[with_page(column, pages) for column in columns])


def fold(column: Column, unfolded: Collection[str]) -> Column:
    """Won and lost leads are put away until somebody asks for them."""
    is_folded = not column.stage.is_open and column.stage.id not in unfolded
    return replace(column, is_folded=is_folded)


def with_page(column: Column, pages: dict[str, Page]) -> Column:
    return replace(column, page=pages.get(column.stage.id, NO_CARDS))


def read_columns(leads: LeadQuerySet | None = None) -> Board:
    """The columns' figures without cards, by two queries, or up to four under a filter.

    Unfiltered they are the kept totals, so they cost the same at any size. Filtered
    they are counted over what the filter leaves, unless that may take long: then they
    are None.
    """
    kept = read_versions()
    if leads is None:
        return kept
    total = sum(column.figures.count for column in kept.columns if column.figures)
    quick = quickly_counted(leads, total)
    if quick is None:
        columns = [replace(column, figures=None) for column in kept.columns]
        return replace(kept, columns=columns)
    return _counted(kept, count_stays(current_stays(quick), newest=Newest()))


def quickly_counted(leads: LeadQuerySet, total: int) -> LeadQuerySet | None:
    """The leads, if of `total` only so many fit that counting them is quick."""
    if total <= COUNTED_AT_ONCE:
        return leads
    found = list(leads.order_by().values_list("pk", flat=True)[: FEW + 1])
    return Lead.objects.filter(pk__in=found) if len(found) <= FEW else None


def count_columns(leads: LeadQuerySet | None, entered: Entered | None = None) -> Board:
    """As `read_columns`, however long it takes, and without any cards.

    With `entered` the `leads` are all that entered their stage in that span. The
    young ones are counted, and whoever is not young makes up the kept totals with them.
    """
    kept = read_versions()
    if leads is None:
        return kept
    if entered is None:
        return _counted(kept, count_stays(current_stays(leads)))
    young = count_stays(current_stays(None).filter(**entered.young))
    return _counted(kept, _older(kept, young) if entered.is_old else young)


def _older(kept: Board, young: dict[str, Counted]) -> dict[str, Counted]:
    """Everybody but the young; somebody may have come between the two readings."""
    everybody = {
        column.stage.id: column.figures for column in kept.columns if column.figures
    }
    return {
        pk: Counted(
            max(figures.count - young.get(pk, Counted()).leads, 0),
            max(figures.expected_cents - young.get(pk, Counted()).cents, 0),
        )
        for pk, figures in everybody.items()
    }


def _counted(kept: Board, counts: dict[str, Counted]) -> Board:
    # The versions were read first: what comes later is news and not lost.
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
    entered: Entered = ALWAYS,
) -> Column:
    """The column with its cards below `after`; `shown` cards stand above them.

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
    column: Column,
    after: Cursor | None,
    leads: LeadQuerySet | None,
    entered: Entered,
    now: datetime,
) -> Page:
    """The cards below `after`, or the first."""
    if leads is not None and column.figures is not None:
        if after:
            return next_page(leads, column.stage.id, after, now)
        return pages_of(column.newest, now).get(column.stage.id, NO_CARDS)
    found = first_pages([column.stage.id], now, leads, after, entered)
    return found.get(column.stage.id, NO_CARDS)


def make_column(stage: PipelineStage, counted: Counted) -> Column:
    """The stage's column without cards."""
    weighted = Fraction(counted.cents * stage.win_probability_bps, 10_000)
    figures = Figures(
        count=counted.leads,
        expected_cents=counted.cents,
        weighted_cents=round_half_away(weighted),
    )
    return Column(stage, figures, newest=tuple(counted.newest))
