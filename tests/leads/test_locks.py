"""Whoever changes a lead, a run, a view or an import waits for who changes it now.

One committed clinic for the file: an act that waits is given up, and changes nothing.
"""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test import RequestFactory
from django.utils import timezone

from leads import bulk
from leads.bulk.undo import undo_chunks, undo_run
from leads.deleted_leads.restoring import restore
from leads.intake.files import background as large
from leads.intake.take_in import IMPORT_LOCK
from leads.lead_list import saved_views
from leads.lists import archiving
from leads.models import BulkAction, BulkRun, Lead, PipelineStage, StageTotal
from leads.models.stage_total import TOTALS_LOCK, compact_stage_totals
from leads.services import merging, pipeline, stage_order, totals, unmerging
from leads.services.actions import lock_lead
from leads.services.merging import MergeChoice
from leads.today.work_queue import take_next
from leads.views.bulk import _begin_undo
from medspa.jobs.progress import NullProgress
from medspa.roles import MANAGER
from tests import factories
from tests.leads.intake.bringing import bring
from tests.locks import at_statement, elsewhere, held, is_free, proves, waits

NEW_LEAD = "First Name,Email,Source\nAna,ana@example.com,google\n"


class Clinic:
    """Two leads, a merge, a run that is done, one that is not, a view, an import."""

    def __init__(self) -> None:
        self.person = factories.UserFactory(role=MANAGER)
        self.stage, self.other = factories.StageFactory(), factories.StageFactory()
        self.one, self.two = (
            factories.LeadFactory(stage=self.stage, phone="") for _ in range(2)
        )
        mine, theirs = (factories.LeadFactory(stage=self.stage) for _ in range(2))
        self.merge = merging.merge(mine.pk, theirs.pk, MergeChoice())
        self.tag = factories.TagFactory()
        self.order = bulk.BulkOrder(BulkAction.TAG, self.tag.pk, str(self.tag))
        deleted = factories.LeadFactory(stage=self.stage)
        self.tagged = bulk.run_now(self.order, [self.one.pk])
        self.deleted = bulk.run_now(bulk.BulkOrder(BulkAction.DELETE), [deleted.pk])
        self.gone = Lead.all_objects.get(pk=deleted.pk)
        BulkRun.objects.update(made_by=self.person)
        self.waiting = bulk.store_run(self.order, [self.two.pk])
        self.view = factories.SavedViewFactory(owner=self.person)
        self.old_view = factories.SavedViewFactory(
            owner=self.person, deleted_at=timezone.now()
        )
        self.file = factories.ImportFileFactory(content="{}")


@pytest.fixture(scope="module")
def clinic(committed_once: None) -> Clinic:
    return Clinic()


def fetch(lead: Lead) -> object:
    with transaction.atomic():
        return lock_lead(lead.pk)


