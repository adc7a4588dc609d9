"""Acts on leads are done as a whole or not at all: one later write is refused."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from kpis.models import KpiEvent
from leads import (
    bulk,
    contacting,
    merging,
    pipeline,
    retiring,
    saved_views,
    stage_order,
    tagging,
    tasks,
    unmerging,
)
from leads.acts import ActRefused
from leads.bulk.undo import take_back, undo_run
from leads.intake import large
from leads.intake.mapping import map_columns
from leads.intake.run import Import, Options
from leads.intake.table import read_table
from leads.merging import Choice
from leads.models import (
    Activity,
    BulkAct,
    BulkRun,
    Lead,
    LeadStage,
    LeadTag,
    PipelineStage,
)
from leads.move_form import MoveForm
from leads.undoing import AFTER_MOVE_UNDONE
from leads.views.bulk import _begin, _begin_undo
from medspa.models import User
from medspa.progress import Untold
from tests import factories
from tests.leads.intake.bringing import bring, counts
from tests.locks import everything, proves, refused

pytestmark = pytest.mark.django_db
TABLE = "First Name,Email\nAna,ana@example.com\nBea,bea@example.com\n"


class Clinic:
    def __init__(self, person: User) -> None:
        self.person = person
        self.stage, self.other = factories.StageFactory(), factories.StageFactory()
        self.one, self.two = (factories.LeadFactory(stage=self.stage) for _ in range(2))
        self.ids = sorted([self.one.pk, self.two.pk])
        self.tag = factories.TagFactory()
        self.order = bulk.Order(BulkAct.TAG, self.tag.pk, str(self.tag))

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


@pytest.fixture
def desk(manager: User, client: Client) -> Client:
    client.force_login(manager)
    return client


@pytest.fixture
def who_refuses() -> Any:
    """A listener that lets nobody take a move back."""

    def refuse(stay: LeadStage) -> None:
        raise ActRefused("Not this one.")

    AFTER_MOVE_UNDONE.append(refuse)
    yield refuse
    AFTER_MOVE_UNDONE.remove(refuse)


Act = Callable[[Clinic], Callable[[], object]]


def a_new_lead(c: Clinic) -> Callable[[], object]:
    return lambda: pipeline.admit(factories.LeadFactory.build(), c.stage)


def a_lead_of_a_retired_stage(c: Clinic) -> Callable[[], object]:
    c.one.delete()
    c.two.delete()
    c.stage.delete()
    return lambda: pipeline.bring_back(Lead.all_objects.get(pk=c.one.pk))


def a_chunk(c: Clinic) -> Callable[[], object]:
    run = bulk.write_down(c.order, c.ids)
    return lambda: bulk.carry_out(run.pk, Untold())


def a_chunk_back(c: Clinic) -> Callable[[], object]:
    run = c.tagged()
    return lambda: take_back(run.pk, c.person, Untold())


def a_begun_undo(c: Clinic) -> Callable[[], object]:
    run = c.tagged()
    BulkRun.objects.update(made_by=c.person)
    return lambda: _begin_undo(c.request, run.pk, c.person)


def other_tags(c: Clinic) -> Callable[[], object]:
    tagging.add_tag(c.one, c.tag)
    new = factories.TagFactory()
    return lambda: tagging.set_tags(c.one, [new])


def a_merge_back(c: Clinic) -> Callable[[], object]:
    row = merging.merge(c.one.pk, c.two.pk, Choice())
    return lambda: unmerging.unmerge(row.pk)


def a_large_import(c: Clinic) -> Callable[[], object]:
    table = read_table(TABLE.encode())
    mapping = map_columns(table.headers)
    return lambda: large.begin_import(table, mapping, Options())


# What is proved → the table at which it fails, the write there, the act.
ACTS: dict[str, tuple[str, str, Act]] = {
    "leads.pipeline.admit atomic": ("leads_leadstage", "INSERT", a_new_lead),
    "leads.pipeline.bring_back atomic": (
        "leads_leadstage",
        "INSERT",
        a_lead_of_a_retired_stage,
    ),
    "leads.pipeline.move atomic": (
        "leads_activity",
        "INSERT",
        lambda c: lambda: pipeline.move(c.one.pk, c.other.pk),
    ),
    "leads.pipeline.move_many atomic": (
        "leads_activity",
        "INSERT",
        lambda c: lambda: pipeline.move_many(c.ids, c.other.pk),
    ),
    "leads.bulk.write_down atomic": (
        "leads_bulkchunk",
        "INSERT",
        lambda c: lambda: bulk.write_down(c.order, c.ids),
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
        "medspa_longrun",
        "INSERT",
        lambda c: lambda: _begin(c.request, c.order, c.ids),
    ),
    "leads.views.bulk._begin_undo atomic": ("leads_bulkrun", "UPDATE", a_begun_undo),
    "leads.contacting.log_contact atomic": (
        "leads_activityhistory",
        "INSERT",
        lambda c: lambda: contacting.log_contact(c.one, "call", "answered"),
    ),
    "leads.retiring._close atomic": (
        "leads_pipelinestagehistory",
        "INSERT",
        lambda c: lambda: retiring.retire(c.other),
    ),
    "leads.stage_order.place atomic": (
        "leads_pipelinestagehistory",
        "INSERT",
        lambda c: lambda: stage_order.place(c.other.pk, c.stage.pk),
    ),
    "leads.tagging.set_tags atomic": ("leads_activity", "INSERT", other_tags),
    "leads.tagging.add_tag atomic": (
        "leads_activity",
        "INSERT",
        lambda c: lambda: tagging.add_tag(c.one, c.tag),
    ),
    "leads.tasks.plan atomic": (
        "leads_taskhistory",
        "INSERT",
        lambda c: lambda: tasks.plan(c.one, "call_back", timezone.now()),
    ),
    "leads.merging.merge atomic": (
        "leads_leadmerge",
        "INSERT",
        lambda c: lambda: merging.merge(c.one.pk, c.two.pk, Choice()),
    ),
    "leads.unmerging.unmerge atomic": ("leads_leadmerge", "UPDATE", a_merge_back),
    "leads.intake.large.begin_import atomic": (
        "leads_importfile",
        "INSERT",
        a_large_import,
    ),
}


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
    monkeypatch.setattr(bulk, "CHUNK", 1)
    run = clinic.tagged()
    assert run.chunks.count() == 2
    with refused("leads_leadtag", "DELETE", after=1):
        undo_run(run.pk, clinic.person)


@proves("leads.saved_views._saved atomic")
def test_a_view_whose_name_was_just_taken_is_refused_with_a_sentence(
    clinic: Clinic,
) -> None:
    view = factories.SavedViewFactory(owner=clinic.person)
    with refused(
        "leads_savedview", "UPDATE", raises=ActRefused, code="unique_violation"
    ):
        saved_views.change_view(clinic.person, view.pk, name="Mine")


# A listener or a date that refuses --------------------------------------------


@pytest.fixture
def booked(clinic: Clinic) -> PipelineStage:
    """A stage that records a booking."""
    return factories.StageFactory(records_kpi="consult_booked")


@proves("leads.move_form.MoveForm.move atomic")
def test_a_move_with_a_date_that_cannot_be_moves_nothing(
    clinic: Clinic, booked: PipelineStage
) -> None:
    before = everything()
    form = MoveForm({"stage": booked.pk, "scheduled_for": "2020-01-01T09:00"})
    with pytest.raises(pipeline.MoveRefused, match="Nothing was moved"):
        form.move(clinic.one.pk)
    assert everything() == before


@proves("leads.bulk.acts._move_with_date atomic")
def test_a_bulk_move_with_a_date_that_cannot_be_moves_none(
    clinic: Clinic, booked: PipelineStage
) -> None:
    long_ago = timezone.now() - timedelta(days=400)
    order = bulk.Order(BulkAct.MOVE, booked.pk, str(booked), scheduled_for=long_ago)
    run = bulk.run_now(order, clinic.ids)
    assert (run.changed, run.failed) == (0, 2)
    assert not KpiEvent.objects.exists()
    assert {stay.stage for stay in LeadStage.objects.all()} == {clinic.stage}
    assert not Activity.objects.exists()


@proves("leads.bulk.undo._is_free atomic")
def test_a_bulk_move_whose_record_must_stay_is_not_taken_back(
    clinic: Clinic, booked: PipelineStage, who_refuses: object
) -> None:
    order = bulk.Order(BulkAct.MOVE, booked.pk, str(booked))
    run = bulk.run_now(order, [clinic.one.pk])
    assert KpiEvent.objects.count() == 1
    assert undo_run(run.pk, clinic.person)[1] == 0
    assert KpiEvent.objects.count() == 1
    assert clinic.one.stays.get(left_at=None).stage == booked


@proves(
    "leads.acts.lead_act.decorate.view atomic", "leads.views.board.undo_move atomic"
)
@pytest.mark.parametrize("door", ["page", "board"])
def test_a_move_that_a_listener_will_not_undo_stays(
    clinic: Clinic, desk: Client, who_refuses: object, door: str
) -> None:
    stay = pipeline.move(clinic.one.pk, clinic.other.pk)
    before = everything()
    if door == "page":
        data = {"source": "stay", "row": stay.pk}
        desk.post(reverse("lead_undo", args=[clinic.one.pk]), data)
    else:
        desk.post(reverse("board_undo", args=[stay.pk]))
    told = desk.get(reverse("board")).content.decode()
    assert "Not this one." in told
    assert everything() == before


@proves("leads.views.board_calls._answer atomic")
def test_undoing_on_the_board_is_done_as_a_whole(clinic: Clinic, desk: Client) -> None:
    tagging.add_tag(clinic.one, clinic.tag)
    note = Activity.objects.get()
    with refused("leads_activity", "UPDATE"):
        desk.post(reverse("board_undo_call", args=[clinic.one.pk, note.pk]))
    assert LeadTag.objects.count() == 1


# Imports ---------------------------------------------------------------------


class Stopped(Exception):
    pass


def importing(remember: Callable[[object], None]) -> None:
    table = read_table(TABLE.encode())
    run = Import(map_columns(table.headers), Options(), remember)
    run.take(list(table.rows()))


@proves("leads.intake.run.Import._import atomic 1")
def test_a_chunk_that_cannot_be_counted_is_not_written(clinic: Clinic) -> None:
    def remember(outcomes: object) -> None:
        assert Lead.objects.count() == 4
        raise Stopped

    with pytest.raises(Stopped):
        importing(remember)
    assert Lead.objects.count() == 2


@proves("leads.intake.run.Import._import atomic 2")
def test_rows_written_one_by_one_that_cannot_be_counted_are_not_written(
    clinic: Clinic,
) -> None:
    failures = iter([IntegrityError("as a row would"), Stopped()])

    def remember(outcomes: object) -> None:
        assert Lead.objects.count() == 4
        raise next(failures)

    with pytest.raises(Stopped):
        importing(remember)
    assert Lead.objects.count() == 2


@proves("leads.intake.run.Import._alone atomic")
def test_a_row_that_the_database_refuses_fails_alone(clinic: Clinic) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            "CREATE UNIQUE INDEX tests_one_name ON leads_lead (first_name) "
            "WHERE first_name = 'Twin'"
        )
    rows = TABLE + "Twin,twin1@example.com\nTwin,twin2@example.com\n"
    assert counts(bring(rows)) == (3, 0, 0, 1)
    assert Lead.objects.count() == 5
