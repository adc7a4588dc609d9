"""The board as it stood at the end of a day, from the stays of that moment.

Leads and stages that were deleted since are shown; the cards say what is known of the
leads today, since a stay keeps neither tags nor values.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet

from leads.board import Column, Counted, count_stays, make_column
from leads.board_cards import NO_CARDS, Page, pages_of
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
    end = start_of_day(day + timedelta(days=1), clinic_zone())
    stays = _stays_at(end, leads)
    found = count_stays(stays, end)
    stages = PipelineStage.all_objects.filter(Q(deleted_at=None) | Q(pk__in=found))
    newest = [pk for counted in found.values() for pk in counted.newest]
    pages = pages_of(newest, end, among=LeadStage.objects.all())
    return [
        replace(
            make_column(stage, found.get(stage.pk, Counted())),
            page=_without_waiting(pages.get(stage.pk, NO_CARDS)),
            is_folded=not stage.is_open and stage.pk not in unfolded,
        )
        for stage in stages.order_by("order", "created_at")
    ]


def _stays_at(end: datetime, leads: LeadQuerySet | None) -> QuerySet[LeadStage]:
    """One stay for each lead that had come by then and was not deleted."""
    stays = LeadStage.objects.filter(
        Q(left_at=None) | Q(left_at__gte=end),
        Q(lead__deleted_at=None) | Q(lead__deleted_at__gte=end),
        changed_at__lt=end,
    )
    return stays if leads is None else stays.filter(lead__in=leads.order_by())


def _without_waiting(page: Page) -> Page:
    """Who waited then may have been called since."""
    return replace(
        page, cards=tuple(replace(card, waiting=None) for card in page.cards)
    )
