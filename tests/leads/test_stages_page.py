"""Settings, Stages: the page, its acts without script, and who may."""

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from leads.jobs import BulkArguments, do_bulk
from leads.models import BulkRun, Lead, LeadStage, PipelineStage
from leads.services.pipeline import first_stage
from medspa.jobs.progress import NullProgress
from medspa.models import JobRun, User
from medspa.roles import ADMINISTRATOR, MANAGER, ROLES
from tests.factories import LeadFactory, StageFactory
from tests.leads.board_rows import Pipeline

pytestmark = pytest.mark.django_db

LIST = "/admin/leads/pipelinestage/"
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def stages() -> Pipeline:
    return Pipeline()


@pytest.fixture
def office(client: Client, manager: User) -> Client:
    client.force_login(manager)
    return client


def page(client: Client) -> str:
    return client.get(LIST).content.decode()


def names() -> list[str]:
    return [stage.name for stage in PipelineStage.objects.order_by("order")]


def place(client: Client, stage: PipelineStage, before: str) -> str:
    answer = client.post(
        reverse("place_stage", args=[stage.pk]), {"before": before}, follow=True
    )
    return answer.content.decode()


def retire_page(stage: PipelineStage) -> str:
    return f"{LIST}{stage.pk}/delete/"


def test_the_page_shows_the_stages_in_order_with_their_leads(
    stages: Pipeline, office: Client
) -> None:
    for _ in range(3):
        stages.lead()
    stages.lead(stages.won).delete()
    rows = office.get(LIST).context["rows"]
    assert [(str(row.stage), row.leads, row.chance) for row in rows] == [
        ("Alpha", 3, "10%"),
        ("Beta", 0, "33.33%"),
        ("Gamma", 0, "100%"),
        ("Delta", 0, "0%"),
    ]
    assert 'aria-label="3 leads in Alpha"' in page(office)


@pytest.mark.parametrize("count", [2, 30])
def test_the_page_takes_as_many_queries_for_any_number_of_stages(
    count: int, office: Client
) -> None:
    for number in range(count):
        LeadFactory(stage=StageFactory(order=1 + number))
    office.get(LIST)
    with CaptureQueriesContext(connection) as asked:
        office.get(LIST)
    # session, user, their permissions and their groups'; stages, totals
    assert len(asked) <= 6


def test_the_arrows_work_without_script(stages: Pipeline, office: Client) -> None:
    rows = {str(row.stage): row for row in office.get(LIST).context["rows"]}
    assert rows["Alpha"].up is None
    assert rows["Delta"].down is None
    said = place(office, stages.second, rows["Beta"].up)
    assert "Beta is now number 1 of 4." in said
    assert names() == ["Beta", "Alpha", "Gamma", "Delta"]
    rows = {str(row.stage): row for row in office.get(LIST).context["rows"]}
    place(office, stages.won, rows["Gamma"].down)
    assert names() == ["Beta", "Alpha", "Delta", "Gamma"]


def test_the_script_is_answered_with_the_rows_as_they_are_now(
    stages: Pipeline, office: Client
) -> None:
    stages.won.delete()
    for stage, before, status in (
        (stages.lost, stages.first.pk, 200),
        (stages.lost, stages.won.pk, 409),
    ):
        answer = office.post(
            reverse("place_stage", args=[stage.pk]),
            {"before": before},
            headers={"Accept": "application/json"},
        )
        assert answer.status_code == status
        assert answer.json()["rows"].index("Delta") < answer.json()["rows"].index("Alp")


def test_a_new_stage_comes_behind_the_open_ones(
    stages: Pipeline, office: Client
) -> None:
    office.post(
        f"{LIST}add/",
        {
            "name": "Thinking",
            "color": "#112233",
            "outcome": "open",
            "win_probability_bps": "25",
        },
    )
    assert names() == ["Alpha", "Beta", "Thinking", "Gamma", "Delta"]


