"""One move, whatever the door: the rows it leaves differ only in ids and moments."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from kpis.models import KpiEvent
from leads.models import Activity, Lead, LeadStage, PipelineStage
from leads.services import pipeline
from medspa.audit.actors import acting
from medspa.models import User
from tests.factories import StageFactory
from tests.leads.board_rows import Pipeline
from tests.leads.stage_totals import count_stage_totals
from tests.leads.test_total_triggers import kept

pytestmark = pytest.mark.django_db

# What differs between any two rows.
OWN = {"id", "lead_id", "recorded_at", "updated_at", "history_id", "history_date"}
# A door may say in the history why it moved; what is in the row stays the same.
WHY = "history_change_reason"
MOMENTS = {"changed_at", "left_at", "created_at", "occurred_at"}


@pytest.fixture
def stages() -> Pipeline:
    return Pipeline()


@pytest.fixture
def targets(stages: Pipeline) -> dict[str, PipelineStage]:
    return {
        "open": stages.second,
        "won": stages.won,
        "lost": stages.lost,
        "booked": StageFactory(name="Zeta", records_kpi="consult_booked"),
        "shown": StageFactory(name="Eta", records_kpi="consult_show"),
    }


@pytest.fixture
def desk(client: Client, front_desk: User) -> Client:
    client.force_login(front_desk)
    return client


def fields(lead: Lead, stage: PipelineStage) -> dict[str, str]:
    return {
        "stage": stage.pk,
        "expected": lead.stage_periods.get(left_at=None).stage_id,
        "lost_reason": "price" if stage.is_lost else "",
    }


def drag(desk: Client, lead: Lead, stage: PipelineStage) -> None:
    answer = desk.post(
        reverse("board_move", args=[lead.pk]),
        fields(lead, stage),
        headers={"Accept": "application/json"},
    )
    assert answer.status_code == 200


def plain_form(desk: Client, lead: Lead, stage: PipelineStage) -> None:
    answer = desk.post(reverse("board_move", args=[lead.pk]), fields(lead, stage))
    assert answer.status_code == 302


def stage_bar(desk: Client, lead: Lead, stage: PipelineStage) -> None:
    answer = desk.post(reverse("lead_move", args=[lead.pk]), fields(lead, stage))
    assert answer.status_code == 302


def bulk_form(desk: Client, lead: Lead, stage: PipelineStage) -> None:
    answer = desk.post(
        reverse("leads_do_many"),
        {"act": "move", "asked": "yes", "lead": [lead.pk], **fields(lead, stage)},
    )
    assert answer.status_code == 302


def many(desk: Client, lead: Lead, stage: PipelineStage) -> None:
    with acting(user=User.objects.get(username="frontdesk")):
        moves = pipeline.move_many(
            [lead.pk], stage.pk, lost_reason="price" if stage.is_lost else ""
        )
    assert list(moves.changed) == [lead.pk]


DOORS = [drag, plain_form, stage_bar, bulk_form, many]


def left_by(lead: Lead) -> dict[str, Any]:
    """All rows of the lead, with the names of the moments and ids they share."""
    names = shared_names(lead)
    return {
        rows.model.__name__: [told(row, names) for row in rows]
        for rows in (
            Lead.history.filter(id=lead.pk).order_by("history_id"),
            LeadStage.objects.filter(lead=lead).order_by("changed_at", "id"),
            Activity.all_objects.filter(lead=lead).order_by("id"),
            Activity.history.filter(lead=lead).order_by("history_id"),
            KpiEvent.all_objects.filter(lead=lead).order_by("id"),
            KpiEvent.history.filter(lead=lead).order_by("history_id"),
        )
    }


def shared_names(lead: Lead) -> dict[Any, str]:
    old, new = lead.stage_periods.order_by("changed_at", "id")
    return {
        lead.created_at: "came",
        old.changed_at: "came",
        new.changed_at: "moved",
        new.pk: "the new stay",
    }


def told(row: Model, names: dict[Any, str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for field in row._meta.concrete_fields:
        name, value = field.attname, getattr(row, field.attname)
        if name in MOMENTS and value is not None:
            values[name] = names[value]
        elif name in OWN or name == WHY:
            values[name] = type(value).__name__ if name in OWN else None
        elif name == "metadata_json":
            values[name] = {key: names[item] for key, item in value.items()}
        elif name not in ("first_name", "email", "phone") and "_index" not in name:
            values[name] = value
    return values


@pytest.mark.slow
@pytest.mark.parametrize("goal", ["open", "won", "lost", "booked", "shown"])
def test_every_door_leaves_the_same_rows(
    goal: str, stages: Pipeline, targets: dict[str, PipelineStage], desk: Client
) -> None:
    rows = {}
    for door in DOORS:
        lead = stages.lead(minutes_ago=5, cents=70_000)
        door(desk, lead, targets[goal])
        rows[door.__name__] = left_by(lead)
    expected = rows.pop("drag")
    assert len(expected["LeadStage"]) == 2
    assert len(expected["ActivityHistory"]) == 1
    assert len(expected["KpiEventHistory"]) == (goal in ("booked", "shown"))
    for door, found in rows.items():
        assert found == expected, door


@pytest.mark.parametrize("door", DOORS)
def test_every_door_changes_the_totals_by_the_same(
    door: Callable[[Client, Lead, PipelineStage], None], stages: Pipeline, desk: Client
) -> None:
    lead = stages.lead(cents=70_000)
    door(desk, lead, stages.won)
    assert kept() == {stages.won.pk: (1, 70_000)} == count_stage_totals()
