"""When a lead is answered: one definition for board, Today, queue and filters."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from leads.answered import answered_q, answered_sql, waiting_q, waiting_sql
from leads.board.cards import read_cards
from leads.models import Lead, LeadStage
from leads.services.pipeline import create_leads
from leads.today import read_today
from medspa.models import User
from tests import factories
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


@pytest.mark.parametrize(("source", "act", "is_answered"), CASES)
def test_every_page_says_the_same(
    source: str, act: Callable[[Lead], object], is_answered: bool, front_desk: User
) -> None:
    lead = Pipeline().lead(source=source, minutes_ago=30)
    act(lead)
    waiting = set() if is_answered else {lead.pk}
    assert ids(answered_sql()) == {lead.pk} - waiting
    assert ids(waiting_sql()) == waiting
    assert set(Lead.objects.filter(answered_q())) == set() if waiting else {lead}
    assert {one.pk for one in Lead.objects.filter(waiting_q())} == waiting
    periods = LeadStage.objects.filter(waiting_q("lead"))
    assert {period.lead_id for period in periods} == waiting
    (card,) = read_cards([lead.pk], None, timezone.now())
    assert (card.waiting is None) is is_answered
    assert {row.lead_id for row in unanswered(front_desk)} == waiting


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
