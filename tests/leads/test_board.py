"""The board: its figures and cards, its filters, and moving by script and by form."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from leads import board, pipeline
from leads.board_cards import CARDS, Cursor
from leads.models import Lead, LeadStage
from medspa.actors import acting
from medspa.models import User
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


def column_of(stage: Any, leads: Any = None) -> board.Column:
    return next(each for each in board.read_board(leads) if each.stage == stage)


def only_card(stage: Any) -> Any:
    (card,) = column_of(stage).page.cards
    return card


def shown(client: Client, query: str = "") -> str:
    response = client.get(reverse("board") + query)
    assert response.status_code == 200
    return response.content.decode()


def named(page: str, name: str) -> bool:
    return f">{name}</a>" in page


def ask(client: Client, lead_id: str, query: str = "", **fields: str) -> HttpResponse:
    url = reverse("board_move", args=[lead_id]) + query
    return client.post(url, fields, headers={"Accept": "application/json"})


# What the columns say


def test_a_column_counts_everything_and_shows_the_newest_25(stages: Pipeline) -> None:
    leads = [stages.lead(minutes_ago=minutes, cents=1_001) for minutes in range(30)]
    column = column_of(stages.first)
    assert column.figures.count == 30
    assert column.figures.expected_cents == 30_030
    assert column.figures.weighted_cents == 3_003
    assert [card.lead_id for card in column.page.cards] == [
        lead.id for lead in leads[:CARDS]
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
    kept = [column.figures for column in board.read_columns()]
    counted = [column.figures for column in board.read_columns(Lead.objects.all())]
    assert kept == counted


def test_ages_tell_in_time_due_and_overdue_by_the_target(stages: Pipeline) -> None:
    for hours in (1, 11, 13, 25, 50):
        stages.lead(minutes_ago=hours * 60)
    ages = column_of(stages.first).figures.ages
    assert ages == board.Ages(in_time=2, due=1, overdue=2, target_days=1)


def test_ages_are_absent_rather_than_wrong_where_there_are_too_many(
    stages: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(board, "COUNTED_AGES", 2)
    for _ in range(3):
        stages.lead(minutes_ago=60 * 24)
    assert column_of(stages.first).figures.ages is None


def test_won_and_lost_are_folded_by_outcome_and_not_by_name(
    stages: Pipeline, desk: Client
) -> None:
    folded = {each.stage.name for each in board.read_board() if each.is_folded}
    assert folded == {"Gamma", "Delta"}
    page = shown(desk, f"?unfold={stages.won.id}")
    assert page.count("column folded") == 1
    again = shown(desk, f"?unfold={stages.won.id}&fold={stages.won.id}")
    assert again.count("column folded") == 2


# What the cards say


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
    words = f"waiting {minutes} min" if minutes < 60 else "waiting 1 h"
    assert f'<span class="wait {color}">{words}</span>' in shown(desk)


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


def test_nobody_waits_in_a_closed_stage(stages: Pipeline) -> None:
    stages.lead(stages.won, minutes_ago=90)
    assert only_card(stages.won).waiting is None


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
    leads = {stages.lead(created_at=moment).id for _ in range(CARDS * 2 + 3)}
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
    for minutes in range(CARDS + 4):
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
    "query", ["", "?after=", "?after=1-", "?after=999999999999999999-a", "?after=%00"]
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


# What it costs

QUERIES = [
    "the session",
    "the person and their permissions",
    "campaigns and tags to filter by",
    "the kept totals (filtered: the grouped count)",
    "the stages (unfiltered: with their leads' ages)",
    "every column's first cards with value, tags and first answer",
]


@pytest.mark.parametrize("query", ["", "?source=google"])
def test_the_board_takes_six_queries_at_2_and_at_30_leads(
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


def test_full_columns_stay_below_150_kilobytes(stages: Pipeline, desk: Client) -> None:
    tags = [TagFactory(name=f"A tag with quite a long name {n}") for n in range(4)]
    for stage in (stages.first, stages.second, stages.won, stages.lost):
        for _ in range(CARDS + 1):
            lead = stages.lead(stage, cents=100, minutes_ago=50)
            for tag in tags:
                LeadTagFactory(lead=lead, tag=tag)
    extra = len(shown(desk)) / 4  # the default pipeline has five columns
    assert len(shown(desk)) + extra < 150_000


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
    assert ask(client, lead.id, stage=stages.second.id).status_code == 403
    assert lead.stays.current().get().stage == stages.first


def test_a_move_needs_a_post_with_the_sites_own_token(
    front_desk: User, stages: Pipeline
) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(front_desk)
    lead = stages.lead()
    assert ask(strict, lead.id, stage=stages.second.id).status_code == 403


# Moving


def test_the_answer_to_a_move_has_the_card_every_figure_and_the_way_back(
    stages: Pipeline, desk: Client, front_desk: User
) -> None:
    lead = stages.lead(first_name="Wanda", cents=200_000)
    response = ask(
        desk, lead.id, stage=stages.second.id, expected=stages.first.id
    ).json()
    assert response["message"] == "Wanda moved to Beta."
    assert response["stage"] == stages.second.id
    assert named(response["card"], "Wanda")
    assert ">0<" in response["figures"][stages.first.id]
    assert "$666.60 weighted" in response["figures"][stages.second.id]
    stay = lead.stays.current().get()
    assert response["undo"] == reverse("board_undo", args=[stay.id])
    assert stay.changed_by == front_desk


def test_the_figures_in_the_answer_keep_the_boards_filter(
    stages: Pipeline, desk: Client
) -> None:
    lead = stages.lead(source="google")
    stages.lead(stages.second, source="walk_in")
    response = ask(desk, lead.id, "?source=google", stage=stages.second.id).json()
    assert '<span class="count number">1<' in response["figures"][stages.second.id]
    assert "?source=google" in response["card"]


def test_undo_returns_a_lost_lead_with_the_reason_it_had(
    stages: Pipeline, desk: Client
) -> None:
    lead = stages.lead()
    ask(desk, lead.id, stage=stages.lost.id, lost_reason="timing")
    back = ask(desk, lead.id, stage=stages.first.id, expected=stages.lost.id).json()
    desk.post(back["undo"])
    stay = lead.stays.current().get()
    assert (stay.stage, stay.lost_reason) == (stages.lost, "timing")


def test_a_double_click_gets_the_same_answer_twice_and_makes_one_stay(
    stages: Pipeline, desk: Client
) -> None:
    lead = stages.lead()
    fields = {"stage": stages.second.id, "expected": stages.first.id}
    first, second = (ask(desk, lead.id, **fields) for _ in range(2))
    assert first.json()["undo"] == second.json()["undo"]
    assert first.json()["message"] == second.json()["message"]
    assert lead.stays.count() == 2


def test_who_comes_second_is_told_and_sees_the_new_place(
    stages: Pipeline, desk: Client, manager: User
) -> None:
    lead = stages.lead()
    with acting(user=manager):
        pipeline.move(lead.id, stages.second.id)
    response = ask(desk, lead.id, stage=stages.won.id, expected=stages.first.id)
    assert response.status_code == 409
    assert "manager moved this to Beta" in response.json()["message"]
    assert response.json()["stage"] == stages.second.id
    assert lead.stays.count() == 2


def refusals(stages: Pipeline) -> list[tuple[str, dict[str, str], str]]:
    gone, lead = stages.lead(), stages.lead()
    gone.delete()
    target = stages.second.id
    return [
        (gone.id, {"stage": target}, "This lead was deleted"),
        ("nobody", {"stage": target}, "This lead was deleted"),
        (lead.id, {"stage": "nowhere"}, "This stage no longer exists"),
        (lead.id, {"stage": "\0"}, "Null characters"),
        (lead.id, {"stage": "x" * 99}, "at most 25"),
        (lead.id, {}, "Choose where the lead goes"),
        (lead.id, {"stage": stages.lost.id}, "choose a reason"),
        (lead.id, {"stage": target, "lost_reason": "bored"}, "from the list"),
    ]


def test_a_refused_move_changes_nothing_and_says_why(
    stages: Pipeline, desk: Client
) -> None:
    for lead_id, fields, words in refusals(stages):
        response = ask(desk, lead_id, **fields)
        assert response.status_code == 409
        assert words in response.json()["message"]
    assert not LeadStage.objects.exclude(stage=stages.first).exists()


def test_the_plain_form_refuses_with_the_same_sentences(
    stages: Pipeline, desk: Client
) -> None:
    for lead_id, fields, words in refusals(stages):
        url = reverse("board_move", args=[lead_id])
        response = desk.post(url, fields, follow=True)
        assert words in response.content.decode()
    assert not LeadStage.objects.exclude(stage=stages.first).exists()


def test_the_plain_form_moves_and_returns_to_the_filtered_board(
    stages: Pipeline, desk: Client
) -> None:
    lead = stages.lead(first_name="Wanda", source="google")
    url = reverse("board_move", args=[lead.id]) + "?source=google"
    assert "Move Wanda from Alpha" in desk.get(url).content.decode()
    fields = {"stage": stages.second.id, "expected": stages.first.id}
    response = desk.post(url, fields, follow=True)
    assert response.redirect_chain == [(reverse("board") + "?source=google", 302)]
    assert "Wanda moved to Beta." in response.content.decode()


def test_a_stale_plain_form_shows_the_new_stage_before_it_moves(
    stages: Pipeline, desk: Client, manager: User
) -> None:
    lead = stages.lead()
    with acting(user=manager):
        pipeline.move(lead.id, stages.second.id)
    url = reverse("board_move", args=[lead.id])
    fields = {"stage": stages.won.id, "expected": stages.first.id}
    response = desk.post(url, fields)
    page = response.content.decode()
    assert response.status_code == 409
    assert "manager moved this to Beta" in page
    assert f'name="expected" value="{stages.second.id}"' in page
    assert lead.stays.current().get().stage == stages.second


def test_the_same_move_by_script_and_by_form_leaves_the_same_rows(
    stages: Pipeline, desk: Client
) -> None:
    by_script, by_form = stages.lead(), stages.lead()
    fields = {"stage": stages.lost.id, "lost_reason": "price"}
    ask(desk, by_script.id, **fields)
    desk.post(reverse("board_move", args=[by_form.id]), fields)

    def rows(lead: Lead) -> list[Any]:
        stays = lead.stays.values_list("stage", "lost_reason", "changed_by")
        noted = lead.activities.values_list("type", "payload_json", "created_by")
        return [*stays, *noted]

    assert rows(by_script) == rows(by_form)


def test_a_deleted_lead_has_no_form(stages: Pipeline, desk: Client) -> None:
    lead = stages.lead()
    lead.delete()
    assert desk.get(reverse("board_move", args=[lead.id])).status_code == 404
