"""Acts on leads are done as a whole or not at all: one later write is refused."""

from collections.abc import Callable
from typing import Any

import pytest
from django.http import QueryDict
from django.test import RequestFactory
from django.utils import timezone

from leads import bulk
from leads.bulk.undo import undo_chunks, undo_run
from leads.intake.files import background as large
from leads.intake.files.mapping import map_columns
from leads.intake.files.table import read_table
from leads.intake.take_in import ImportOptions
from leads.lead_list import saved_views
from leads.lists.procedure_names import add_name
from leads.models import (
    BulkAction,
    BulkRun,
    Lead,
)
from leads.services import (
    contacting,
    merging,
    pipeline,
    stage_order,
    stage_periods,
    tagging,
    unmerging,
)
from leads.services import next_steps as tasks
from leads.services.merging import MergeChoice
from leads.views.bulk import _begin, _begin_undo
from medspa.jobs.progress import NullProgress
from medspa.models import User
from tests import factories
from tests.leads.stage_retirement import retire
from tests.locks import proves, refused

pytestmark = pytest.mark.django_db
TABLE = "First Name,Email\nAna,ana@example.com\nBea,bea@example.com\n"


class Clinic:
    def __init__(self, person: User) -> None:
        self.person = person
        self.stage, self.other = factories.StageFactory(), factories.StageFactory()
        self.one, self.two = (factories.LeadFactory(stage=self.stage) for _ in range(2))
        self.ids = sorted([self.one.pk, self.two.pk])
        self.tag = factories.TagFactory()
        self.order = bulk.BulkOrder(BulkAction.TAG, self.tag.pk, str(self.tag))

    @property
    def request(self) -> Any:
        request = RequestFactory().post("/")
        request.user = self.person
        return request

    def tagged(self) -> BulkRun:
        return bulk.run_now(self.order, self.ids)


@pytest.fixture
def clinic(manager: User) -> Clinic:
    return Clinic(manager)


Act = Callable[[Clinic], Callable[[], object]]


def a_new_lead(c: Clinic) -> Callable[[], object]:
    return lambda: pipeline.create_lead(factories.LeadFactory.build(), c.stage)


def a_lead_of_a_retired_stage(c: Clinic) -> Callable[[], object]:
    c.one.delete()
    c.two.delete()
    c.stage.delete()
    return lambda: pipeline.restore_lead(Lead.all_objects.get(pk=c.one.pk))


def a_chunk(c: Clinic) -> Callable[[], object]:
    run = bulk.store_run(c.order, c.ids)
    return lambda: bulk.carry_out(run.pk, NullProgress())


def a_chunk_back(c: Clinic) -> Callable[[], object]:
    run = c.tagged()
    return lambda: undo_chunks(run.pk, c.person, NullProgress())


def a_begun_undo(c: Clinic) -> Callable[[], object]:
    run = c.tagged()
    BulkRun.objects.update(made_by=c.person)
    return lambda: _begin_undo(c.request, run.pk, c.person)


def other_tags(c: Clinic) -> Callable[[], object]:
    tagging.add_tag(c.one, c.tag)
    new = factories.TagFactory()
    return lambda: tagging.set_tags(c.one, [new])


def new_tags(c: Clinic) -> Callable[[], object]:
    return lambda: tagging.add_new_tags([(c.one.pk, c.tag.pk), (c.two.pk, c.tag.pk)])


def a_merge_back(c: Clinic) -> Callable[[], object]:
    row = merging.merge(c.one.pk, c.two.pk, MergeChoice())
    return lambda: unmerging.unmerge(row.pk)


def a_large_import(c: Clinic) -> Callable[[], object]:
    table = read_table(TABLE.encode())
    mapping = map_columns(table.headers)
    return lambda: large.begin_import(table, mapping, ImportOptions())


