"""Set-up of the stages in a real browser: drag, arrows by key, retiring."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from leads.models import LeadStage, PipelineStage
from medspa.roles import MANAGER
from tests.factories import StageFactory
from tests.leads.board_rows import Pipeline

pytestmark = pytest.mark.django_db(transaction=True)

LIST = "/admin/leads/pipelinestage/"


@pytest.fixture
def stages(live_server: object) -> Pipeline:
    stages = Pipeline()
    stages.lead()
    StageFactory(name="Old").delete()
    return stages


def names() -> list[str]:
    return [stage.name for stage in PipelineStage.objects.order_by("order")]


def shown(window: Page) -> list[str]:
    return window.locator("#stages th a").all_inner_texts()


def test_a_stage_is_dragged_to_another_place(
    login_as: Callable[..., Page], stages: Pipeline
) -> None:
    window = login_as(MANAGER)
    window.goto(LIST)
    grip = window.get_by_role("row", name="Gamma").locator(".stage-grip")
    goal = window.get_by_role("row", name="Alpha").bounding_box()
    assert goal is not None
    grip.hover()
    window.mouse.down()
    window.mouse.move(goal["x"] + 20, goal["y"] + goal["height"], steps=8)
    window.mouse.move(goal["x"] + 20, goal["y"] + 4, steps=8)
    window.mouse.up()
    expect(window.get_by_role("status")).to_have_text("Gamma is now number 1 of 4.")
    assert shown(window) == names() == ["Gamma", "Alpha", "Beta", "Delta"]


def test_the_arrows_work_by_key_and_keep_the_focus(
    login_as: Callable[..., Page], stages: Pipeline
) -> None:
    window = login_as(MANAGER)
    window.goto(LIST)
    up = window.get_by_role("button", name="Move Gamma up")
    up.focus()
    window.keyboard.press("Enter")
    expect(window.get_by_role("status")).to_have_text("Gamma is now number 2 of 4.")
    expect(up).to_be_focused()
    window.keyboard.press("Enter")
    expect(window.get_by_role("status")).to_have_text("Gamma is now number 1 of 4.")
    expect(window.get_by_role("button", name="Move Gamma down")).to_be_focused()
    assert shown(window) == names() == ["Gamma", "Alpha", "Beta", "Delta"]


def test_who_moves_a_stage_that_was_retired_meanwhile_is_told(
    login_as: Callable[..., Page], stages: Pipeline
) -> None:
    window = login_as(MANAGER, expected=("409",))
    window.goto(LIST)
    stages.second.delete()
    window.get_by_role("button", name="Move Beta down").click()
    expect(window.get_by_role("status")).to_contain_text("was archived")
    assert shown(window) == ["Alpha", "Gamma", "Delta"]


def test_retiring_asks_for_a_reason_only_of_the_lost(
    login_as: Callable[..., Page], stages: Pipeline
) -> None:
    window = login_as(MANAGER)
    window.goto(LIST)
    window.get_by_role("link", name="Archive Alpha").click()
    expect(window.get_by_text("Why?")).to_be_hidden()
    window.get_by_label("Delta").check()
    window.get_by_label("Not the right time").check()
    window.locator("input[name=entry]").check()
    window.get_by_role("button", name="Preview").click()
    window.get_by_role("button", name="Archive Alpha and move 1 lead").click()
    expect(window.get_by_text("“Alpha” archived, 1 lead moved: Delta.")).to_be_visible()
    stage_period = LeadStage.objects.get(left_at=None)
    assert (stage_period.stage, stage_period.lost_reason) == (stages.lost, "timing")
