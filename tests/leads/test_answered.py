"""When a lead is answered: one definition for board, Today, queue and filters."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.utils import timezone

from leads.answered import answered_q, answered_sql, waiting_q, waiting_sql
from leads.board.cards import pages_of, read_cards
from leads.lead_list.counts import option_counts
from leads.models import Lead, LeadStage
from leads.selection.filters import read_filters
from leads.selection.list_filters import read_list_filters
from leads.services.pipeline import create_leads, move
from leads.today import read_today
from leads.view_schema import ListContent, query_of
from medspa.models import User
from tests import factories
from tests.factories import SavedViewFactory
from tests.leads.board_rows import Pipeline

pytestmark = pytest.mark.django_db


def nothing(lead: Lead) -> None:
    """Nobody has done anything."""


def touched(**payload: Any) -> Callable[[Lead], object]:
    return lambda lead: factories.ActivityFactory(
        lead=lead, type="call", payload_json=payload
    )


def touched_before(lead: Lead) -> None:
    created_at = lead.created_at - timedelta(minutes=1)
    factories.ActivityFactory(lead=lead, type="call", created_at=created_at)


def took_it_back(lead: Lead) -> None:
    factories.ActivityFactory(lead=lead, type="call").delete()


def event(kind: str, *, is_void: bool = False) -> Callable[[Lead], object]:
    def record(lead: Lead) -> None:
        cents = 5_000 if kind == "invoice_paid" else None
        made = factories.KpiEventFactory(lead=lead, kind=kind, value_cents=cents)
        if is_void:
            made.delete()

    return record


CASES: list[tuple[str, Callable[[Lead], object], bool]] = [
    ("google", nothing, False),
    ("walk_in", nothing, True),
    ("phone", nothing, True),
    ("google", touched(), True),
    ("google", touched(automated=True), False),
    ("google", touched_before, False),
    ("google", took_it_back, False),
    ("google", event("consult_booked"), True),
    ("google", event("consult_show"), True),
    ("google", event("invoice_paid"), True),
    ("google", event("invoice_paid", is_void=True), False),
    ("google", event("ad_click"), False),
]


def ids(condition: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM leads_lead lead WHERE {condition}")  # noqa: S608
        return {pk for (pk,) in cursor}


@pytest.mark.slow
@pytest.mark.parametrize(("source", "act", "is_answered"), CASES)
def test_every_page_says_the_same(
    source: str, act: Callable[[Lead], object], is_answered: bool, front_desk: User
) -> None:
    lead = Pipeline().lead(source=source, minutes_ago=30)
    act(lead)
    waiting = set() if is_answered else {lead.pk}
    assert ids(answered_sql()) == {lead.pk} - waiting
    assert ids(waiting_sql()) == waiting
    assert {one.pk for one in Lead.objects.filter(answered_q())} == {lead.pk} - waiting
    assert {one.pk for one in Lead.objects.filter(waiting_q())} == waiting
    periods = LeadStage.objects.filter(waiting_q("lead"))
    assert {period.lead_id for period in periods} == waiting
    (card,) = read_cards([lead.pk], None, timezone.now())
    assert (card.waiting is None) is is_answered
    assert {row.lead_id for row in unanswered(front_desk)} == waiting
    for read in (read_filters, read_list_filters):
        assert filtered(read, "no", front_desk) == waiting
        assert filtered(read, "yes", front_desk) == {lead.pk} - waiting
    filters, _ = read_list_filters(QueryDict(), front_desk)
    assert option_counts(filters, "answered") == {
        "no": str(len(waiting)),
        "yes": str(1 - len(waiting)),
    }


def test_a_source_added_later_may_mean_walk_in() -> None:
    """Also where the process has asked for cards before."""
    lead = Pipeline().lead(source="google", minutes_ago=30)
    period_ids = [lead.stage_periods.get().pk]
    assert waits(period_ids)
    factories.LeadSourceFactory(code="kiosk", meaning="walk_in")
    Lead.objects.filter(pk=lead.pk).update(source="kiosk")
    assert not waits(period_ids)


def waits(period_ids: list[str]) -> bool:
    [[card]] = [page.cards for page in pages_of(period_ids, timezone.now()).values()]
    return card.waiting is not None


def filtered(read: Callable[..., Any], value: str, person: User) -> set[str]:
    filters, notices = read(QueryDict(f"answered={value}"), person)
    assert not notices
    return {lead.pk for lead in filters.leads}


def test_who_is_won_or_lost_waits_for_nobody(front_desk: User) -> None:
    stages = Pipeline()
    lead = stages.lead(source="google")
    assert filtered(read_filters, "no", front_desk) == {lead.pk}
    move(lead.pk, stages.won.pk)
    assert filtered(read_filters, "no", front_desk) == set()


def test_a_view_keeps_the_filter_and_the_list_scans_for_it(front_desk: User) -> None:
    content = ListContent.of_query(QueryDict("answered=no"))
    assert query_of(content.model_dump())["answered"] == ["no"]
    SavedViewFactory(owner=front_desk, content_json={"answered": "no"}).full_clean()
    filters, _ = read_list_filters(QueryDict("answered=yes"), front_desk)
    assert not filters.is_by_one_index


def unanswered(person: User) -> list[Any]:
    sections = read_today(timezone.now(), person)
    return next(one.rows for one in sections if one.section.key == "unanswered")


def test_an_import_starts_no_clock_for_leads_of_long_ago(front_desk: User) -> None:
    stages, now = Pipeline(), timezone.now()
    ages = (timedelta(hours=23), timedelta(hours=25), timedelta(days=21))
    leads = [
        Lead(first_name="Ana", source="google", created_at=now - age) for age in ages
    ]
    create_leads(leads, stages.first, is_import=True)
    assert [lead.is_backfilled for lead in leads] == [False, True, True]
    assert [row.lead_id for row in unanswered(front_desk)] == [leads[0].pk]
    assert ids(waiting_sql()) == {leads[0].pk}
    cards = read_cards([lead.pk for lead in leads], None, now)
    assert {card.lead_id for card in cards if card.waiting} == {leads[0].pk}


def test_whoever_enters_a_lead_by_hand_starts_its_clock() -> None:
    created_at = timezone.now() - timedelta(days=3)
    lead = Pipeline().lead(created_at=created_at)
    assert not lead.is_backfilled
