"""The board at the end of a past day, from the stage periods of that moment.

Leads and stages that were deleted since are shown. The cards show what is known of the
leads today: a stage period has neither tags nor values.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from leads import board, extension_points
from leads.board import BoardColumn, fold, make_column, with_page
from leads.board.cards import CardPage, pages_of
from leads.board.counts import StageCount, count_by_stage
from leads.board.order import NewestIds, cards_after
from leads.board.past_cards import past_first_ids
from leads.board.past_figures import past_figures
from leads.models import LeadStage, PipelineStage
from leads.models.lead_queries import LeadQuerySet
from leads.selection.stage_age import ANY_TIME, EntryWindow
from medspa.clinic_time import clinic_today, clinic_zone, start_of_day
from medspa.postgres.keyset import Cursor
from medspa.refusals import Refused


class PastDayRefused(Refused):
    """There is no past board of that day; the board of now is shown."""

    code = "no_past_day"


def read_day(text: str) -> date:
    """The past day that an address names; raises PastDayRefused."""
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise PastDayRefused(
            "This link has an invalid date; use a format like "
            "2026-01-31. Showing the board as of now."
        ) from error
    if day >= clinic_today():
        raise PastDayRefused("That day isn't over yet. Showing the board as of now.")
    return day


def read_past_board(
    day: date,
    leads: LeadQuerySet | None = None,
    *,
    entered: EntryWindow = ANY_TIME,
    unfolded: Collection[str] = (),
) -> list[BoardColumn]:
    """Every column at the end of the clinic's `day`, by four queries.

    Where counting would take long the figures are None; `count_past` has them.
    `entered` is as in `board.read_board`.
    """
    end = end_of(day)
    columns = [
        fold(column, unfolded) for column in _columns(end, leads, entered=entered)
    ]
    newest = [pk for column in columns if not column.is_folded for pk in column.newest]
    pages = _pages(newest, end)
    return [with_page(column, pages) for column in columns]


def read_past_next(
    day: date,
    stage_id: str,
    after: Cursor | None,
    shown: int,
    leads: LeadQuerySet | None = None,
    *,
    entered: EntryWindow = ANY_TIME,
) -> BoardColumn:
    """A column of that day with its cards after the cursor; `shown` stand above them.

    Raises PipelineStage.DoesNotExist for a stage that nobody was in.
    """
    end = end_of(day)
    for column in _columns(end, leads, entered=entered):
        if column.stage.id == stage_id:
            newest: Collection[str] = column.newest
            if after and leads is not None and column.figures is not None:
                rest = cards_after(_periods_at(end, leads), after)
                newest = _first_ids(rest, stage_id)
            elif after:
                found = past_first_ids([stage_id], end, leads, after, entered)
                newest = found.get(stage_id, [])
            return replace(with_page(column, _pages(newest, end)), shown_before=shown)
    raise PipelineStage.DoesNotExist


def count_past(day: date, leads: LeadQuerySet | None = None) -> list[BoardColumn]:
    """The columns' figures of that day without cards, however long counting takes."""
    end = end_of(day)
    found = _counted(end, leads)
    return [
        make_column(stage, found.get(stage.pk, StageCount()))
        for stage in _stages()
        if stage.pk in found or not stage.is_deleted
    ]


def end_of(day: date) -> datetime:
    """The first moment that no longer belongs to the clinic's day."""
    return start_of_day(day + timedelta(days=1), clinic_zone())


def _columns(
    end: datetime, leads: LeadQuerySet | None, *, entered: EntryWindow
) -> list[BoardColumn]:
    """The active stages and those that had leads, with the periods of their cards."""
    stages = list(_stages())
    total = sum(stage.current_leads for stage in stages)
    is_counted = total <= board.COUNTED_AT_ONCE
    if leads is not None and (quick := board.quickly_counted(leads, total)) is not None:
        is_counted = True
        found = count_by_stage(_periods_at(end, quick), newest=NewestIds())
        newest = {pk: list(counted.newest) for pk, counted in found.items()}
    else:
        found = _counted(end, leads) if is_counted else {}
        stage_ids = [stage.pk for stage in stages]
        newest = past_first_ids(stage_ids, end, leads, entered=entered)
    columns = [
        make_column(stage, found.get(stage.pk, StageCount()))
        for stage in stages
        if stage.pk in newest or not stage.is_deleted
    ]
    columns = [
        replace(column, newest=tuple(newest.get(column.stage.id, ())))
        for column in columns
    ]
    if is_counted:
        return columns
    return [replace(column, figures=None) for column in columns]


def _stages() -> QuerySet[PipelineStage, Any]:
    """Retired ones too; `current_leads` is how many leads each has today."""
    leads = Coalesce(Sum("totals__lead_count"), 0)
    stages = PipelineStage.all_objects.annotate(current_leads=leads)
    return stages.order_by("order", "created_at")


def _counted(end: datetime, leads: LeadQuerySet | None) -> dict[str, StageCount]:
    """Stage id → its figures; every lead of that day is read only for a filter."""
    if leads is not None:
        return count_by_stage(_periods_at(end, leads))
    known = (read(end) for read in extension_points.past_figures)
    found = next((each for each in known if each is not None), None)
    if found is None:
        found = past_figures(end)
    return {pk: StageCount(*figures) for pk, figures in found.items() if figures[0]}


def _first_ids(periods: QuerySet[LeadStage], stage_id: str) -> Collection[str]:
    return periods.filter(stage=stage_id).aggregate(newest=NewestIds())["newest"] or []


def _pages(period_ids: Collection[str], end: datetime) -> dict[str, CardPage]:
    """Without waits: who waited then may have been called since."""
    pages = pages_of(period_ids, end, among=LeadStage.objects.all())
    return {stage_id: _without_waiting(page) for stage_id, page in pages.items()}


def _periods_at(end: datetime, leads: LeadQuerySet) -> QuerySet[LeadStage]:
    """The stage period of each lead that had come by then and was not deleted."""
    return LeadStage.objects.filter(
        Q(left_at=None) | Q(left_at__gte=end),
        Q(lead__deleted_at=None) | Q(lead__deleted_at__gte=end),
        changed_at__lt=end,
        lead__in=leads.order_by(),
    )


def _without_waiting(page: CardPage) -> CardPage:
    return replace(
        page, cards=tuple(replace(card, waiting=None) for card in page.cards)
    )
