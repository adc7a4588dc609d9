"""The board: what its columns say, what it costs and who may see it."""

from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from leads import board
from leads.board.order import CARDS_A_PAGE
from leads.models import Lead
from medspa.models import User
from tests.factories import ActivityFactory, LeadTagFactory, TagFactory
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


def shown(client: Client, query: str = "") -> str:
    response = client.get(reverse("board") + query)
    assert response.status_code == 200
    return response.content.decode()


def test_a_column_counts_everything_and_shows_the_newest_25(stages: Pipeline) -> None:
    leads = [stages.lead(minutes_ago=minutes, cents=1_001) for minutes in range(30)]
    column = column_of(stages.first)
    assert column.figures.count == 30
    assert column.figures.expected_cents == 30_030
    assert column.figures.weighted_cents == 3_003
    assert [card.lead_id for card in column.page.cards] == [
        lead.id for lead in leads[:CARDS_A_PAGE]
    ]
    assert (column.next_count, column.remaining) == (5, 5)


def test_half_a_weighted_cent_is_rounded_away_from_zero(stages: Pipeline) -> None:
    stages.lead(cents=5)
    assert column_of(stages.first).figures.weighted_cents == 1


def test_deleted_leads_and_deleted_opportunities_count_nowhere(
    stages: Pipeline,
) -> None:
    stages.lead(cents=100).delete()
    stages.lead(cents=900).opportunity.delete()
    for leads in (None, Lead.objects.all()):
        column = column_of(stages.first, leads)
        assert (column.figures.count, column.figures.expected_cents) == (1, 0)
        assert [card.value_cents for card in column.page.cards] == [None]


def test_filtered_figures_equal_the_kept_totals_of_the_same_leads(
    stages: Pipeline,
) -> None:
    for stage, minutes in ((stages.first, 2), (stages.first, 4000), (stages.won, 9)):
        stages.lead(stage, cents=12_345, minutes_ago=minutes)
    stages.lead(stages.second)
    kept = [column.figures for column in board.read_columns().columns]
    counted = [
        column.figures for column in board.read_columns(Lead.objects.all()).columns
    ]
    assert kept == counted


def test_won_and_lost_are_folded_by_outcome_and_not_by_name(
    stages: Pipeline, desk: Client
) -> None:
    folded = {each.stage.name for each in board.read_board().columns if each.is_folded}
    assert folded == {"Gamma", "Delta"}
    stages.lead(stages.won, first_name="Willow")
    assert "Willow" not in shown(desk)
    page = shown(desk, f"?unfold={stages.won.id}")
    assert "Willow" in page
    assert page.count("column folded") == 1
    again = shown(desk, f"?unfold={stages.won.id}&fold={stages.won.id}")
    assert again.count("column folded") == 2


# What it costs

QUERIES = [
    "the session",
    "the person, their permissions and the clinic's lists",
    "campaigns and tags to filter by",
    "the kept totals",
    "the stages with the ends of the audit trails",
    "the newest stage periods of the open columns, under a filter counted as well",
    "their cards with value, tags and first answer",
    "the consults to come of the cards",
]


@pytest.mark.slow
@pytest.mark.parametrize("query", ["", "?source=google"])
def test_the_board_takes_as_many_queries_at_2_and_at_30_leads(
    stages: Pipeline, desk: Client, query: str
) -> None:
    for total in (2, 30):
        while Lead.objects.count() < total:
            lead = stages.lead(source="google", cents=100)
            LeadTagFactory(lead=lead)
            ActivityFactory(lead=lead)
        with CaptureQueriesContext(connection) as captured:
            shown(desk, query)
        assert len(captured) == len(QUERIES)


@pytest.mark.slow
def test_full_columns_stay_below_150_kilobytes(stages: Pipeline, desk: Client) -> None:
    tags = [TagFactory(name=f"A tag with quite a long name {n}") for n in range(4)]
    for stage in (stages.first, stages.second, stages.won, stages.lost):
        for _ in range(CARDS_A_PAGE + 1):
            lead = stages.lead(stage, cents=100, minutes_ago=50)
            for tag in tags:
                LeadTagFactory(lead=lead, tag=tag)
    frame = len(shown(desk, "?q=nobody"))
    page = shown(desk, f"?unfold={stages.won.id}&unfold={stages.lost.id}")
    assert page.count('class="card"') == 4 * CARDS_A_PAGE
    # The default pipeline has five columns, of which two begin folded.
    assert frame + (len(page) - frame) * 5 / 4 < 150_000


# Who may


def test_who_works_leads_sees_the_board_and_others_do_not(
    client: Client, stages: Pipeline, manager: User, provider: User, outsider: User
) -> None:
    lead = stages.lead()
    urls = [
        reverse("board"),
        reverse("board_column", args=[stages.first.id]) + f"?after=1-{lead.id}",
        reverse("board_move", args=[lead.id]),
    ]
    assert client.get(urls[0]).status_code == 302
    for user, status in ((manager, 200), (provider, 403), (outsider, 403)):
        client.force_login(user)
        assert [client.get(url).status_code for url in urls] == [status] * 3


def test_a_provider_moves_nothing(
    client: Client, provider: User, stages: Pipeline
) -> None:
    lead = stages.lead()
    client.force_login(provider)
    assert _move(client, lead.id, stage=stages.second.id).status_code == 403
    assert lead.stage_periods.current().get().stage == stages.first


def test_a_move_needs_a_post_with_the_sites_own_token(
    front_desk: User, stages: Pipeline
) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(front_desk)
    lead = stages.lead()
    assert _move(strict, lead.id, stage=stages.second.id).status_code == 403


def _move(client: Client, lead_id: str, **fields: str) -> HttpResponse:
    url = reverse("board_move", args=[lead_id])
    return client.post(url, fields, headers={"Accept": "application/json"})
