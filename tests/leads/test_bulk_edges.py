"""Bulk acts and their undo at the edges: how many, since changed, gone, merged."""

import pytest

from leads import bulk
from leads.bulk import BulkOrder, TooManyLeads, chosen_ids, run_now
from leads.bulk.undo import can_be_undone, undo_run
from leads.models import Activity, BulkAction, BulkRun, Lead, LeadStage, LeadTag
from leads.services import merging, pipeline
from leads.services.actions import ActionRefused
from leads.services.tagging import add_tag
from medspa.models import User
from medspa.roles import FRONT_DESK
from tests import factories
from tests.leads.board_rows import Pipeline


@pytest.fixture
def stages(db: None) -> Pipeline:
    return Pipeline()


@pytest.fixture
def leads(stages: Pipeline) -> list[Lead]:
    return sorted((stages.lead() for _ in range(3)), key=lambda lead: lead.pk)


def ids(leads: list[Lead]) -> list[str]:
    return [lead.pk for lead in leads]


def where(lead: Lead) -> object:
    return lead.stage_periods.get(left_at=None).stage


# How many ------------------------------------------------------------------------


def test_as_many_as_are_allowed_are_chosen_in_the_order_of_locking(
    leads: list[Lead], monkeypatch: pytest.MonkeyPatch
) -> None:
    Lead.objects.filter(pk=leads[0].pk).update(source="google")
    monkeypatch.setattr(bulk, "MOST_BULK_LEADS", 3)
    assert chosen_ids(Lead.objects.order_by("-pk")) == ids(leads)
    monkeypatch.setattr(bulk, "MOST_BULK_LEADS", 2)
    with pytest.raises(TooManyLeads, match="Up to 2 leads at a time"):
        chosen_ids(Lead.objects.all())


def test_a_request_does_five_hundred_and_a_run_a_quarter_million() -> None:
    assert (bulk.BULK_CHUNK, bulk.MOST_AT_ONCE, bulk.MOST_BULK_LEADS) == (
        500,
        500,
        250_000,
    )
    assert pipeline.MOVE_CHUNK == 500


def test_a_chunk_holds_as_many_as_said_and_keeps_their_order(
    leads: list[Lead], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "BULK_CHUNK", 2)
    run = bulk.store_run(BulkOrder(BulkAction.DELETE), ids(leads))
    chunks = run.chunks.order_by("number")
    assert [(c.number, c.lead_ids) for c in chunks] == [
        (0, ids(leads)[:2]),
        (1, ids(leads)[2:]),
    ]
    assert (run.chosen, run.changed, run.left) == (3, 0, 3)


# Counting ------------------------------------------------------------------------


def test_each_act_says_why_it_skipped(leads: list[Lead], front_desk: User) -> None:
    done, gone, _ = leads
    tag = factories.TagFactory()
    add_tag(done, tag)
    done.assigned_to = front_desk
    done.save()
    gone.delete()
    told = {}
    for act, target in (
        (BulkAction.TAG, tag.pk),
        (BulkAction.ASSIGN, front_desk.pk),
        (BulkAction.UNTAG, factories.TagFactory().pk),
    ):
        run = run_now(BulkOrder(act, str(target)), ids(leads))
        assert run.changed + run.skipped + run.failed == run.chosen == 3
        told[act] = dict(zip(run.reasons, run.reason_counts, strict=True))
    assert told == {
        BulkAction.TAG: {"was deleted": 1, "already had the tag": 1},
        BulkAction.ASSIGN: {"was deleted": 1, "was already assigned": 1},
        BulkAction.UNTAG: {"was deleted": 1, "did not have the tag": 2},
    }


def test_reasons_of_several_chunks_are_added_up(
    leads: list[Lead], stages: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "BULK_CHUNK", 1)
    pipeline.move(leads[0].pk, stages.second.pk)
    pipeline.move(leads[2].pk, stages.second.pk)
    run = run_now(BulkOrder(BulkAction.MOVE, stages.second.pk), ids(leads))
    assert (run.changed, run.skipped, run.failed) == (1, 2, 0)
    assert (run.reasons, run.reason_counts) == (["was already in the stage"], [2])


# Undo ----------------------------------------------------------------------------


def test_a_run_that_changed_nothing_or_was_taken_back_has_nothing_to_undo(
    leads: list[Lead], manager: User
) -> None:
    tag = factories.TagFactory()
    run = run_now(BulkOrder(BulkAction.TAG, tag.pk), ids(leads))
    nothing = run_now(BulkOrder(BulkAction.TAG, tag.pk), ids(leads))
    assert can_be_undone(run)
    assert not can_be_undone(nothing)
    assert undo_run(run.pk, manager)[1] == 3
    assert not can_be_undone(run)
    for row in (run, nothing):
        with pytest.raises(ActionRefused, match="already undone"):
            undo_run(row.pk, manager)
    with pytest.raises(ActionRefused, match="already undone"):
        undo_run("none", manager)


