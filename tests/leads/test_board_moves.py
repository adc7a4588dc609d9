"""Moving on the board by script and by form: what is answered and what is left."""

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from leads.models import Lead, LeadStage
from leads.services import pipeline
from medspa.audit.actors import acting
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


def shown(client: Client, query: str = "") -> str:
    response = client.get(reverse("board") + query)
    assert response.status_code == 200
    return response.content.decode()


def ask(client: Client, lead_id: str, query: str = "", **fields: str) -> HttpResponse:
    url = reverse("board_move", args=[lead_id]) + query
    return client.post(url, fields, headers={"Accept": "application/json"})


def test_the_answer_to_a_move_has_the_card_every_figure_and_the_way_back(
    stages: Pipeline, desk: Client, front_desk: User
) -> None:
    lead = stages.lead(first_name="Wanda", cents=200_000)
    response = ask(
        desk, lead.id, stage=stages.second.id, expected=stages.first.id
    ).json()
    assert response["message"] == "Wanda moved to Beta."
    assert response["stage"] == stages.second.id
    assert ">Wanda</a>" in response["card"]
    assert ">0<" in response["figures"][stages.first.id]
    assert "$666.60 weighted" in response["figures"][stages.second.id]
    stage_period = lead.stage_periods.current().get()
    assert response["undo"] == reverse("board_undo", args=[stage_period.id])
    assert stage_period.changed_by == front_desk


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
    stage_period = lead.stage_periods.current().get()
    assert (stage_period.stage, stage_period.lost_reason) == (stages.lost, "timing")


def test_a_double_click_gets_the_same_answer_twice_and_makes_one_stay(
    stages: Pipeline, desk: Client
) -> None:
    lead = stages.lead()
    fields = {"stage": stages.second.id, "expected": stages.first.id}
    first, second = (ask(desk, lead.id, **fields) for _ in range(2))
    assert first.json()["undo"] == second.json()["undo"]
    assert first.json()["message"] == second.json()["message"]
    assert lead.stage_periods.count() == 2


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
    assert lead.stage_periods.count() == 2


def refusals(stages: Pipeline) -> list[tuple[str, dict[str, str], str]]:
    gone, lead = stages.lead(), stages.lead()
    gone.delete()
    target = stages.second.id
    return [
        (gone.id, {"stage": target}, "This lead was deleted"),
        ("nobody", {"stage": target}, "This lead was deleted"),
        (lead.id, {"stage": "nowhere"}, "This stage no longer exists"),
        (lead.id, {"stage": "\0"}, "invisible character"),
        (lead.id, {"stage": "x" * 99}, "at most 25"),
        (lead.id, {}, "Choose a stage"),
        (lead.id, {"stage": stages.lost.id}, "Choose a reason"),
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
    assert lead.stage_periods.current().get().stage == stages.second


def test_the_same_move_by_script_and_by_form_leaves_the_same_rows(
    stages: Pipeline, desk: Client
) -> None:
    by_script, by_form = stages.lead(), stages.lead()
    fields = {"stage": stages.lost.id, "lost_reason": "price"}
    ask(desk, by_script.id, **fields)
    desk.post(reverse("board_move", args=[by_form.id]), fields)

    def rows(lead: Lead) -> list[Any]:
        stage_periods = lead.stage_periods.values_list(
            "stage", "lost_reason", "changed_by"
        )
        noted = lead.activities.values_list("type", "payload_json", "created_by")
        return [*stage_periods, *noted]

    assert rows(by_script) == rows(by_form)


def test_a_deleted_lead_has_no_form(stages: Pipeline, desk: Client) -> None:
    lead = stages.lead()
    lead.delete()
    assert desk.get(reverse("board_move", args=[lead.id])).status_code == 404
