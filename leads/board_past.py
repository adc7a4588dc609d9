"""The board as it stood at the end of a day, from the stays of that moment.

Leads and stages that were deleted since are shown; the cards say what is known of the
leads today, since a stay keeps neither tags nor values.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet

from leads.board import Column, Counted, count_stays, fold, make_column, with_page
from leads.board_cards import Cursor, Newest, Page, below, pages_of
from leads.models import LeadStage, PipelineStage
from leads.models.lead import LeadQuerySet
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
    day: date, leads: LeadQuerySet | None = None, *, unfolded: Collection[str] = ()
) -> list[Column]:
    """Every column at the end of the clinic's `day`, by three queries."""
    end = end_of(day)
    columns = [fold(column, unfolded) for column in _columns(end, leads)]
    newest = [pk for column in columns if not column.is_folded for pk in column.newest]
    pages = _pages(newest, end)
    return [with_page(column, pages) for column in columns]


def read_past_next(
    day: date,
    stage_id: str,
    after: Cursor | None,
    shown: int,
    leads: LeadQuerySet | None = None,
) -> Column:
    """A column of that day with its cards below `after`, under `shown` others.

    Raises PipelineStage.DoesNotExist for a stage that nobody was in.
    """
    end = end_of(day)
    for column in _columns(end, leads):
        if column.stage.id == stage_id:
            newest: Collection[str] = column.newest
            if after:
                newest = _next(below(_stays_at(end, leads), after), stage_id)
            return replace(with_page(column, _pages(newest, end)), shown_before=shown)
    raise PipelineStage.DoesNotExist


def end_of(day: date) -> datetime:
    """The first moment that no longer belongs to the clinic's day."""
    return start_of_day(day + timedelta(days=1), clinic_zone())


def _columns(end: datetime, leads: LeadQuerySet | None) -> list[Column]:
    found = count_stays(_stays_at(end, leads))
    stages = PipelineStage.all_objects.filter(Q(deleted_at=None) | Q(pk__in=found))
    return [
        make_column(stage, found.get(stage.pk, Counted()))
        for stage in stages.order_by("order", "created_at")
    ]


def _next(stays: QuerySet[LeadStage], stage_id: str) -> Collection[str]:
    return stays.filter(stage=stage_id).aggregate(newest=Newest())["newest"] or []


def _pages(stay_ids: Collection[str], end: datetime) -> dict[str, Page]:
    """Who waited then may have been called since, so no card says how long."""
    pages = pages_of(stay_ids, end, among=LeadStage.objects.all())
    return {stage_id: _without_waiting(page) for stage_id, page in pages.items()}


def _stays_at(end: datetime, leads: LeadQuerySet | None) -> QuerySet[LeadStage]:
    """One stay for each lead that had come by then and was not deleted."""
    stays = LeadStage.objects.filter(
        Q(left_at=None) | Q(left_at__gte=end),
        Q(lead__deleted_at=None) | Q(lead__deleted_at__gte=end),
        changed_at__lt=end,
    )
    return stays if leads is None else stays.filter(lead__in=leads.order_by())


def _without_waiting(page: Page) -> Page:
    return replace(
        page, cards=tuple(replace(card, waiting=None) for card in page.cards)
    )
