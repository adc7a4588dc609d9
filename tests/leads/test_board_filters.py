"""The board's filters: what an address asks for, and what it can't have."""

from datetime import timedelta

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from leads import board
from leads.board.order import CARDS_A_PAGE
from leads.models import Lead
from leads.search import SEARCH_TAKES
from leads.selection.filters import read_filters
from leads.services import pipeline
from medspa.models import User
from tests.factories import CampaignFactory, LeadTagFactory, OpportunityFactory
from tests.leads.board_rows import Pipeline

pytestmark = pytest.mark.django_db
DAY = 24 * 60


@pytest.fixture
def stages() -> Pipeline:
    return Pipeline()


@pytest.fixture
def desk(client: Client, front_desk: User) -> Client:
    client.force_login(front_desk)
    return client


def shown(client: Client, query: str = "") -> str:
    response = client.get(reverse("board") + query)
    assert response.status_code == 200
    return response.content.decode()


def named(page: str, name: str) -> bool:
    return f">{name}</a>" in page


def test_each_filter_leaves_its_leads(
    stages: Pipeline, desk: Client, front_desk: User
) -> None:
    wanted = stages.lead(
        first_name="Wanda",
        source="google",
        campaign=CampaignFactory(),
        assigned_to=front_desk,
        email="wanda@example.com",
    )
    OpportunityFactory(lead=wanted, procedure_code="LASER")
    tag = LeadTagFactory(lead=wanted).tag
    stages.lead(first_name="Other", source="walk_in", cents=100)
    for query in (
        "source=google",
        f"campaign={wanted.campaign_id}",
        f"tag={tag.id}",
        "procedure=LASER",
        "mine=on",
        "q=wan",
        "q=WANDA%40example.com",
    ):
        page = shown(desk, f"?{query}")
        assert named(page, "Wanda"), query
        assert not named(page, "Other"), query
        assert '<span class="count number">1</span>' in page, query


@pytest.mark.parametrize(
    ("name", "word"),
    [
        *((name, f"a {name}") for name in ("campaign", "tag", "source", "procedure")),
        ("age", "an age"),
    ],
)
def test_a_filter_value_that_is_gone_is_said_and_left_out(
    stages: Pipeline, desk: Client, name: str, word: str
) -> None:
    stages.lead(first_name="Wanda", source="google")
    page = shown(desk, f"?{name}=gone&q=wan")
    assert f"asks for {word} that no longer exists" in page
    assert named(page, "Wanda")


@pytest.mark.parametrize(
    "query",
    ["?q=%00", f"?q={'x' * 300}", "?unfold=%00", "?mine=perhaps", "?source=%00"],
)
def test_no_address_breaks_the_board(
    stages: Pipeline, desk: Client, query: str
) -> None:
    stages.lead()
    shown(desk, query)


def test_an_empty_board_says_what_to_do_first(stages: Pipeline, desk: Client) -> None:
    assert "No leads yet" in shown(desk)
    assert reverse("lead_add") in shown(desk)
    stages.lead()
    found_none = shown(desk, "?q=nobody")
    assert "No leads match" in found_none
    assert SEARCH_TAKES in found_none
    assert SEARCH_TAKES not in shown(desk, "?source=tiktok")


@pytest.mark.parametrize(
    ("age", "names"),
    [
        ("under-1", {"Ada"}),
        ("1", {"Bea", "Cleo"}),
        ("3", {"Bea", "Cleo"}),
        ("7", {"Cleo"}),
        ("30", set()),
    ],
)
def test_the_age_is_that_of_the_stay_and_counts_cards_and_totals(
    stages: Pipeline, desk: Client, age: str, names: set[str]
) -> None:
    for name, days in (("Ada", 0), ("Bea", 4), ("Cleo", 8)):
        stages.lead(first_name=name, minutes_ago=days * DAY)
    page = shown(desk, f"?age={age}")
    assert {name for name in ("Ada", "Bea", "Cleo") if named(page, name)} == names
    if names:
        assert f'<span class="count number">{len(names)}</span>' in page


