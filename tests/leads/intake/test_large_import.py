"""Large files: imported by a worker, once, also when the worker is killed."""

import csv
import io
from datetime import timedelta

import psycopg
import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from leads.intake.files import background as large
from leads.intake.files.background import (
    ImportArguments,
    begin_import,
    finalize_ended,
    take_failed_rows,
)
from leads.intake.files.importing import FIRST_CHUNK_ROWS
from leads.intake.files.mapping import map_columns
from leads.intake.files.table import read_table
from leads.intake.take_in import ImportOptions
from leads.jobs import tidy_imports
from leads.models import Activity, ImportFile, Lead, LeadStage, LeadTag, PipelineStage
from medspa.audit.actors import acting
from medspa.jobs.progress import NullProgress
from medspa.jobs.registry import cancel
from medspa.models import JobRun, RunState, User
from tests import factories
from tests.committed import database_url
from tests.job_runs import carry_out, forked_worker, silence_workers, until
from tests.leads.intake.bringing import bring, counts

pytestmark = pytest.mark.slow

HEADER = "First Name,Last Name,Email,Tags,Notes"


@pytest.fixture
def person(committed: None) -> User:
    call_command("loaddata", "pipeline_stages", "tags", verbosity=0)
    return factories.UserFactory(is_superuser=True)


def file_of(count: int, *rows: str) -> str:
    people = [f"Ana,Secret,ana{n}@example.com,Botox,private" for n in range(count)]
    return "\n".join([HEADER, *people, *rows, ""])


def ask(text: str, person: User) -> tuple[ImportFile, JobRun]:
    table = read_table(text.encode())
    with acting(user=person):
        work = begin_import(table, map_columns(table.headers), ImportOptions())
    return ImportFile.objects.get(work=work), work


def stored(file: ImportFile) -> str:
    """The rows that are kept, as text."""
    return "\n".join(chunk.content for chunk in file.chunks.all())


def counted(file: ImportFile) -> tuple[int, int, int, int]:
    file.refresh_from_db()
    return file.created, file.updated, file.skipped, file.failed


MIXED = (
    "Bea,Secret,me@nowhere,,private",
    "<test lead: dummy data for first_name>,,test@example.com,,",
    "Ana,Secret,ana1@example.com,,",
    "Cora,Secret,cora@example.com,,,one cell too many",
)


def test_a_worker_does_what_the_request_does_with_a_small_file(person: User) -> None:
    text = file_of(3, *MIXED)
    file, work = ask(text, person)
    work = carry_out(work)
    assert (work.state, work.done, work.total) == (RunState.DONE, 7, 7)
    assert work.outcome == "3 created, 0 updated, 2 skipped, 2 failed."
    assert counted(file) == (3, 0, 2, 2)
    assert set(Lead.history.values_list("history_user", flat=True)) == {person.pk}
    reason = Lead.history.values_list("history_change_reason", flat=True).first()
    assert reason == "Imported from a file: Spreadsheet"
    assert counts(bring(text)) == (0, 0, 5, 2)
    assert file.failed_reasons == [row.reason for row in bring(text).failed_rows]
    assert file.failed_rows == [row.number for row in bring(text).failed_rows]


def test_only_allowed_columns_wait_and_only_failed_rows_stay(person: User) -> None:
    file, work = ask(file_of(3, *MIXED), person)
    assert "ana1@example.com" in stored(file)
    for forbidden in ("Secret", "private", "too many"):
        assert forbidden not in stored(file)
    carry_out(work)
    assert "ana1@example.com" not in stored(file)
    assert "me@nowhere" in stored(file)


def test_failed_rows_are_given_once(person: User) -> None:
    file, work = ask(file_of(1, *MIXED), person)
    carry_out(work)
    rows = list(csv.reader(io.StringIO(take_failed_rows(file.pk))))
    assert rows[0] == ["Row", "Reason", "First Name", "Email", "Tags"]
    assert [row[0] for row in rows[1:]] == ["3", "6"]
    assert rows[1][2:] == ["Bea", "me@nowhere", ""]
    assert rows[2][1] == "The row has 6 cells, the headers are 5."
    assert take_failed_rows(file.pk) == ""
    assert stored(file) == ""


def test_failed_rows_are_forgotten_after_a_day(person: User) -> None:
    file, work = ask(file_of(1, *MIXED), person)
    carry_out(work)
    tidy_imports(timestamp=0)
    assert stored(file)
    JobRun.objects.update(finished_at=timezone.now() - timedelta(hours=25))
    tidy_imports(timestamp=0)
    assert stored(file) == ""


