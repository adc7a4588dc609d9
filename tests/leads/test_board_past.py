"""The board as it stood at the end of a day."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from leads import board
from leads.board.order import CARDS_A_PAGE
from leads.board.past import read_past_board
from leads.models import Lead
from leads.services import pipeline
from medspa.clinic_time import clinic_today, clinic_zone, start_of_day
from medspa.models import User
from tests.leads.board_rows import Pipeline

pytestmark = pytest.mark.django_db
DAY = clinic_today() - timedelta(days=5)


@pytest.fixture
def stages() -> Pipeline:
    return Pipeline()


@pytest.fixture
def desk(client: Client, front_desk: User) -> Client:
    client.force_login(front_desk)
    return client


def end() -> datetime:
    return start_of_day(DAY + timedelta(days=1), clinic_zone())


def came(stages: Pipeline, **fields: Any) -> Lead:
    return stages.lead(created_at=end() - timedelta(hours=30), **fields)


def counts(leads: Any = None) -> dict[str, int]:
    columns = read_past_board(DAY, leads)
    return {column.stage.name: column.figures.count for column in columns}


def test_a_move_counts_from_its_moment_to_the_microsecond(stages: Pipeline) -> None:
    instant = timedelta(microseconds=1)
    pipeline.move(came(stages).id, stages.second.id, at=end() - instant)
    pipeline.move(came(stages).id, stages.second.id, at=end())
    assert counts() == {"Alpha": 1, "Beta": 1, "Gamma": 0, "Delta": 0}


def test_figures_and_cards_are_those_of_the_day(stages: Pipeline) -> None:
    lead = came(stages, cents=10_000)
    pipeline.move(lead.id, stages.won.id)
    stages.lead(cents=500)
    first = read_past_board(DAY)[0]
    assert (first.figures.count, first.figures.expected_cents) == (1, 10_000)
    assert [card.lead_id for card in first.page.cards] == [lead.id]


def test_what_was_deleted_since_is_shown_and_what_was_gone_is_not(
    stages: Pipeline,
) -> None:
    came(stages).delete()
    gone = came(stages)
    gone.delete()
    Lead.all_objects.filter(pk=gone.pk).update(deleted_at=end() - timedelta(hours=1))
    came(stages, stage=stages.second)
    for stage_period in stages.second.stage_periods.all():
        pipeline.move(stage_period.lead_id, stages.won.id)
    stages.second.delete()
    assert counts() == {"Alpha": 1, "Beta": 1, "Gamma": 0, "Delta": 0}


def test_the_boards_filter_holds(stages: Pipeline) -> None:
    came(stages, source="google")
    came(stages, source="walk_in")
    assert counts(Lead.objects.filter(source="google"))["Alpha"] == 1


def test_the_page_is_read_only_and_takes_eight_queries(
    stages: Pipeline, desk: Client
) -> None:
    came(stages, first_name="Wanda")
    with CaptureQueriesContext(connection) as queries:
        page = desk.get(reverse("board"), {"as_of": DAY.isoformat()})
    text = page.content.decode()
    assert "Read-only: the board as it stood at the end of" in text
    assert ">Wanda</a>" in text
    assert "move-dialog" not in text
    assert "data-changes" not in text
    # session, user, the filters' choices; stages, whether there are totals, figures,
    # who stood first, cards
    assert len(queries) == 8


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("2026-02-31", "an invalid date"),
        ("yesterday", "an invalid date"),
        ("\x00", "an invalid date"),
        ("9999-12-31", "over yet. Showing"),
        ("", "Pipeline"),
        ("0001-01-01", "No leads were on the board"),
    ],
)
def test_a_bad_day_is_refused_in_words_and_the_board_of_now_follows(
    text: str, sentence: str, stages: Pipeline, desk: Client
) -> None:
    stages.lead()
    is_refused = "an invalid date" in sentence or "over yet" in sentence
    asked = {"as_of": text} | ({"source": "google"} if is_refused else {})
    page = desk.get(reverse("board"), asked, follow=True)
    assert page.status_code == 200
    assert sentence in page.content.decode()
    column = reverse("board_column", args=[stages.first.pk])
    assert desk.get(column, asked).status_code == (404 if is_refused else 200)
    ages = desk.get(reverse("board_ages"), asked)
    assert ages.status_code == (409 if is_refused else 200)
    if is_refused:
        assert page.redirect_chain == [(f"{reverse('board')}?source=google", 302)]
        assert sentence in ages.json()["message"]


def test_the_next_cards_of_that_day_follow_and_none_is_skipped(
    stages: Pipeline, desk: Client
) -> None:
    leads = {came(stages).id for _ in range(CARDS_A_PAGE + 3)}
    for lead_id in sorted(leads)[:5]:
        pipeline.move(lead_id, stages.second.id)
    page = desk.get(reverse("board"), {"as_of": DAY.isoformat()}).content.decode()
    assert "Show 3 more (3)" in page
    first = read_past_board(DAY)[0].page
    fields = {"as_of": DAY.isoformat(), "after": str(first.last), "shown": "25"}
    url = reverse("board_column", args=[stages.first.id])
    more = desk.get(url, fields, headers={"HX-Request": "true"}).content.decode()
    assert more.count('class="card"') == 3
    assert "Move…" not in more
    shown = {card.lead_id for card in first.cards}
    assert {pk for pk in leads if pk in more} == leads - shown


def test_the_age_is_that_of_the_day(stages: Pipeline, desk: Client) -> None:
    pipeline.move(came(stages, first_name="Wanda").id, stages.second.id)
    for age, is_shown in (("1", True), ("3", False)):
        page = desk.get(reverse("board"), {"as_of": DAY.isoformat(), "age": age})
        assert (">Wanda</a>" in page.content.decode()) is is_shown


def test_back_to_now_keeps_the_filters(stages: Pipeline, desk: Client) -> None:
    page = desk.get(reverse("board"), {"as_of": DAY.isoformat(), "source": "google"})
    assert 'href="/leads/board/?source=google">Back to now</a>' in page.content.decode()


# Where counting a day's leads would take long


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(board, "COUNTED_AT_ONCE", 0)
    monkeypatch.setattr(board, "MATCHES_COUNTED_AT_ONCE", 1)


@pytest.mark.parametrize("query", [{}, {"source": "google"}])
def test_cards_of_the_day_come_first_and_figures_after(
    query: dict[str, str], stages: Pipeline, desk: Client, many: None
) -> None:
    leads = [came(stages, source="google", cents=100) for _ in range(CARDS_A_PAGE + 3)]
    for lead in leads[:5]:
        pipeline.move(lead.pk, stages.second.id)
    leads[5].delete()
    asked = {"as_of": DAY.isoformat()} | query
    page = desk.get(reverse("board"), asked).content.decode()
    assert page.count('class="card"') == CARDS_A_PAGE
    assert page.count("Counting") == 4
    assert "Show more</a>" in page
    wanted = Lead.objects.filter(**query) if query else None
    shown = read_past_board(DAY, wanted)[0].page
    url = reverse("board_column", args=[stages.first.id])
    rest = {"after": str(shown.last), "shown": str(CARDS_A_PAGE)}
    more = desk.get(url, asked | rest, headers={"HX-Request": "true"})
    missing = 3 - bool(query)
    assert more.content.decode().count('class="card"') == missing
    answer = desk.get(reverse("board_ages"), asked).json()
    assert answer["ages"] == {}
    assert f">{CARDS_A_PAGE + missing}<" in answer["figures"][stages.first.id]
    assert f"${CARDS_A_PAGE + missing} expected" in answer["figures"][stages.first.id]


def test_a_retired_stage_of_the_day_is_counted_after_too(
    stages: Pipeline, desk: Client, many: None
) -> None:
    pipeline.move(came(stages, stage=stages.second).pk, stages.won.id)
    stages.second.delete()
    answer = desk.get(reverse("board_ages"), {"as_of": DAY.isoformat()}).json()
    assert ">1<" in answer["figures"][stages.second.id]
    assert len(answer["figures"]) == 4


def test_few_leads_that_fit_are_counted_at_once_on_any_day(
    stages: Pipeline, desk: Client, many: None
) -> None:
    came(stages, first_name="Wanda")
    came(stages)
    page = desk.get(reverse("board"), {"as_of": DAY.isoformat(), "q": "wan"})
    assert "Counting" not in page.content.decode()
    assert ">Wanda</a>" in page.content.decode()