def change(client: Client, stage: PipelineStage, **values: str) -> str:
    form = client.get(f"{LIST}{stage.pk}/change/").context["adminform"].form
    fields = {
        name: "" if (value := form[name].value()) is None else value
        for name in form.fields
    }
    answer = client.post(f"{LIST}{stage.pk}/change/", fields | values, follow=True)
    return answer.content.decode()


def test_a_stage_is_renamed_and_recoloured_and_its_history_says_so(
    stages: Pipeline, office: Client
) -> None:
    change(office, stages.first, name="Fresh", color="#abcdef")
    stages.first.refresh_from_db()
    assert (stages.first.name, stages.first.color) == ("Fresh", "#abcdef")
    told = office.get(f"{LIST}{stages.first.pk}/history/").content.decode()
    assert "Alpha" in told
    assert "Fresh" in told
    assert f"{LIST}{stages.first.pk}/history/" in page(office)


def test_the_last_open_stage_stays_open(stages: Pipeline, office: Client) -> None:
    stages.second.delete()
    assert "this is the last one" in change(office, stages.first, outcome="won")
    stages.first.refresh_from_db()
    assert stages.first.is_open


def test_a_stage_with_leads_does_not_become_lost_without_their_reasons(
    stages: Pipeline, office: Client
) -> None:
    stages.lead()
    said = change(office, stages.first, outcome="lost")
    assert "Leads in this stage have no lost reason" in said
    assert "have no lost reason" not in change(office, stages.second, outcome="lost")
    stages.second.refresh_from_db()
    assert stages.second.is_lost


def test_retiring_asks_where_the_leads_go_says_what_happens_and_moves_them(
    stages: Pipeline, office: Client
) -> None:
    stages.lead()
    asked = office.get(retire_page(stages.first)).content.decode()
    assert "1 lead is in this stage. Where should it go?" in asked
    assert "New leads start in Alpha. Where should they start from now on?" in asked
    chosen = {"destination": stages.second.pk, "entry": stages.second.pk}
    preview = office.post(retire_page(stages.first), chosen).content.decode()
    assert "No consults are logged as booked or showed" in preview
    assert "New leads start in Beta." in preview
    assert PipelineStage.objects.filter(pk=stages.first.pk).exists()
    sure = chosen | {"sure": "yes"}
    done = office.post(retire_page(stages.first), sure, follow=True)
    assert "“Alpha” archived, 1 lead moved: Beta." in done.content.decode()
    assert LeadStage.objects.get(left_at=None).stage == stages.second
    assert names() == ["Beta", "Gamma", "Delta"]
    run = BulkRun.objects.get()
    office.post(reverse("leads_bulk_undo", args=[run.pk]))
    assert names() == ["Alpha", "Beta", "Gamma", "Delta"]
    assert LeadStage.objects.get(left_at=None).stage == stages.first


def test_new_leads_start_where_the_manager_says(
    stages: Pipeline, office: Client
) -> None:
    address = reverse("entry_stage", args=[stages.second.pk])
    page = office.post(address, follow=True).content.decode()
    assert "New leads start in Beta." in page
    assert first_stage() == stages.second
    won = reverse("entry_stage", args=[stages.won.pk])
    assert "only start in an open" in office.post(won, follow=True).content.decode()
    assert first_stage() == stages.second


def test_the_form_of_a_stage_says_retire_and_never_delete(
    stages: Pipeline, office: Client
) -> None:
    form = f"/admin/leads/pipelinestage/{stages.second.pk}/"
    page = office.get(f"{form}change/").content.decode()
    page = page.replace("Deleted leads", "")  # in the sidebar
    assert "Archive…" in page
    assert "Delete" not in page
    [address] = re.findall(rf'href="({form}[^"]*retire[^"]*)"', page)
    assert office.get(address).headers["Location"] == f"{form}delete/"


@pytest.mark.parametrize("goal", ["", "first", "nobody", "lost"])
def test_what_can_not_be_is_said_beside_what_was_chosen(
    goal: str, stages: Pipeline, office: Client
) -> None:
    stages.lead()
    destination = getattr(stages, goal).pk if hasattr(stages, goal) else goal
    answer = office.post(retire_page(stages.first), {"destination": destination})
    assert answer.status_code == 409
    assert 'role="alert"' in answer.content.decode()
    assert PipelineStage.objects.filter(pk=stages.first.pk).exists()


