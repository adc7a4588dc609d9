"""What an open board is told of other people's changes, and what that costs."""

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from leads import board, pipeline
from leads.models import Lead, StageTotal
from leads.totals import fold_stage_totals
from medspa.models import User
from tests.leads.board_rows import Pipeline

pytestmark = pytest.mark.django_db


@pytest.fixture
def stages() -> Pipeline:
    return Pipeline()


@pytest.fixture
def desk(client: Client, front_desk: User) -> Client:
    client.force_login(front_desk)
    return client


def seen(leads: object = None) -> str:
    columns = board.read_columns(leads)  # type: ignore[arg-type]
    return " ".join(f"{each.stage.id}:{each.version}" for each in columns)


def ask(client: Client, seen: str, query: str = "") -> HttpResponse:
    url = reverse("board_changes") + query
    return client.get(url, headers={"X-Board-Seen": seen})


def test_nothing_new_is_204_by_one_query_beside_who_asks(
    stages: Pipeline, desk: Client
) -> None:
    stages.lead()
    now = seen()
    with CaptureQueriesContext(connection) as queries:
        assert ask(desk, now).status_code == 204
    ours = [each for each in queries if "leads_" in each["sql"].replace("auth_", "")]
    assert len(ours) == 1
    assert len(queries) <= 3  # session, the person with their permissions


def test_a_move_brings_both_columns_and_no_other(
    stages: Pipeline, desk: Client
) -> None:
    lead = stages.lead(first_name="Wanda")
    before = seen()
    pipeline.move(lead.id, stages.second.id)
    columns = ask(desk, before).json()["columns"]
    assert set(columns) == {stages.first.id, stages.second.id}
    assert "Wanda" in columns[stages.second.id]["cards"]
    assert "Wanda" not in columns[stages.first.id]["cards"]
    after = before
    for stage_id, column in columns.items():
        old = next(part for part in after.split() if part.startswith(stage_id))
        after = after.replace(old, f"{stage_id}:{column['version']}")
    assert ask(desk, after).status_code == 204


def test_new_leads_deleted_leads_and_values_are_news(
    stages: Pipeline, desk: Client
) -> None:
    lead = stages.lead(cents=100)
    for change in (
        lambda: stages.lead(),
        lambda: setattr_and_save(lead, 200),
        lambda: lead.delete(),
    ):
        before = seen()
        change()
        assert set(ask(desk, before).json()["columns"]) == {stages.first.id}


def setattr_and_save(lead: Lead, cents: int) -> None:
    lead.opportunity.expected_value_cents = cents
    lead.opportunity.save()


def test_a_change_that_is_committed_late_is_still_news(
    stages: Pipeline, desk: Client
) -> None:
    """The rows' numbers are given before the commit: the highest is not the last."""
    stages.lead()
    late = StageTotal.objects.latest("pk").pk + 1
    StageTotal.objects.create(
        id=late + 1, stage=stages.first, lead_count=0, expected_value_cents=0
    )
    before = seen()
    StageTotal.objects.create(
        id=late, stage=stages.first, lead_count=0, expected_value_cents=0
    )
    assert ask(desk, before).status_code == 200


def test_folding_the_totals_tells_every_board_anew(
    stages: Pipeline, desk: Client
) -> None:
    stages.lead()
    stages.lead()
    before = seen()
    fold_stage_totals()
    assert ask(desk, before).status_code == 200


def test_filtered_and_unfiltered_boards_have_the_same_versions(
    stages: Pipeline,
) -> None:
    stages.lead()
    stages.lead(stages.won)
    assert seen() == seen(Lead.objects.all())


def test_the_news_keep_the_boards_filter(stages: Pipeline, desk: Client) -> None:
    before = seen()
    stages.lead(first_name="Wanda", source="google")
    columns = ask(desk, before, "?source=walk_in").json()["columns"]
    assert "Wanda" not in columns[stages.first.id]["cards"]


@pytest.mark.parametrize("words", ["", "nonsense", "a:b c", ": : :", "x" * 5000])
def test_no_header_breaks_the_answer(
    words: str, stages: Pipeline, desk: Client
) -> None:
    assert ask(desk, words).status_code in (200, 204)


def test_who_may_not_see_the_board_is_not_told(
    stages: Pipeline, client: Client, outsider: User
) -> None:
    client.force_login(outsider)
    assert ask(client, "").status_code == 403