def test_a_run_cancelled_before_its_turn_keeps_no_rows(person: User) -> None:
    file, work = ask(file_of(3), person)
    finalize_ended()
    assert "example.com" in stored(file)
    cancel(work)
    assert stored(file) == ""
    assert counted(file) == (0, 0, 0, 0)
    assert file.left == 3


def until_written(rows: int) -> None:
    until(lambda: ImportFile.objects.get().done >= rows)


def test_cancelling_keeps_what_is_in_and_counts_it(person: User) -> None:
    file, work = ask(file_of(2000, *MIXED), person)
    with forked_worker():
        until_written(FIRST_CHUNK_ROWS)
        cancel(JobRun.objects.get(pk=work.pk))
        until(lambda: not JobRun.objects.get(pk=work.pk).is_active)
        until(lambda: ImportFile.objects.get().is_settled)
    assert JobRun.objects.get(pk=work.pk).state == RunState.CANCELED
    file = ImportFile.objects.get(pk=file.pk)
    assert 0 < file.done < file.rows
    assert Lead.objects.count() == file.created == file.done
    assert stored(file) == ""
    assert file.is_settled


def test_an_import_stopped_within_a_chunk_keeps_no_rows(person: User) -> None:
    """The worker ends the statement of a canceled run that comes to no next step."""
    known = factories.LeadFactory(email="ana700@example.com", first_name="Known")
    file, work = ask(file_of(1200), person)
    query = "SELECT FROM leads_lead WHERE id = %s FOR UPDATE"
    with forked_worker(), psycopg.connect(database_url()) as elsewhere:
        elsewhere.execute(query, [known.pk])
        until_written(FIRST_CHUNK_ROWS + 500)
        cancel(JobRun.objects.get(pk=work.pk))
        until(lambda: not JobRun.objects.get(pk=work.pk).is_active)
        until(lambda: ImportFile.objects.get().is_settled)
    assert JobRun.objects.get(pk=work.pk).state == RunState.CANCELED
    assert stored(file) == ""
    assert Lead.objects.count() == 1 + ImportFile.objects.get().created


def test_after_a_kill_the_next_worker_does_the_rest_and_no_row_twice(
    person: User,
) -> None:
    known = factories.LeadFactory(email="ana700@example.com", first_name="Known")
    file, work = ask(file_of(1200, *MIXED), person)
    with forked_worker() as killed, transaction.atomic():
        # The third chunk has something new about this lead, and waits for it.
        Lead.objects.select_for_update().get(pk=known.pk)
        until_written(FIRST_CHUNK_ROWS + 500)
        killed.kill()
        killed.join()
    work.refresh_from_db()
    assert work.state == RunState.RUNNING
    silence_workers()
    work = carry_out(work)
    assert (work.state, work.attempt, work.done) == (RunState.DONE, 2, 1204)
    assert counted(file) == (1199, 1, 2, 2)
    assert (Lead.objects.count(), LeadStage.objects.count()) == (1200, 1199)
    assert LeadTag.objects.count() == Activity.objects.count() == 1200


def test_two_imports_of_one_file_at_once_make_nobody_twice(person: User) -> None:
    text = file_of(1200)
    (one, first), (two, second) = ask(text, person), ask(text, person)
    with forked_worker(), forked_worker():
        until(lambda: not JobRun.objects.active().exists(), seconds=60)
    assert {first.pk, second.pk} == set(
        JobRun.objects.filter(state=RunState.DONE).values_list("pk", flat=True)
    )
    made, found = counted(one), counted(two)
    assert [a + b for a, b in zip(made, found, strict=True)] == [1200, 0, 1200, 0]
    assert Lead.objects.count() == LeadTag.objects.count() == 1200


def test_without_a_first_stage_it_fails_with_a_sentence(person: User) -> None:
    file, work = ask(file_of(1), person)
    PipelineStage.all_objects.all()._raw_delete("default")
    work = carry_out(work)
    assert work.state == RunState.FAILED
    assert "stage" in work.failure
    assert stored(file) == ""


class OtherWorker(NullProgress):
    """Another worker, thought dead, imports everything when this one begins."""

    def of(self, total: int, done: int = 0) -> None:
        ImportFile.objects.update(created=total)


@pytest.mark.django_db
@pytest.mark.usefixtures("clinic")
def test_what_another_worker_has_counted_is_not_written_again() -> None:
    file, _ = ask(file_of(3), factories.UserFactory())
    arguments = ImportArguments(file=file.pk)
    said = large.carry_out(arguments, OtherWorker())
    assert said == "3 created, 0 updated, 0 skipped, 0 failed."
    assert not Lead.objects.exists()