def test_the_page_says_that_the_last_open_stage_stays(
    stages: Pipeline, office: Client
) -> None:
    stages.second.delete()
    asked = office.get(retire_page(stages.first)).content.decode()
    assert "is the last open stage, and new leads need one" in asked
    assert "Archive Alpha</button>" not in asked


def test_very_many_leads_are_moved_by_a_job(
    stages: Pipeline, office: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("leads.views.bulk.MOST_AT_ONCE", 2)
    for _ in range(3):
        stages.lead()
    chosen = {
        "destination": stages.lost.pk,
        "lost_reason": "timing",
        "entry": stages.second.pk,
        "sure": "yes",
    }
    office.post(retire_page(stages.first), chosen)
    job = JobRun.objects.get()
    assert job.title == "Archive Alpha, move 3 leads to Delta"
    assert job.total == 3
    assert LeadStage.objects.current().filter(stage=stages.first).count() == 3
    do_bulk(BulkArguments(run=BulkRun.objects.get().pk), NullProgress())
    assert names() == ["Beta", "Gamma", "Delta"]
    assert set(LeadStage.objects.current().values_list("lost_reason", flat=True)) == {
        "timing"
    }


def test_the_lists_action_retires_the_same_way(
    stages: Pipeline, office: Client
) -> None:
    stages.lead()
    done = office.post(
        LIST,
        {
            "action": "delete_selected",
            "_selected_action": [stages.first.pk, stages.second.pk],
            "post": "yes",
        },
        follow=True,
    )
    assert "Choose where they should go first." in done.content.decode()
    assert names() == ["Alpha", "Gamma", "Delta"]


def test_a_retired_stage_comes_back(stages: Pipeline, office: Client) -> None:
    office.post(retire_page(stages.second))
    assert "Archived" in page(office)
    back = reverse("bring_stage_back", args=[stages.second.pk])
    assert "restored" in office.post(back, follow=True).content.decode()
    assert names() == ["Alpha", "Beta", "Gamma", "Delta"]
    retired_twice = StageFactory(name="Twice")
    retired_twice.delete()
    StageFactory(name="twice")
    back = reverse("bring_stage_back", args=[retired_twice.pk])
    said = office.post(back, follow=True).content.decode()
    assert "Twice stays archived." in said
    assert "already a stage with this name" in said


def test_an_address_of_a_retired_stage_leads_back(
    stages: Pipeline, office: Client
) -> None:
    stages.second.delete()
    asked = office.get(retire_page(stages.second), follow=True).content.decode()
    assert "Beta is already archived." in asked


def test_a_script_in_a_name_is_only_a_name(office: Client) -> None:
    stage = StageFactory(name=SCRIPT)
    StageFactory()
    Lead.objects.all().delete()
    for address in (LIST, retire_page(stage), f"{LIST}{stage.pk}/history/"):
        text = office.get(address).content.decode()
        assert SCRIPT not in text
        assert "&lt;script&gt;alert(1)" in text


@pytest.mark.parametrize("role", ["", *ROLES])
def test_only_management_changes_the_stages(
    role: str, stages: Pipeline, person: Callable[[str], User], client: Client
) -> None:
    client.force_login(person(role))
    may = role in (MANAGER, ADMINISTRATOR)
    retired = StageFactory()
    retired.delete()
    assert client.get(LIST).status_code == (200 if may else 403)
    asked = client.get(retire_page(stages.first))
    assert asked.status_code == (200 if may else 403)
    for address in (
        reverse("place_stage", args=[stages.won.pk]),
        reverse("bring_stage_back", args=[retired.pk]),
        retire_page(stages.second),
    ):
        assert client.post(address).status_code == (302 if may else 403)
    assert PipelineStage.objects.filter(pk=stages.second.pk).exists() is not may
    assert PipelineStage.objects.filter(pk=retired.pk).exists() is may
