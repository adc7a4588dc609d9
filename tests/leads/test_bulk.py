"""Bulk acts: the same rows as one by one, results that add up, undo of exactly that."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db.models import Model
from django.test import Client

from leads import bulk
from leads.bulk import BulkOrder
from leads.bulk import run_now as run
from leads.bulk.undo import undo_run
from leads.choices import ActivityType
from leads.models import Activity, BulkAction, BulkRun, Lead, LeadStage, LeadTag
from leads.services.actions import ActionRefused
from leads.services.pipeline import move
from leads.services.tagging import add_tag
from medspa.audit.actors import acting
from medspa.models import User
from medspa.roles import FRONT_DESK
from tests import factories
from tests.leads.many import many_leads

DO = "/leads/bulk/"


@pytest.fixture
def three(db: None) -> list[Lead]:
    stage = factories.StageFactory()
    return [
        factories.LeadFactory(first_name=name, stage=stage)
        for name in ("Ana", "Bea", "Cleo")
    ]


@pytest.fixture
def desk(front_desk: User, client: Client) -> Client:
    client.force_login(front_desk)
    return client


def ids_of(leads: list[Lead]) -> list[str]:
    return [lead.pk for lead in leads]


def told(row: Model, *left_out: str) -> dict[str, Any]:
    """What a row says, without what differs between any two rows."""
    hidden = {"id", "lead_id", "changed_at", "created_at", "recorded_at", *left_out}
    return {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if field.attname not in hidden
    }


def test_tagging_many_leaves_the_rows_of_tagging_each(
    three: list[Lead], front_desk: User
) -> None:
    tag = factories.TagFactory()
    with acting(user=front_desk, reason=bulk.REASON):
        add_tag(three[0], tag)
        done = run(BulkOrder(BulkAction.TAG, tag.pk, str(tag)), ids_of(three))
    assert (done.changed, done.skipped, done.failed) == (2, 1, 0)
    assert done.reason_summary == ["1 × already had the tag"]
    left_out = ("history_id", "history_date")
    for model in (LeadTag, Activity):
        rows = model.objects.filter(lead__in=three)
        if model is Activity:
            rows = rows.filter(type=ActivityType.TAG_ADDED)
        assert rows.count() == 3
        assert len({str(told(row)) for row in rows}) == 1
        trail = model.history.filter(id__in=rows.values("pk"))
        assert trail.count() == 3
        assert len({str(told(row, *left_out)) for row in trail}) == 1


def test_moving_many_leaves_the_rows_of_dragging_each(
    three: list[Lead], front_desk: User
) -> None:
    won = factories.StageFactory(outcome="won")
    with acting(user=front_desk):
        move(three[0].pk, won.pk)
        run(BulkOrder(BulkAction.MOVE, won.pk), ids_of(three[1:]))
    stage_periods = LeadStage.objects.filter(stage=won)
    assert len({str(told(stage_period)) for stage_period in stage_periods}) == 1
    moves = Activity.objects.filter(type=ActivityType.STAGE_CHANGE)
    assert moves.count() == stage_periods.count() == 3
    assert len({str(told(note)) for note in moves}) == 1


def test_what_cannot_be_moved_is_counted_with_its_reason(three: list[Lead]) -> None:
    there = factories.StageFactory()
    move(three[0].pk, there.pk)
    three[1].delete()
    done = run(BulkOrder(BulkAction.MOVE, there.pk), ids_of(three))
    assert (done.changed, done.skipped, done.failed) == (1, 1, 1)
    assert sorted(done.reason_summary) == [
        "1 × This lead was deleted. Nothing was moved.",
        "1 × was already in the stage",
    ]


def state(leads: list[Lead]) -> list[Any]:
    return [
        (
            lead.pk,
            lead.is_deleted,
            lead.assigned_to_id,
            sorted(lead.lead_tags.values_list("tag", flat=True)),
            lead.stage_periods.get(left_at=None).stage_id,
        )
        for lead in Lead.all_objects.filter(pk__in=ids_of(leads)).order_by("pk")
    ]


Make = Callable[[], Any]
ORDERS: dict[BulkAction, Make] = {
    BulkAction.TAG: factories.TagFactory,
    BulkAction.UNTAG: factories.TagFactory,
    BulkAction.ASSIGN: lambda: factories.UserFactory(role=FRONT_DESK),
    BulkAction.MOVE: factories.StageFactory,
    BulkAction.DELETE: factories.TagFactory,
}


@pytest.mark.parametrize("act", BulkAction)
def test_undo_restores_exactly_what_the_run_changed(
    act: BulkAction, three: list[Lead], manager: User
) -> None:
    target = ORDERS[act]()
    with acting(user=manager):
        if act is BulkAction.UNTAG:
            add_tag(three[0], target)
            add_tag(three[2], target)
        if act is BulkAction.TAG:
            add_tag(three[2], target)
        three[1].assigned_to = manager
        three[1].save()
        before = state(three)
        done = run(BulkOrder(act, target.pk), ids_of(three))
        assert state(three) != before
        _, restored = undo_run(done.pk, manager)
    assert state(three) == before
    assert restored == done.changed
    with pytest.raises(ActionRefused):
        undo_run(done.pk, manager)


def test_undo_leaves_what_was_changed_since(
    three: list[Lead], manager: User, front_desk: User
) -> None:
    there, elsewhere = factories.StageFactory(), factories.StageFactory()
    assigned = run(BulkOrder(BulkAction.ASSIGN, front_desk.pk), ids_of(three))
    moved = run(BulkOrder(BulkAction.MOVE, there.pk), ids_of(three))
    lead = Lead.objects.get(pk=three[0].pk)
    lead.assigned_to = manager
    lead.save()
    move(lead.pk, elsewhere.pk)
    assert undo_run(assigned.pk, manager)[1] == 2
    assert undo_run(moved.pk, manager)[1] == 2
    lead.refresh_from_db()
    assert lead.assigned_to == manager
    assert lead.stage_periods.get(left_at=None).stage == elsewhere


def test_only_its_author_or_a_manager_takes_a_run_back(
    three: list[Lead], front_desk: User, manager: User, person: Any
) -> None:
    with acting(user=manager):
        done = run(BulkOrder(BulkAction.ASSIGN, manager.pk), ids_of(three))
    with pytest.raises(ActionRefused, match="Only"):
        undo_run(done.pk, front_desk)


def test_history_names_the_person_and_the_bulk_act(
    three: list[Lead], desk: Client, front_desk: User
) -> None:
    lead = three[0]
    desk.post(DO, {"act": "assign", "person": front_desk.pk, "lead": [lead.pk]})
    newest = lead.history.first()
    assert (newest.history_user, newest.history_actor) == (front_desk, str(front_desk))
    assert newest.history_change_reason == bulk.REASON
    assert newest.prev_record.assigned_to is None
    assert Lead.objects.get(pk=lead.pk).email == lead.email


def test_all_results_of_the_filter_are_chosen_not_only_the_page(desk: Client) -> None:
    tag, stage = factories.TagFactory(), factories.StageFactory()
    many_leads(60, stage, lambda at: {"source": "google"})
    factories.LeadFactory(stage=stage, source="tiktok")
    desk.post(f"{DO}?source=google", {"act": "tag", "tag": tag.pk, "all": "yes"})
    assert LeadTag.objects.filter(tag=tag).count() == 60
    assert not LeadTag.objects.filter(lead__source="tiktok").exists()


def test_a_filter_that_is_gone_never_means_everybody(
    three: list[Lead], desk: Client
) -> None:
    tag = factories.TagFactory()
    desk.post(f"{DO}?tag=gone", {"act": "tag", "tag": tag.pk, "all": "yes"})
    assert not LeadTag.objects.exists()
    desk.post(DO, {"act": "tag", "tag": tag.pk, "all": "yes"})
    assert LeadTag.objects.count() == len(three)


def test_undo_is_offered_where_everything_was_done(
    three: list[Lead], desk: Client
) -> None:
    tag = factories.TagFactory(name="Peel")
    data = {"act": "tag", "tag": tag.pk, "lead": ids_of(three)}
    page = desk.post(f"{DO}?q=a", data, follow=True)
    run_id = BulkRun.objects.get().pk
    assert page.redirect_chain[-1][0] == "/leads/?q=a"
    assert "3 leads tagged: Peel." in page.content.decode()
    undo = f"/leads/bulk/{run_id}/undo/?q=a"
    assert undo in page.content.decode()
    assert desk.post(undo).headers["Location"] == "/leads/?q=a"
    assert not LeadTag.objects.exists()
    assert Activity.objects.filter(type=ActivityType.TAG_ADDED).count() == 0


def test_the_result_page_adds_up(three: list[Lead], desk: Client) -> None:
    tag = factories.TagFactory()
    add_tag(three[0], tag)
    data = {"act": "tag", "tag": tag.pk, "lead": ids_of(three)}
    page = desk.post(f"{DO}?q=a", data, follow=True)
    assert page.context["run"].chosen == 3
    assert "1 × already had the tag" in page.content.decode()
    assert 'href="/leads/?q=a"' in page.content.decode()


def said(page: Any) -> str:
    return " ".join(str(message) for message in page.context["messages"]) or " ".join(
        toast.text for toast in page.context["toasts"]
    )


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"act": "delete"}, "You don't have permission to do this with many leads."),
        ({"act": "tag"}, "Choose a tag first. Nothing was done."),
        ({"act": "move"}, "Choose a stage first. Nothing was done."),
        ({"act": "shred"}, "Choose from the list"),
        ({"act": "assign", "lead": []}, "Select leads first. Nothing was done."),
        ({"act": "assign", "person": "\0"}, "invisible character"),
        ({"act": "assign", "lead": ["\0", "x"]}, "Select leads first."),
        (
            {"act": "move", "scheduled_for": "9999-12-31T23:59"},
            "Choose a day within a year.",
        ),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_is_done(
    data: dict[str, Any], sentence: str, three: list[Lead], desk: Client
) -> None:
    page = desk.post(DO, {"lead": ids_of(three)} | data, follow=True)
    assert sentence in said(page)
    assert not BulkRun.objects.exists()
    assert Lead.objects.count() == 3


def test_a_lost_stage_asks_why(three: list[Lead], desk: Client) -> None:
    lost = factories.StageFactory(outcome="lost")
    data = {"act": "move", "stage": lost.pk, "lead": ids_of(three)}
    assert "Reason for all of them" in desk.post(DO, data).text
    assert not LeadStage.objects.filter(stage=lost).exists()
    desk.post(DO, data | {"lost_reason": "price"})
    assert LeadStage.objects.filter(stage=lost, lost_reason="price").count() == 3