Act = Callable[[Clinic], object]
# Who waits, for which row, in which act.
WAITING: list[tuple[str, Act, Act]] = [
    (
        "leads.services.pipeline.lock_leads locking leads_lead",
        lambda c: c.one,
        lambda c: pipeline.move(c.one.pk, c.other.pk),
    ),
    (
        "leads.services.pipeline.lock_leads locking leads_lead",
        lambda c: c.one,
        lambda c: fetch(c.one),
    ),
    (
        "leads.bulk._do_next_chunk locking leads_bulkrun",
        lambda c: c.waiting,
        lambda c: bulk.carry_out(c.waiting.pk, NullProgress()),
    ),
    (
        "leads.bulk.actions._active_ids locking leads_lead",
        lambda c: c.one,
        lambda c: bulk.run_now(bulk.BulkOrder(BulkAction.DELETE), [c.one.pk]),
    ),
    (
        "leads.bulk.undo._untag_again locking leads_lead",
        lambda c: c.one,
        lambda c: undo_run(c.tagged.pk, c.person),
    ),
    (
        "leads.bulk.undo.undo_run locking leads_bulkrun",
        lambda c: c.tagged,
        lambda c: undo_run(c.tagged.pk, c.person),
    ),
    (
        "leads.bulk.undo._undo_next_chunk locking leads_bulkrun",
        lambda c: c.tagged,
        lambda c: undo_chunks(c.tagged.pk, c.person, NullProgress()),
    ),
    (
        "leads.bulk.undo._restore locking leads_lead",
        lambda c: c.gone,
        lambda c: undo_run(c.deleted.pk, c.person),
    ),
    (
        "leads.views.bulk._begin_undo locking leads_bulkrun",
        lambda c: c.tagged,
        lambda c: _begin_undo(RequestFactory().post("/"), c.tagged.pk, c.person),
    ),
    (
        "leads.deleted_leads.restoring.restore locking leads_lead",
        lambda c: c.gone,
        lambda c: restore(c.gone.pk),
    ),
    (
        "leads.lists.archiving._locked locking leads_tag",
        lambda c: c.tag,
        lambda c: archiving.archive(c.tag),
    ),
    (
        "leads.lists.archiving._locked locking leads_tag",
        lambda c: c.tag,
        lambda c: archiving.restore(c.tag),
    ),
    (
        "leads.services.merging._lock_both locking leads_lead",
        lambda c: c.two,
        lambda c: merging.merge(c.one.pk, c.two.pk, MergeChoice()),
    ),
    (
        "leads.services.unmerging.unmerge locking leads_lead",
        lambda c: c.merge.survivor,
        lambda c: unmerging.unmerge(c.merge.pk),
    ),
    (
        "leads.lead_list.saved_views.own_view locking leads_savedview",
        lambda c: c.view,
        lambda c: saved_views.delete_view(c.person, c.view.pk),
    ),
    (
        "leads.lead_list.saved_views.own_view locking leads_savedview",
        lambda c: c.view,
        lambda c: saved_views.change_view(c.person, c.view.pk, name="Mine"),
    ),
    (
        "leads.lead_list.saved_views.own_view locking leads_savedview",
        lambda c: c.old_view,
        lambda c: saved_views.restore_view(c.person, c.old_view.pk),
    ),
    (
        "leads.intake.files.background.finalize locking leads_importfile",
        lambda c: c.file,
        lambda c: large.finalize(c.file.pk),
    ),
    (
        "leads.intake.files.background.take_failed_rows locking leads_importfile",
        lambda c: c.file,
        lambda c: large.take_failed_rows(c.file.pk),
    ),
    (
        "leads.intake.writing._update locking leads_lead",
        lambda c: c.one,
        lambda c: bring(f"Email,Phone\n{c.one.email},+12125550199\n"),
    ),
]


@proves(
    "leads.services.pipeline._leads_to_lock row lock",
    "leads.bulk._do_next_chunk row lock",
    "leads.bulk.rows.lock_active row lock",
    "leads.bulk.undo.undo_run row lock",
    "leads.bulk.undo._undo_next_chunk row lock",
    "leads.bulk.undo._restore row lock",
    "leads.views.bulk._begin_undo row lock",
    "leads.deleted_leads.restoring.restore row lock",
    "leads.deleted_leads.restoring.restore atomic",
    "leads.lists.archiving._locked row lock",
    "leads.lists.archiving.archive atomic",
    "leads.lists.archiving.restore atomic",
    "leads.services.merging._lock_both row lock",
    "leads.services.unmerging.unmerge row lock",
    "leads.lead_list.saved_views.own_view row lock",
    # Outside a transaction nothing can be locked at all.
    "leads.lead_list.saved_views.change_view atomic",
    "leads.lead_list.saved_views.delete_view atomic",
    "leads.lead_list.saved_views.restore_view atomic",
    "leads.intake.files.background.finalize atomic",
    "leads.intake.files.background.take_failed_rows atomic",
    "leads.intake.files.background.finalize row lock",
    "leads.intake.files.background.take_failed_rows row lock",
    "leads.intake.writing._update row lock",
)
@pytest.mark.parametrize(("place", "row", "act"), WAITING, ids=[w[0] for w in WAITING])
def test_an_act_waits_for_who_has_the_row(
    clinic: Clinic, place: str, row: Act, act: Act
) -> None:
    with held(row(clinic)):  # type: ignore[arg-type]
        assert waits(lambda: act(clinic)) == place