def test_undo_of_tags_leaves_the_tag_that_was_there_and_marks_the_notes(
    leads: list[Lead], manager: User
) -> None:
    tag = factories.TagFactory()
    add_tag(leads[0], tag)
    run = run_now(BulkOrder(BulkAction.TAG, tag.pk), ids(leads))
    LeadTag.objects.get(lead=leads[1]).delete()
    run, restored = undo_run(run.pk, manager)
    assert (restored, run.restored) == (1, 1)
    assert [link.lead for link in LeadTag.objects.all()] == [leads[0]]
    notes = Activity.objects.values_list("lead", flat=True)
    assert set(notes) == {leads[0].pk, leads[1].pk}


def test_undo_of_untagging_tags_no_lead_twice_and_none_that_is_gone(
    leads: list[Lead], manager: User
) -> None:
    tag = factories.TagFactory()
    for lead in leads:
        add_tag(lead, tag)
    run = run_now(BulkOrder(BulkAction.UNTAG, tag.pk), ids(leads))
    add_tag(leads[0], tag)
    leads[1].delete()
    assert undo_run(run.pk, manager)[1] == 1
    assert set(LeadTag.objects.values_list("lead", flat=True)) == {
        leads[0].pk,
        leads[2].pk,
    }


def test_a_tag_that_is_gone_is_not_put_back(leads: list[Lead], manager: User) -> None:
    tag = factories.TagFactory(name="Spring")
    add_tag(leads[0], tag)
    run = run_now(BulkOrder(BulkAction.UNTAG, tag.pk, "Spring"), ids(leads))
    tag.delete()
    with pytest.raises(ActionRefused, match="The tag Spring no longer exists"):
        undo_run(run.pk, manager)
    assert can_be_undone(run)


def test_undo_gives_leads_back_to_who_had_them_if_they_are_still_so_assigned(
    leads: list[Lead], manager: User
) -> None:
    had, gone, takes = (factories.UserFactory(role=FRONT_DESK) for _ in range(3))
    for lead, person in zip(leads, (had, gone, None), strict=True):
        lead.assigned_to = person
        lead.save()
    fourth = factories.LeadFactory(assigned_to=had)
    run = run_now(
        BulkOrder(BulkAction.ASSIGN, takes.pk), sorted([*ids(leads), fourth.pk])
    )
    gone.delete()
    Lead.objects.filter(pk=fourth.pk).update(assigned_to=manager)
    assert undo_run(run.pk, manager)[1] == 3
    now = dict(Lead.objects.values_list("pk", "assigned_to"))
    assert [now[lead.pk] for lead in leads] == [had.pk, None, None]
    assert now[fourth.pk] == manager.pk


def test_undo_of_moves_leads_to_the_last_stage_before_and_keeps_later_moves(
    leads: list[Lead], stages: Pipeline, manager: User
) -> None:
    pipeline.move(leads[0].pk, stages.second.pk)
    pipeline.move(leads[1].pk, stages.lost.pk, lost_reason="price")
    run = run_now(BulkOrder(BulkAction.MOVE, stages.won.pk), ids(leads))
    pipeline.move(leads[2].pk, stages.second.pk)
    assert undo_run(run.pk, manager)[1] == 2
    assert where(leads[0]) == stages.second
    assert where(leads[1]) == stages.lost
    assert leads[1].stage_periods.get(left_at=None).lost_reason == "price"
    assert where(leads[2]) == stages.second


def test_undo_of_moves_leaves_who_came_from_a_stage_that_is_gone(
    leads: list[Lead], stages: Pipeline, manager: User
) -> None:
    run = run_now(BulkOrder(BulkAction.MOVE, stages.second.pk), ids(leads))
    factories.StageFactory(order=1)
    stages.first.delete()
    assert undo_run(run.pk, manager)[1] == 0
    assert {stage_period.stage for stage_period in LeadStage.objects.current()} == {
        stages.second
    }


def test_who_may_not_move_takes_no_move_back(
    leads: list[Lead], stages: Pipeline, outsider: User
) -> None:
    run = run_now(BulkOrder(BulkAction.MOVE, stages.second.pk), ids(leads))
    BulkRun.objects.update(made_by=outsider)
    with pytest.raises(ActionRefused, match="permission to move"):
        undo_run(run.pk, outsider)
    assert {where(lead) for lead in leads} == {stages.second}


def test_undo_of_deleting_leaves_the_merged_and_gives_the_homeless_a_stage(
    leads: list[Lead], stages: Pipeline, manager: User
) -> None:
    moved, merged, plain = leads
    pipeline.move(moved.pk, stages.second.pk)
    run = run_now(BulkOrder(BulkAction.DELETE), ids(leads))
    assert not Lead.objects.exists()
    stages.second.delete()
    survivor = stages.lead()
    pipeline.restore_lead(Lead.all_objects.get(pk=merged.pk))
    merging.merge(survivor.pk, merged.pk, merging.MergeChoice())
    assert undo_run(run.pk, manager)[1] == 2
    assert set(Lead.objects.all()) == {moved, plain, survivor}
    assert where(moved) == where(plain) == stages.first
    assert plain.stage_periods.count() == 1