def test_a_move_makes_a_lead_young_again(stages: Pipeline, desk: Client) -> None:
    lead = stages.lead(first_name="Wanda", minutes_ago=9 * DAY)
    pipeline.move(lead.id, stages.second.id)
    assert not named(shown(desk, "?age=7"), "Wanda")
    assert named(shown(desk, "?age=under-1"), "Wanda")


def test_more_old_leads_are_shown_on_request(stages: Pipeline, desk: Client) -> None:
    for _ in range(30):
        stages.lead(minutes_ago=9 * DAY)
    stages.lead(created_at=timezone.now() - timedelta(hours=1))
    assert "Show 5 more (5)" in shown(desk, "?age=7")


# Where counting what a filter leaves would take long


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(board, "COUNTED_AT_ONCE", 0)
    monkeypatch.setattr(board, "MATCHES_COUNTED_AT_ONCE", 1)


def test_cards_come_first_and_figures_after_where_there_are_very_many(
    stages: Pipeline, desk: Client, many: None
) -> None:
    for minutes in range(CARDS_A_PAGE + 2):
        stages.lead(source="google", minutes_ago=minutes, cents=100)
        stages.lead(source="walk_in", minutes_ago=minutes)
    page = shown(desk, "?source=google")
    assert page.count('class="card"') == CARDS_A_PAGE
    assert page.count("Counting") == 4
    assert "Show more</a>" in page
    figures = desk.get(reverse("board_ages") + "?source=google").json()["figures"]
    assert f">{CARDS_A_PAGE + 2}<" in figures[stages.first.id]
    assert "$27 expected" in figures[stages.first.id]


def test_the_next_cards_under_a_filter_are_found_without_counting(
    stages: Pipeline, desk: Client, many: None
) -> None:
    moment = timezone.now() - timedelta(hours=1)
    leads = {
        stages.lead(source="google", created_at=moment).id
        for _ in range(CARDS_A_PAGE + 3)
    }
    stages.lead(source="walk_in")
    wanted = Lead.objects.filter(source="google")
    first = board.read_board(wanted).columns[0]
    second = board.read_next(stages.first.id, first.page.last, CARDS_A_PAGE, wanted)
    found = [*first.page.cards, *second.page.cards]
    assert len(found) == len(leads)
    assert {card.lead_id for card in found} == leads
    assert not second.may_have_more


@pytest.mark.parametrize("query", ["?q=wan", "?source=google&q=wa", "?source=phone"])
def test_what_few_leads_fit_is_counted_at_once(
    query: str, stages: Pipeline, desk: Client, many: None
) -> None:
    stages.lead(first_name="Wanda", source="google")
    stages.lead(source="google")
    assert "Counting" not in shown(desk, query)


@pytest.mark.parametrize(("age", "found"), [("under-1", 2), ("1", 3), ("3", 1)])
def test_an_age_is_counted_from_the_young_and_the_kept_totals(
    age: str, found: int, stages: Pipeline, desk: Client, many: None
) -> None:
    for days in (0, 0, 2, 2, 9):
        stages.lead(minutes_ago=days * DAY + 5, cents=100)
    page = shown(desk, f"?age={age}")
    assert page.count('class="card"') == found
    answer = desk.get(reverse("board_ages"), {"age": age}).json()
    assert f">{found}<" in answer["figures"][stages.first.id]
    assert f"${found} expected" in answer["figures"][stages.first.id]
    wanted = read_filters(QueryDict(f"age={age}"), User.objects.get())[0].leads
    counted = board.count_columns(wanted).columns[0].figures
    assert (counted.count, counted.expected_cents) == (found, found * 100)


def test_a_move_leaves_the_rest_to_be_counted(
    stages: Pipeline, desk: Client, many: None
) -> None:
    lead = stages.lead(first_name="Wanda", source="google")
    stages.lead(source="google")
    url = reverse("board_move", args=[lead.id]) + "?source=google"
    fields = {"stage": stages.second.id}
    answer = desk.post(url, fields, headers={"Accept": "application/json"}).json()
    assert (answer["is_hidden"], answer["figures"]) == (False, {})