CHANGING_STAGES: dict[str, Act] = {
    "place": lambda c: stage_order.place(c.stage.pk),
    "place_by_outcome": lambda c: stage_order.place_by_outcome(c.stage),
    "free_place": lambda c: stage_order.free_place(),
    "bring_back": lambda c: stage_order.restore_stage(c.stage),
}


def is_locked(table: str) -> bool:
    with elsewhere() as other:
        other.execute(
            "SELECT FROM pg_locks WHERE relation = %s::regclass "
            "AND mode = 'ExclusiveLock' AND granted AND database = "
            "(SELECT oid FROM pg_database WHERE datname = current_database())",
            [table],
        )
        return other.rowcount == 1


@proves(
    "leads.models.stage.lock_set_up table lock",
    "leads.services.stage_order.place atomic",
    "leads.services.stage_order.place_by_outcome atomic",
    "leads.services.stage_order.free_place atomic",
    "leads.services.stage_order.restore_stage atomic",
)
@pytest.mark.parametrize("name", CHANGING_STAGES)
def test_the_stages_are_read_by_who_changes_them_when_nobody_else_can(
    clinic: Clinic, name: str
) -> None:
    def act() -> object:
        return CHANGING_STAGES[name](clinic)

    with elsewhere() as other:
        other.execute("LOCK TABLE leads_pipelinestage IN EXCLUSIVE MODE")
        assert waits(act) == "leads.models.stage.lock_set_up"
    stages = PipelineStage._meta.db_table
    with at_statement("SELECT", lambda: is_locked(stages)) as were_locked:
        act()
    assert were_locked
    assert all(were_locked)


@proves("leads.intake.take_in._wait_for_other_imports advisory lock")
def test_an_import_waits_for_another_to_write_its_chunk(clinic: Clinic) -> None:
    with elsewhere() as other:
        other.execute("SELECT pg_advisory_xact_lock(%s)", [IMPORT_LOCK])
        asked = waits(lambda: bring(NEW_LEAD))
    assert asked == "leads.intake.take_in._wait_for_other_imports"


@proves(
    "leads.services.totals.rebuild_stage_totals advisory lock",
    "leads.services.totals.rebuild_stage_totals atomic",
)
def test_totals_are_rebuilt_by_one_at_a_time(clinic: Clinic) -> None:
    with elsewhere() as other:
        other.execute(f"SELECT pg_advisory_xact_lock({TOTALS_LOCK})")  # type: ignore[arg-type]
        asked = waits(totals.rebuild_stage_totals)
    assert asked == "leads.services.totals.rebuild_stage_totals"
    with at_statement("WITH deleted", lambda: is_free(TOTALS_LOCK)) as was_free:
        totals.rebuild_stage_totals()
    assert was_free == [False]


@proves(
    "leads.models.stage_total.compact_stage_totals advisory lock",
    "leads.models.stage_total.compact_stage_totals atomic",
)
def test_totals_are_folded_by_one_and_left_alone_by_the_next(clinic: Clinic) -> None:
    with at_statement("WITH deleted", lambda: is_free(TOTALS_LOCK)) as was_free:
        assert compact_stage_totals()
    assert was_free == [False]
    rows = set(StageTotal.objects.values_list("pk", flat=True))
    with elsewhere() as other:
        other.execute(f"SELECT pg_advisory_xact_lock({TOTALS_LOCK})")  # type: ignore[arg-type]
        assert not compact_stage_totals()
    assert set(StageTotal.objects.values_list("pk", flat=True)) == rows


@proves("leads.today.work_queue.release row lock")
def test_the_next_lead_comes_also_while_somebody_has_a_claim_that_ran_out(
    clinic: Clinic,
) -> None:
    long_ago = timezone.now() - timedelta(days=1)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO leads_queueclaim (lead_id, person_id, claimed_until, "
            "is_worked) VALUES (%s, %s, %s, false)",
            [clinic.gone.pk, clinic.person.pk, long_ago],
        )
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '2s'")
    try:
        with elsewhere() as other:
            other.execute("SELECT FROM leads_queueclaim FOR UPDATE")
            assert take_next(timezone.now(), clinic.person, ())
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = 0; DELETE FROM leads_queueclaim")
