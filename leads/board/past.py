"""The board as it stood at the end of a day, from the stays of that moment.

Leads and stages that were deleted since are shown; the cards say what is known of the
leads today, since a stay keeps neither tags nor values.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from leads import board
from leads.board import Column, fold, make_column, with_page
from leads.board.cards import Cursor, Newest, Page, below, pages_of
from leads.board.counts import Counted, count_stays
from leads.board.past_cards import first_then
from leads.board.past_figures import figures_then
from leads.models import LeadStage, PipelineStage
from leads.models.lead import LeadQuerySet
from leads.selection.stage_age import ALWAYS, Entered
from medspa.clinic_time import clinic_today, clinic_zone, start_of_day


class NoPast(Exception):
    """The board shows now instead; the message is a sentence for the person."""


def read_day(text: str) -> date:
    """The past day that an address names; raises NoPast."""
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise NoPast(
            "This link asks for a day that does not exist; days are written like "
            "2026-01-31. The board shows now."
        ) from error
    if day >= clinic_today():
        raise NoPast("That day is not over yet. The board shows now.")
    return day


def read_past_board(
    day: date,
    leads: LeadQuerySet | None = None,
    *,
    entered: Entered = ALWAYS,
    unfolded: Collection[str] = (),
) -> list[Column]:
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
    entered: Entered = ALWAYS,
) -> Column:
    """A column of that day with its cards below `after`, under `shown` others.

    Raises PipelineStage.DoesNotExist for a stage that nobody was in.
    """
    end = end_of(day)
    for column in _columns(end, leads, entered=entered):
        if column.stage.id == stage_id:
            newest: Collection[str] = column.newest
            if after and leads is not None and column.figures is not None:
                newest = _next(below(_stays_at(end, leads), after), stage_id)
            elif after:
                newest = first_then([stage_id], end, leads, after, entered).get(
                    stage_id, []
                )
            return replace(with_page(column, _pages(newest, end)), shown_before=shown)
    raise PipelineStage.DoesNotExist


def count_past(day: date, leads: LeadQuerySet | None = None) -> list[Column]:
    """The columns' figures of that day without cards, however long it takes."""
    end = end_of(day)
    found = _counted(end, leads)
    return [
        make_column(stage, found.get(stage.pk, Counted()))
        for stage in _stages()
        if stage.pk in found or not stage.is_deleted
    ]


def end_of(day: date) -> datetime:
    """The first moment that no longer belongs to the clinic's day."""
    return start_of_day(day + timedelta(days=1), clinic_zone())


def _columns(
    end: datetime, leads: LeadQuerySet | None, *, entered: Entered
) -> list[Column]:
    """The living columns and those where somebody was, with their first stays."""
    stages = list(_stages())
    total = sum(stage.kept for stage in stages)
    is_counted = total <= board.COUNTED_AT_ONCE
    if leads is not None and (quick := board.quickly_counted(leads, total)) is not None:
        is_counted = True
        found = count_stays(_stays_at(end, quick), newest=Newest())
        newest = {pk: list(counted.newest) for pk, counted in found.items()}
    else:
        found = _counted(end, leads) if is_counted else {}
        newest = first_then([stage.pk for stage in stages], end, leads, entered=entered)
    columns = [
        make_column(stage, found.get(stage.pk, Counted()))
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
    """Retired ones too; `kept` is how many leads each has today."""
    kept = Coalesce(Sum("totals__lead_count"), 0)
    return PipelineStage.all_objects.annotate(kept=kept).order_by("order", "created_at")


def _counted(end: datetime, leads: LeadQuerySet | None) -> dict[str, Counted]:
    """Stage id → what it held; only a filter makes everybody of that day be read."""
    if leads is not None:
        return count_stays(_stays_at(end, leads))
    found = figures_then(end)
    return {pk: Counted(*figures) for pk, figures in found.items() if figures[0]}


def _next(stays: QuerySet[LeadStage], stage_id: str) -> Collection[str]:
    return stays.filter(stage=stage_id).aggregate(newest=Newest())["newest"] or []


def _pages(stay_ids: Collection[str], end: datetime) -> dict[str, Page]:
    """Who waited then may have been called since, so no card says how long."""
    pages = pages_of(stay_ids, end, among=LeadStage.objects.all())
    return {stage_id: _without_waiting(page) for stage_id, page in pages.items()}


def _stays_at(end: datetime, leads: LeadQuerySet) -> QuerySet[LeadStage]:
    """One stay for each of the leads that had come by then and was not deleted."""
    return LeadStage.objects.filter(
        Q(left_at=None) | Q(left_at__gte=end),
        Q(lead__deleted_at=None) | Q(lead__deleted_at__gte=end),
        changed_at__lt=end,
        lead__in=leads.order_by(),
    )


def _without_waiting(page: Page) -> Page:
    return replace(
        page, cards=tuple(replace(card, waiting=None) for card in page.cards)
    )
