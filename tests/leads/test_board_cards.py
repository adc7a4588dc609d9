"""The cards: what they say, and the next ones of a column."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from leads import board
from leads.board.order import CARDS_A_PAGE
from medspa.models import User
from medspa.postgres.keyset import Cursor
from tests.factories import (
    ActivityFactory,
    LeadTagFactory,
    TagFactory,
)
from tests.leads.board_rows import Pipeline

pytestmark = pytest.mark.django_db


@pytest.fixture
def stages() -> Pipeline:
    return Pipeline()


@pytest.fixture
def desk(client: Client, front_desk: User) -> Client:
    client.force_login(front_desk)
    return client


def column_of(stage: Any, leads: Any = None) -> board.BoardColumn:
    return next(each for each in board.read_board(leads).columns if each.stage == stage)


def only_card(stage: Any) -> Any:
    (card,) = column_of(stage).page.cards
    return card


def shown(client: Client, query: str = "") -> str:
    response = client.get(reverse("board") + query)
    assert response.status_code == 200
    return response.content.decode()


def test_a_card_names_procedure_and_living_tags_and_hides_the_fourth(
    stages: Pipeline, desk: Client
) -> None:
    lead = stages.lead(cents=100)
    for name in ("filler", "Laser", "Skin", "Tired of it all"):
        LeadTagFactory(lead=lead, tag=TagFactory(name=name))
    LeadTagFactory(lead=lead, tag=TagFactory(name="Retired")).tag.delete()
    card = only_card(stages.first)
    # The tag already says "Filler", which is the procedure too.
    assert sorted(chip.name for chip in card.chips) == [
        "Laser",
        "Skin",
        "Tired of it all",
        "filler",
    ]
    assert len(card.shown_chips) == 3
    assert card.hidden_count == 1
    assert ">+1</span>" in shown(desk)


@pytest.mark.parametrize(
    ("minutes", "color"), [(1, "good"), (6, "warn"), (59, "warn"), (61, "bad")]
)
def test_an_unanswered_lead_waits_in_words_and_in_colour(
    stages: Pipeline, desk: Client, minutes: int, color: str
) -> None:
    stages.lead(minutes_ago=minutes)
    words = f"{minutes}\u00a0min" if minutes < 60 else "1\u00a0h"
    page = shown(desk)
    assert f'<span class="wait {color}"><time datetime=' in page
    assert f">{words}</time></span>" in page


@pytest.mark.parametrize(
    ("touch", "is_waiting"),
    [
        ({"type": "call"}, False),
        ({"type": "email_sent", "payload_json": {"automated": False}}, False),
        ({"type": "sms_sent", "payload_json": {"automated": True}}, True),
        ({"type": "form_submit", "payload_json": {}}, True),
    ],
)
def test_only_a_person_who_writes_or_calls_ends_the_wait(
    stages: Pipeline, touch: dict[str, Any], is_waiting: bool
) -> None:
    ActivityFactory(lead=stages.lead(minutes_ago=3), **touch)
    assert (only_card(stages.first).waiting is not None) is is_waiting


def test_a_call_before_the_lead_came_or_one_deleted_does_not_count(
    stages: Pipeline,
) -> None:
    lead = stages.lead(minutes_ago=3)
    ActivityFactory(lead=lead, created_at=timezone.now() - timedelta(days=1))
    ActivityFactory(lead=lead).delete()
    assert only_card(stages.first).waiting is not None
    ActivityFactory(lead=lead)
    assert only_card(stages.first).waiting is None


def test_nobody_waits_in_a_closed_stage(stages: Pipeline) -> None:
    stages.lead(stages.won, minutes_ago=90)
    (card,) = board.read_board(unfolded=[stages.won.id]).columns[2].page.cards
    assert card.waiting is None
    stages.lead(minutes_ago=90)
    assert only_card(stages.first).waiting is not None


def test_a_script_in_a_tags_name_is_text(stages: Pipeline, desk: Client) -> None:
    tag = TagFactory(name="<script>alert(1)</script>")
    LeadTagFactory(lead=stages.lead(), tag=tag)
    page = shown(desk, f"?tag={tag.id}")
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


# The next cards


def test_the_next_cards_follow_the_last_shown_and_none_is_skipped(
    stages: Pipeline, desk: Client
) -> None:
    moment = timezone.now() - timedelta(hours=1)
    leads = {stages.lead(created_at=moment).id for _ in range(CARDS_A_PAGE * 2 + 3)}
    found = list(column_of(stages.first).page.cards)
    cursor = column_of(stages.first).page.last
    while cursor:
        column = board.read_next(stages.first.id, cursor, len(found), None)
        found += column.page.cards
        cursor = column.page.last
    assert len(found) == len(leads)
    assert {card.lead_id for card in found} == leads


def test_show_more_answers_htmx_with_cards_and_a_person_with_a_page(
    stages: Pipeline, desk: Client
) -> None:
    for minutes in range(CARDS_A_PAGE + 4):
        stages.lead(minutes_ago=minutes)
    assert "Show 4 more (4)" in shown(desk)
    last = column_of(stages.first).page.last
    url = reverse("board_column", args=[stages.first.id]) + f"?after={last}&shown=25"
    partial = desk.get(url, headers={"HX-Request": "true"}).content.decode()
    assert partial.count('class="card"') == 4
    assert "Show" not in partial
    whole = desk.get(url).content.decode()
    assert whole.count('class="card"') == 4
    assert "Back to the board" in whole


@pytest.mark.parametrize(
    "query", ["?after=", "?after=1-", "?after=999999999999999999-a", "?after=%00"]
)
def test_a_broken_link_to_more_is_not_found(
    stages: Pipeline, desk: Client, query: str
) -> None:
    url = reverse("board_column", args=[stages.first.id])
    assert desk.get(url + query).status_code == 404


def test_the_next_cards_of_a_retired_stage_are_not_found(
    stages: Pipeline, desk: Client
) -> None:
    cursor = Cursor(timezone.now(), "a")
    url = reverse("board_column", args=["gone"]) + f"?after={cursor}&shown=x"
    assert desk.get(url).status_code == 404


def test_an_unfolded_column_brings_its_first_cards_under_the_filter(
    stages: Pipeline, desk: Client
) -> None:
    for minutes in range(CARDS_A_PAGE + 2):
        stages.lead(stages.won, source="google", minutes_ago=minutes)
    stages.lead(stages.won, first_name="Other", source="walk_in")
    url = reverse("board_column", args=[stages.won.id])
    for query, left in (("", 3), ("?source=google", 2)):
        page = desk.get(url + query, headers={"HX-Request": "true"}).content.decode()
        assert page.count('class="card"') == CARDS_A_PAGE
        assert f"Show {left} more ({left})" in page
