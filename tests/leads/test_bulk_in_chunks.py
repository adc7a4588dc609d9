"""Bulk acts of more than one chunk: what happens to the leads between two of them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from kpis.models import KpiEvent
from leads.bulk import BULK_CHUNK, BulkOrder, carry_out, run_now, store_run
from leads.bulk.undo import undo_chunks, undo_run
from leads.models import BulkAction, BulkRun, Lead, LeadStage, LeadTag
from leads.services import pipeline
from leads.services.actions import ActionRefused
from medspa.audit.actors import acting
from medspa.jobs.progress import JobCanceled
from medspa.models import JobRun, User
from tests import factories
from tests.leads.many import many_leads, tag_rows
from tests.leads.stage_retirement import retire

pytestmark = pytest.mark.django_db
DO = "/leads/bulk/"


class Between:
    """Steps that do something after the first chunk."""

    def __init__(self, act: Callable[[], object]) -> None:
        self.act: Callable[[], object] | None = act
        self.told: list[int] = []

    def of(self, total: int, done: int = 0) -> None:
        self.told = [total, done]

    def step(self, count: int = 1) -> None:
        self.told.append(count)
        act, self.act = self.act, None
        if act:
            act()


def stop() -> None:
    raise JobCanceled


def begun(act: BulkAction, ids: list[str], **target: str) -> BulkRun:
    return store_run(BulkOrder(act, **target), ids)


@pytest.mark.slow
def test_every_chunk_is_told_and_counted() -> None:
    tag, ids = factories.TagFactory(), many_leads(2 * BULK_CHUNK + 1)
    run = begun(BulkAction.TAG, ids, target=tag.pk)
    steps = Between(lambda: None)
    carry_out(run.pk, steps)
    run.refresh_from_db()
    assert steps.told == [1001, 0, 500, 500, 1]
    assert (run.changed, run.skipped, run.failed, run.left) == (1001, 0, 0, 0)
    assert set(tag_rows()) == {1001}


def test_a_cancelled_run_keeps_what_was_done_and_takes_back_just_that(
    manager: User,
) -> None:
    tag, ids = factories.TagFactory(), many_leads(BULK_CHUNK + 10)
    run = begun(BulkAction.TAG, ids, target=tag.pk)
    with pytest.raises(JobCanceled):
        carry_out(run.pk, Between(stop))
    run.refresh_from_db()
    assert (run.changed, run.left) == (500, 10)
    assert LeadTag.objects.count() == 500
    _, restored = undo_run(run.pk, manager)
    assert restored == 500
    assert not LeadTag.objects.exists()
    with pytest.raises(JobCanceled):  # a worker that was thought dead
        carry_out(run.pk, Between(lambda: None))
    assert not LeadTag.objects.exists()


def test_an_undo_that_was_stopped_goes_on_where_it_was(manager: User) -> None:
    ids = many_leads(BULK_CHUNK + 10)
    run = run_now(BulkOrder(BulkAction.DELETE), ids)
    assert not Lead.objects.exists()
    with pytest.raises(JobCanceled):
        undo_chunks(run.pk, manager, Between(stop))
    assert Lead.objects.count() == 500
    steps = Between(lambda: None)
    undo_chunks(run.pk, manager, steps)
    assert steps.told == [510, 500, 10]
    assert Lead.objects.count() == 510
    run.refresh_from_db()
    assert run.undo_sentence == "Undone."
    with pytest.raises(ActionRefused, match="already"):
        undo_run(run.pk, manager)


@pytest.mark.slow
def test_a_stage_retired_meanwhile_holds_up_the_rest_and_says_so() -> None:
    factories.StageFactory()
    ids, target = many_leads(BULK_CHUNK + 10), factories.StageFactory(name="Gone")
    elsewhere = factories.StageFactory()
    run = begun(BulkAction.MOVE, ids, target=target.pk)
    carry_out(run.pk, Between(lambda: retire(target, elsewhere.pk)))
    run.refresh_from_db()
    assert (run.changed, run.failed, run.left) == (500, 10, 0)
    assert run.reason_summary == [
        "10 × This stage no longer exists. Reload to see the board."
    ]
    assert LeadStage.objects.filter(stage=elsewhere, left_at=None).count() == 500


def test_leads_that_others_change_meanwhile_are_counted_as_they_are() -> None:
    tag, ids = factories.TagFactory(), many_leads(BULK_CHUNK + 10)

    def others_work() -> None:
        Lead.objects.get(pk=ids[-1]).delete()
        run_now(BulkOrder(BulkAction.TAG, tag.pk), ids[-3:-1])

    run = begun(BulkAction.TAG, ids, target=tag.pk)
    carry_out(run.pk, Between(others_work))
    run.refresh_from_db()
    assert (run.changed, run.skipped) == (507, 3)
    assert run.reason_summary == ["2 × already had the tag", "1 × was deleted"]
    assert set(tag_rows()) == {509}


def test_undo_of_moves_voids_what_they_recorded_and_keeps_later_moves(
    manager: User,
) -> None:
    ids = many_leads(3, first := factories.StageFactory())
    booked = factories.StageFactory(records_kpi="consult_booked")
    with acting(user=manager):
        run = run_now(BulkOrder(BulkAction.MOVE, booked.pk), ids)
        pipeline.move(ids[0], factories.StageFactory().pk)
        run, _ = undo_run(run.pk, manager)
    assert run.undo_sentence == ("Undone for 2 leads. 1 changed since and was kept.")
    assert LeadStage.objects.filter(stage=first, left_at=None).count() == 2
    assert [event.lead_id for event in KpiEvent.objects.all()] == [ids[0]]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("count", "is_at_once"), [(1, True), (BULK_CHUNK, True), (BULK_CHUNK + 1, False)]
)
def test_up_to_one_chunk_is_done_in_the_request(
    count: int, is_at_once: bool, client: Client, front_desk: User
) -> None:
    client.force_login(front_desk)
    many_leads(count)
    tag = factories.TagFactory(name="Peel")
    answer = client.post(DO, {"act": "tag", "tag": tag.pk, "all": "yes"})
    assert LeadTag.objects.count() == (count if is_at_once else 0)
    run = BulkRun.objects.get()
    assert run.chosen == count
    if is_at_once:
        assert answer["Location"] == "/leads/"
        return
    work = JobRun.objects.get()
    assert answer["Location"] == f"/runs/{work.pk}/"
    assert (work.title, work.made_by) == ("Tag 501 leads: Peel", front_desk)
    assert f"/runs/{work.pk}/" in client.get(work.after).text
    assert "still running" in said(client.post(f"{work.after}undo/"), client)


def said(answer: Any, client: Client) -> str:
    page = client.get(answer["Location"])
    return " ".join(toast.text for toast in page.context["toasts"])


def test_one_lead_is_as_before(client: Client, front_desk: User) -> None:
    client.force_login(front_desk)
    [lead] = many_leads(1)
    tag = factories.TagFactory()
    client.post(DO, {"act": "tag", "tag": tag.pk, "lead": lead})
    run = BulkRun.objects.get()
    told = said(client.post(f"/leads/bulk/{run.pk}/undo/"), client)
    assert told.endswith(" Undone.")
