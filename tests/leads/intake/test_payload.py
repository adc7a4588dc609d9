"""What of a large file is stored for a worker, how it is counted and deleted."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection
from django.utils import timezone

from leads.intake.files import background as large
from leads.intake.files.background import (
    ImportArguments,
    Overtaken,
    begin_import,
    delete_old_failed_rows,
    finalize,
    finalize_ended,
    read_payload,
    take_failed_rows,
)
from leads.intake.files.mapping import map_columns
from leads.intake.files.payload import (
    ImportPayload,
    allowed_cells,
    is_test_row,
    make_payload,
)
from leads.intake.files.table import FileRow, read_table
from leads.intake.take_in import ImportOptions
from leads.models import ImportFile, Lead
from medspa.audit.actors import acting
from medspa.jobs.progress import JobCanceled, NullProgress
from medspa.jobs.registry import arguments_of, cancel
from medspa.models import JobRun, RunState, User
from tests import factories

TEXT = (
    "Notes,Email,First Name,Full Name\n"
    "private,ana@example.com,Ana Secret,\n"
    "private,nothing,Bea,Bea Secret\n"
    "<TEST LEAD: x>,t@example.com,,\n"
    "private,cora@example.com,Cora,,surplus\n"
)


def payload_of(text: str) -> ImportPayload:
    table = read_table(text.encode())
    return make_payload(table, map_columns(table.headers))


def start_job(text: str = TEXT, **options: bool) -> ImportFile:
    table = read_table(text.encode())
    run = begin_import(table, map_columns(table.headers), ImportOptions(**options))
    return ImportFile.objects.get(work=run)


# What is stored -----------------------------------------------------------------


def test_only_allowed_columns_and_given_names_are_kept() -> None:
    payload = payload_of(TEXT)
    assert payload.door == "free"
    assert payload.fields == ("email", "first_name", "full_name")
    assert payload.headers == ("Email", "First Name", "Full Name")
    assert payload.dropped == ("Notes",)
    assert [(row.number, row.cells, row.refusal) for row in payload.rows] == [
        (2, ("ana@example.com", "Ana", ""), ""),
        (3, ("nothing", "Bea", "Bea"), ""),
        (4, ("<test lead",), ""),
        (5, ("", "", ""), "The row has 5 cells, the headers are 4."),
    ]


def test_first_names_that_hold_more_are_counted_and_full_names_are_not() -> None:
    assert payload_of(TEXT).cut_names == 1
    names = "Email,First Name\na@b.com,Ana\na@b.com,Ana B\na@b.com,=1\na@b.com\n"
    assert payload_of(names).cut_names == 1


def test_what_is_kept_is_read_like_the_file() -> None:
    payload = payload_of(TEXT)
    mapping = payload.mapping
    assert mapping.importer.name == "free"
    assert mapping.columns == {"email": 0, "first_name": 1, "full_name": 2}
    rows = payload.rows_from(1, 2)
    assert [row.number for row in rows] == [3, 4]
    assert (is_test_row(rows[0]), is_test_row(rows[1])) == (False, True)
    assert payload.rows_from(3, 9)[0].refusal == payload.rows[3].refusal


@pytest.mark.parametrize(
    ("cell", "is_one"),
    [
        ("<test lead: dummy data for email>", True),
        ("<Test Lead", True),
        ("test", False),
    ],
)
def test_a_test_row_is_known_by_any_cell(cell: str, is_one: bool) -> None:
    assert is_test_row(FileRow(2, ("a", cell))) is is_one


def test_names_are_cut_in_the_cells_of_failed_rows() -> None:
    mapping = map_columns(("Email", "Name", "Notes"))
    row = FileRow(2, ("Ana Secret", "Ana Secret", "private"))
    assert allowed_cells(row, mapping, ["full_name", "email"]) == ("Ana", "Ana Secret")


# How it is counted and forgotten ---------------------------------------------------


@pytest.mark.usefixtures("clinic")
def test_work_begins_with_a_title_its_owner_and_a_place_to_go(manager: User) -> None:
    with acting(user=manager):
        file = start_job(creates_campaigns=True)
    assert file.work.title == "Import 4 rows: Spreadsheet"
    assert (file.work.made_by, file.work.total) == (manager, 4)
    assert arguments_of(file.work) == ImportArguments(
        file=file.pk, creates_campaigns=True
    )
    assert (file.rows, file.done, file.is_settled) == (4, 0, False)
    assert not arguments_of(start_job().work).creates_campaigns


@pytest.mark.usefixtures("clinic")
def test_a_file_that_cannot_be_kept_leaves_no_work() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE leads_importfile ADD CHECK (false) NOT VALID")
    with pytest.raises(IntegrityError):
        start_job()
    assert not JobRun.objects.exists()


@pytest.mark.usefixtures("clinic")
def test_the_work_counts_notes_and_keeps_the_failed_rows() -> None:
    file = start_job()
    said = large.carry_out(ImportArguments(file=file.pk), NullProgress())
    assert said == "1 created, 0 updated, 1 skipped, 2 failed."
    file = ImportFile.objects.get()
    assert (file.created, file.skipped, file.failed_rows) == (1, 1, [3, 5])
    payload = read_payload(file)
    assert [row.number for row in payload.rows] == [3, 5]
    assert payload.notes == (
        "1 test row was skipped.",
        "1 name was cut to the first name; last names are not stored here.",
    )
    reason = Lead.objects.get().history.get().history_change_reason
    assert reason == "Imported from a file: Spreadsheet"


@pytest.mark.usefixtures("clinic")
def test_who_goes_on_notes_what_an_earlier_attempt_saw() -> None:
    rows = "".join(f"Ana,ana{n}@example.com,New {n}\n" for n in range(2))
    file = start_job(f"Name,Email,Tags\n{rows}")
    ImportFile.objects.update(created=1)
    large.carry_out(ImportArguments(file=file.pk), NullProgress())
    file = ImportFile.objects.get()
    assert (file.created, Lead.objects.count()) == (2, 1)
    assert read_payload(file).notes == (
        "2 tags are unknown here and left out: New 0, New 1.",
    )


@pytest.mark.usefixtures("clinic")
def test_a_reason_is_cut_to_what_its_column_holds() -> None:
    file = start_job("Name,Email,Created,Phone,Contact Id\nAna,x,y,z,a b\n")
    large.carry_out(ImportArguments(file=file.pk), NullProgress())
    [reason] = ImportFile.objects.get().failed_reasons
    assert 200 < len(reason) <= 300


@pytest.mark.usefixtures("clinic")
def test_a_chunk_that_somebody_else_counted_is_not_counted_again() -> None:
    file = start_job()
    ImportFile.objects.update(skipped=1)
    with pytest.raises(Overtaken):
        large._count_chunk(file, {})


class AskedToStop(NullProgress):
    def step(self, done: int = 1) -> None:
        raise JobCanceled


@pytest.mark.usefixtures("clinic")
@pytest.mark.parametrize("asked", [True, False])
def test_rows_are_forgotten_when_somebody_asked_to_stop(asked: bool) -> None:
    """Another worker may have taken over; then it needs them."""
    file = start_job()
    if asked:
        JobRun.objects.update(cancel_asked_at=timezone.now())
    with pytest.raises(JobCanceled):
        large.carry_out(ImportArguments(file=file.pk), AskedToStop())
    assert ImportFile.objects.get().is_settled is asked


@pytest.mark.usefixtures("clinic")
def test_settling_twice_keeps_what_was_noted_first() -> None:
    file = start_job()
    finalize(file.pk, ["One."])
    finalize(file.pk, ["Two."])
    assert read_payload(ImportFile.objects.get()).notes == ("One.",)


@pytest.mark.usefixtures("clinic")
def test_only_ended_work_is_settled() -> None:
    file = start_job()
    finalize_ended()
    assert not ImportFile.objects.get().is_settled
    cancel(file.work)
    finalize_ended()
    assert ImportFile.objects.get().is_settled


@pytest.mark.usefixtures("clinic")
def test_failed_rows_are_kept_for_a_day() -> None:
    file = start_job()
    large.carry_out(ImportArguments(file=file.pk), NullProgress())
    for age, forgotten in (
        (timedelta(hours=24, minutes=-1), 0),
        (timedelta(hours=24), 1),
    ):
        ended = timezone.now() - age
        JobRun.objects.update(state=RunState.DONE, started_at=ended, finished_at=ended)
        assert delete_old_failed_rows() == forgotten
        assert bool(ImportFile.objects.get().content) is (not forgotten)
    assert delete_old_failed_rows() == 0
    assert take_failed_rows(file.pk) == ""


@pytest.mark.usefixtures("clinic")
def test_the_failed_rows_are_a_file_under_their_headers() -> None:
    file = start_job()
    large.carry_out(ImportArguments(file=file.pk), NullProgress())
    factories.ImportFileFactory()
    lines = take_failed_rows(file.pk).splitlines()
    assert lines[0] == "Row,Reason,Email,First Name,Full Name"
    assert lines[1].startswith("3,") and lines[1].endswith("nothing,Bea,Bea")
    assert lines[2].startswith("5,") and len(lines) == 3
    assert take_failed_rows(file.pk) == ""