# What is proved → the table at which it fails, the write there, the act.
ACTS: dict[str, tuple[str, str, Act]] = {
    "leads.services.pipeline.create_leads atomic": (
        "leads_leadstage",
        "INSERT",
        a_new_lead,
    ),
    "leads.services.pipeline.restore_lead atomic": (
        "leads_leadstage",
        "INSERT",
        a_lead_of_a_retired_stage,
    ),
    "leads.services.pipeline.move atomic": (
        "leads_activity",
        "INSERT",
        lambda c: lambda: pipeline.move(c.one.pk, c.other.pk),
    ),
    "leads.services.pipeline.move_many atomic": (
        "leads_activity",
        "INSERT",
        lambda c: lambda: pipeline.move_many(c.ids, c.other.pk),
    ),
    "leads.bulk.store_run atomic": (
        "leads_bulkchunk",
        "INSERT",
        lambda c: lambda: bulk.store_run(c.order, c.ids),
    ),
    "leads.bulk.run_now atomic": (
        "leads_leadtag",
        "INSERT",
        lambda c: lambda: bulk.run_now(c.order, c.ids),
    ),
    "leads.bulk._do_next_chunk atomic": ("leads_bulkrun", "UPDATE", a_chunk),
    "leads.bulk.undo._undo_next_chunk atomic": (
        "leads_bulkrun",
        "UPDATE",
        a_chunk_back,
    ),
    "leads.views.bulk._begin atomic": (
        "medspa_jobrun",
        "INSERT",
        lambda c: lambda: _begin(c.request, c.order, c.ids, "Tag"),
    ),
    "leads.views.bulk._begin_undo atomic": ("leads_bulkrun", "UPDATE", a_begun_undo),
    "leads.services.contacting.log_contact atomic": (
        "leads_activityhistory",
        "INSERT",
        lambda c: lambda: contacting.log_contact(c.one, "call", "answered"),
    ),
    "leads.bulk.retiring._retired atomic": (
        "leads_pipelinestagehistory",
        "INSERT",
        lambda c: lambda: retire(c.other),
    ),
    "leads.services.stage_periods.reopen atomic": (
        "leads_activityhistory",
        "INSERT",
        lambda c: lambda: stage_periods.reopen([pipeline.move(c.one.pk, c.other.pk)]),
    ),
    "leads.services.stage_order.set_entry atomic": (
        "leads_pipelinestagehistory",
        "INSERT",
        lambda c: lambda: stage_order.set_entry(c.other.pk),
    ),
    "leads.services.stage_order.place atomic": (
        "leads_pipelinestagehistory",
        "INSERT",
        lambda c: lambda: stage_order.place(c.other.pk, c.stage.pk),
    ),
    "leads.services.tagging.set_tags atomic": ("leads_activity", "INSERT", other_tags),
    "leads.services.tagging.add_tag atomic": (
        "leads_activity",
        "INSERT",
        lambda c: lambda: tagging.add_tag(c.one, c.tag),
    ),
    "leads.services.next_steps.plan atomic": (
        "leads_taskhistory",
        "INSERT",
        lambda c: lambda: tasks.plan(c.one, "call_back", timezone.now()),
    ),
    "leads.services.tagging.add_new_tags atomic": (
        "leads_activity",
        "INSERT",
        new_tags,
    ),
    "leads.services.merging.merge atomic": (
        "leads_leadmerge",
        "INSERT",
        lambda c: lambda: merging.merge(c.one.pk, c.two.pk, MergeChoice()),
    ),
    "leads.services.unmerging.unmerge atomic": (
        "leads_leadmerge",
        "UPDATE",
        a_merge_back,
    ),
    "leads.intake.files.background.begin_import atomic": (
        "leads_importfile",
        "INSERT",
        a_large_import,
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", ACTS)
def test_an_act_that_fails_in_the_middle_leaves_nothing(
    clinic: Clinic, name: str
) -> None:
    table, event, prepare = ACTS[name]
    act = prepare(clinic)
    with refused(table, event):
        act()


@proves("leads.bulk.undo.undo_run atomic")
def test_an_undo_that_fails_at_its_second_chunk_takes_nothing_back(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "BULK_CHUNK", 1)
    run = clinic.tagged()
    assert run.chunks.count() == 2
    with refused("leads_leadtag", "DELETE", after=1):
        undo_run(run.pk, clinic.person)


@proves("leads.lead_list.saved_views._saved atomic")
def test_a_view_whose_name_was_just_taken_is_refused_with_a_sentence(
    clinic: Clinic,
) -> None:
    with refused(
        "leads_savedview", raises=saved_views.ViewRefused, code="unique_violation"
    ):
        saved_views.save_view(clinic.person, "Mine", QueryDict("source=google"))


@proves("leads.lists.procedure_names.add_name atomic")
def test_a_name_of_a_procedure_without_its_history_is_not_kept() -> None:
    procedure = factories.ProcedureFactory()
    with refused("leads_procedurenamehistory"):
        add_name("Glow lift", procedure.pk)
