"""What an open board is told of other people's changes, and what that costs."""

from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from leads import board
from leads.board.changes import NEWEST_ROWS, read_stages
from leads.board.order import CARDS_A_PAGE
from leads.models import Activity, Lead, StageTotal
from leads.models.stage_total import compact_stage_totals
from leads.services import pipeline
from leads.services.contacting import log_contact
from medspa.models import User
from tests.factories import LeadTagFactory, StageFactory, TagFactory
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
    read = board.read_columns(leads)  # type: ignore[arg-type]
    versions = (f"{each.stage.id}:{each.version}" for each in read.columns)
    return " ".join([str(read.token), *versions])


def named(columns: list[str], word: str) -> int:
    return sum(word in column for column in columns)


def ask(client: Client, seen: str, query: str = "") -> HttpResponse:
    url = reverse("board_changes") + query
    return client.get(url, headers={"X-Board-Seen": seen})


def test_nothing_new_is_204_by_two_queries_beside_who_asks(
    stages: Pipeline, desk: Client
) -> None:
    stages.lead()
    now = seen()
    with CaptureQueriesContext(connection) as queries:
        assert ask(desk, now).status_code == 204
    # The session, the person with their rights, the kept totals, the stages.
    assert len(queries) == 4


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
    assert ask(desk, seen()).status_code == 204


def test_of_a_full_column_only_what_changed_is_sent(
    stages: Pipeline, desk: Client
) -> None:
    for _ in range(CARDS_A_PAGE + 1):
        stages.lead(first_name="Somebody")
    mover = stages.lead(stages.second, first_name="Wanda")
    before = seen()
    pipeline.move(mover.id, stages.first.id)
    answer = ask(desk, before)
    assert answer.json()["leads"] == [mover.id]
    column = answer.json()["columns"][stages.first.id]
    assert len(column["order"]) == CARDS_A_PAGE
    assert column["order"][0] == mover.id
    assert "Wanda" in column["cards"]
    assert "Somebody" not in column["cards"]
    assert "more" in column["cards"]
    assert len(answer.content) <= 3000


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
    assert [*ask(desk, before).json()["columns"]] == [stages.first.id]


def test_folding_the_totals_tells_every_board_anew(
    stages: Pipeline, desk: Client
) -> None:
    stages.lead()
    stages.lead()
    before = seen()
    compact_stage_totals()
    assert stages.first.id in ask(desk, before).json()["columns"]


def test_filtered_and_unfiltered_boards_have_the_same_versions(
    stages: Pipeline,
) -> None:
    stages.lead()
    stages.lead(stages.won)
    assert seen() == seen(Lead.objects.all())


def test_the_news_keep_the_boards_filter(stages: Pipeline, desk: Client) -> None:
    before = seen()
    stages.lead(first_name="Wanda", source="google")
    for source, is_shown in {"walk_in": False, "google": True}.items():
        columns = ask(desk, before, f"?source={source}").json()["columns"]
        assert ("Wanda" in columns[stages.first.id]["cards"]) is is_shown


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


# What changes a card and no total


def test_a_call_a_tag_and_another_person_name_the_lead(
    stages: Pipeline, desk: Client, front_desk: User
) -> None:
    lead, tag = stages.lead(), TagFactory()

    def assign() -> None:
        lead.assigned_to = front_desk
        lead.save()

    for change in (
        lambda: log_contact(lead, "call", "answered"),
        lambda: LeadTagFactory(lead=lead, tag=tag),
        assign,
    ):
        before = seen()
        stages.lead()
        stages.lead()
        between = seen()
        change()
        answer = ask(desk, between).json()
        assert answer["leads"] == [lead.id]
        assert answer["columns"] == {}
        assert answer["seen"] != between.split()[0]
        assert ask(desk, before).status_code == 200
        assert ask(desk, seen()).status_code == 204


def test_a_row_that_is_committed_late_is_still_news(
    stages: Pipeline, desk: Client
) -> None:
    lead = stages.lead()
    log_contact(lead, "call", "answered")
    trail: Any = Activity.history.model
    last = trail.objects.latest("history_id")
    late = last.pk + 1
    last.history_id = late + 1
    last.save(force_insert=True)
    before = seen()
    last.history_id = late
    last.save(force_insert=True)
    assert ask(desk, before).json()["leads"] == [lead.id]


def test_too_many_changes_to_name_may_be_any(stages: Pipeline, desk: Client) -> None:
    lead = stages.lead()
    before = seen()
    log_contact(lead, "call", "answered")
    assert ask(desk, before).json()["leads"] == [lead.id]
    for _ in range(NEWEST_ROWS):
        log_contact(lead, "call", "answered")
    assert ask(desk, before).json()["leads"] is None


def test_a_renamed_tag_may_change_any_card(stages: Pipeline, desk: Client) -> None:
    tag = LeadTagFactory(lead=stages.lead()).tag
    before = seen()
    tag.name = "Another name"
    tag.save()
    answer = ask(desk, before).json()
    assert "Another name" in answer["columns"][stages.first.id]["cards"]


@pytest.mark.parametrize(
    "change",
    [{"name": "Omega"}, {"color": "#123456"}, {"order": 99}, {"target_days": 9}],
    ids=lambda change: next(iter(change)),
)
def test_a_stage_set_up_anew_brings_every_column_and_the_dialogs_choices(
    stages: Pipeline, desk: Client, change: dict[str, Any]
) -> None:
    stages.lead(first_name="Wanda")
    before = seen()
    for name, value in change.items():
        setattr(stages.first, name, value)
    stages.first.save()
    answer = ask(desk, before).json()
    assert len(answer["set_up"]["columns"]) == 4
    assert stages.first.name in answer["set_up"]["fields"]
    assert "Wanda" in answer["columns"][stages.first.id]["cards"]
    assert ask(desk, seen()).status_code == 204


def test_a_stage_added_or_retired_is_news(stages: Pipeline, desk: Client) -> None:
    before = seen()
    added = StageFactory(name="Omega")
    assert named(ask(desk, before).json()["set_up"]["columns"], "Omega") == 1
    before = seen()
    added.delete()
    columns = ask(desk, before).json()["set_up"]["columns"]
    assert named(columns, "Omega") == 0
    assert named(columns, stages.first.name) == 1


def test_cards_are_answered_where_they_are_and_only_if_they_live_and_fit(
    stages: Pipeline, desk: Client
) -> None:
    here = stages.lead(stages.second, source="google")
    gone, other = stages.lead(source="google"), stages.lead(source="walk_in")
    gone.delete()
    ids = "&".join(f"lead={lead.id}" for lead in (here, gone, other))
    url = reverse("board_cards")
    cards = desk.get(f"{url}?source=google&{ids}").json()["cards"]
    assert set(cards) == {here.id}
    assert cards[here.id]["stage"] == stages.second.id
    assert "&amp;lead=" not in cards[here.id]["card"]
    assert set(desk.get(f"{url}?{ids}").json()["cards"]) == {here.id, other.id}


def test_a_column_that_an_upgrade_adds_stops_no_board() -> None:
    """What is prepared for the pages of before goes on."""
    StageFactory()
    for _ in range(6):  # from some use on it is prepared
        before = read_stages()
    with connection.cursor() as cursor:
        # In a block: psycopg forgets what it prepared when it sees an ALTER.
        add = "ALTER TABLE leads_pipelinestage ADD COLUMN later integer"
        cursor.execute(f"DO $$ BEGIN {add}; END $$")
    assert read_stages() == before
