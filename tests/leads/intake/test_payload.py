"""What of a large file is stored for a worker, how it is counted and deleted."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.utils import timezone

from leads.intake.files import background as large
from leads.intake.files.allowed import AllowedCells, is_test_row
from leads.intake.files.background import (
    ImportArguments,
    Overtaken,
    begin_import,
    count_chunk,
    delete_old_failed_rows,
    finalize,
    finalize_ended,
    read_payload,
    take_failed_rows,
)
from leads.intake.files.importers import IMPORTERS_BY_NAME
from leads.intake.files.mapping import ColumnMapping, map_columns
from leads.intake.files.payload import PayloadRow, PayloadRows, PayloadWriter
from leads.intake.files.table import CsvRow, read_table
from leads.intake.planning import ClinicNames
from leads.intake.take_in import ImportOptions
from leads.models import ImportChunk, ImportFile, Lead
from medspa.audit.actors import acting
from medspa.jobs.progress import JobCanceled, NullProgress
from medspa.jobs.registry import arguments_of
from medspa.models import JobRun, RunState, User
from tests import factories

TEXT = (
    "Notes,Email,First Name,Full Name\n"
    "private,ana@example.com,Ana Secret,\n"
    "private,nothing,Bea,Bea Secret\n"
    "<TEST LEAD: x>,t@example.com,,\n"
    "private,cora@example.com,Cora,,surplus\n"
)
NAMES = ClinicNames(
    tags={"botox": "1"},
    campaigns={},
    people={"patdoe": "7"},
    procedures={"nosejob": "RHINO"},
)

# Of a column of procedures, what several rows say.
REPEATED = frozenset({"lipfiller1ml"})


def written(text: str) -> PayloadWriter:
    table = read_table(text.encode())
    return PayloadWriter(table, map_columns(table.headers), NAMES)


def start_job(text: str = TEXT, **options: bool) -> ImportFile:
    table = read_table(text.encode())
    run = begin_import(table, map_columns(table.headers), ImportOptions(**options))
    return ImportFile.objects.get(work=run)


def stored_rows() -> list[PayloadRow]:
    return [
        row
        for chunk in ImportChunk.objects.all()
        for row in PayloadRows.model_validate_json(chunk.content).rows
    ]


# What is stored -----------------------------------------------------------------


def test_only_allowed_columns_and_given_names_are_kept() -> None:
    writer = written(TEXT)
    [chunk] = writer.chunks()
    assert [(row.number, row.cells, row.refusal) for row in chunk.rows] == [
        (2, ("ana@example.com", "Ana", ""), ""),
        (3, ("…", "Bea", "Bea"), ""),
        (4, ("<test lead",), ""),
        (5, ("", "", ""), "The row has 5 cells, the headers are 4."),
    ]
    payload = writer.payload
    assert payload.door == "free"
    assert payload.fields == ("email", "first_name", "full_name")
    assert payload.headers == ("Email", "First Name", "Full Name")
    assert payload.dropped == ("Notes",)
    assert payload.mapping.columns == {
        "email": (0,),
        "first_name": (1,),
        "full_name": (2,),
    }


def test_first_names_that_hold_more_are_counted_and_full_names_are_not() -> None:
    names = "Email,First Name\na@b.com,Ana\na@b.com,Ana B\na@b.com,=1\na@b.com\n"
    for text in (TEXT, names):
        writer = written(text)
        list(writer.chunks())
        assert writer.notes.noted["cut_names"].count == 1


@pytest.mark.parametrize(
    ("field", "cell", "kept"),
    [
        ("email", "Joy Secret <joy@example.com>", "joy@example.com"),
        ("email", "a@b.com; c@d.com", "a@b.com c@d.com"),
        ("email", "see notes", "…"),
        ("phone", "call Secret", "…"),
        ("phone", "cell: (212) 555-0123 (Mom)", "(212) 555-0123 (|)"),
        ("phone", "212\u2011555\u20110123", "212\u2010555\u20100123"),
        ("phone", "212-555-0123 or 212-555-0199", "212-555-0123 | 212-555-0199"),
        ("phone", "tel:+12125550123", "+12125550123"),
        ("source", "friend of Secret", "other"),
        ("campaign_name", "Spring", "Spring"),
        ("campaign_name", "born 1990-01-02", "…"),
        ("ad_platform", "a billboard", ""),
        ("tags", "Botox; VIP, allergic", "Botox, VIP, …"),
        ("tags", "allergic", "…"),
        ("procedure", "Nose job", "RHINO"),
        ("procedure", "allergic", "…"),
        ("procedure", "Lip filler 1 ml", "Lip filler 1 ml"),
        ("expected_value", "$1,200.50 USD", "$1,200.50 USD"),
        ("expected_value", "Secret 5", "…"),
        ("created_at", "Jul 22 2026 02:09 PM", "Jul 22 2026 02:09 PM"),
        ("created_at", "2026-07-22T14:09:00Z", "2026-07-22T14:09:00Z"),
        ("created_at", "13.4.2026 allergic", "…"),
        ("external_id", "501", "…"),
        ("external_id", "k3fQ9xMvT2aLbC7dEw01", "k3fQ9xMvT2aLbC7dEw01"),
        ("stage", "allergic", "…"),
        ("assigned_to", "Pat Doe", "Pat Doe"),
        ("assigned_to", "Dr. Secret", "…"),
        ("email", "x" * 2_001, "…"),
        ("phone", "n/a", ""),
    ],
)
def test_of_a_cell_only_what_its_column_is_for_is_stored(
    field: str, cell: str, kept: str
) -> None:
    importer = IMPORTERS_BY_NAME["free"]
    mapping = ColumnMapping(importer, ("X",), {field: (0,)})
    assert AllowedCells(mapping, NAMES, REPEATED).of(CsvRow(2, (cell,))) == (kept,)


@pytest.mark.parametrize(
    ("cell", "is_one"),
    [
        ("<test lead: dummy data for email>", True),
        ("<Test Lead", True),
        ("test", False),
    ],
)
def test_a_test_row_is_known_by_any_cell(cell: str, is_one: bool) -> None:
    assert is_test_row(CsvRow(2, ("a", cell))) is is_one


def test_people_get_back_what_can_be_mended_and_nothing_else() -> None:
    mapping = map_columns(("Email", "Name", "Tags", "Campaign", "Notes"))
    row = CsvRow(2, ("Ana Secret", "Ana Secret", "Botox, rash", "Rash", "private"))
    assert AllowedCells(mapping, NAMES).for_people(row) == ("", "Ana", "Botox", "")


# How it is counted and forgotten ---------------------------------------------------


@pytest.mark.usefixtures("clinic")
def test_work_begins_with_a_title_its_owner_and_a_place_to_go(manager: User) -> None:
    with acting(user=manager):
        file = start_job(creates_campaigns=True)
    assert file.work.title == "Import 4 rows: Spreadsheet"
    assert (
        start_job("Email\nana@example.com\n").work.title == "Import 1 row: Spreadsheet"
    )
    assert (file.work.made_by, file.work.total) == (manager, 4)
    assert arguments_of(file.work) == ImportArguments(
        file=file.pk, creates_campaigns=True
    )
    assert (file.rows, file.done, file.is_settled) == (4, 0, False)
    assert not arguments_of(start_job().work).creates_campaigns


@pytest.mark.usefixtures("clinic")
def test_a_file_that_cannot_be_kept_leaves_no_work() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE leads_importchunk ADD CHECK (false) NOT VALID")
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
    assert [row.number for row in stored_rows()] == [3, 5]
    assert read_payload(file).sentences == (
        "1 test row was skipped.",
        "1 name was cut to the first name; last names aren't stored.",
    )
    reason = Lead.objects.get().history.get().history_change_reason
    assert reason == "Imported from a file: Spreadsheet"


@pytest.mark.usefixtures("clinic")
def test_rows_stand_in_chunks_and_each_is_deleted_when_it_is_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("leads.intake.files.payload.FIRST_CHUNK_ROWS", 1)
    monkeypatch.setattr("leads.intake.files.payload.CHUNK_ROWS", 2)
    file = start_job(
        "Name,Email\n" + "".join(f"Ana,a{n}@b.com\n" for n in range(4)) + "B,x\n"
    )
    assert file.chunks.count() == 3
    large.carry_out(ImportArguments(file=file.pk), NullProgress())
    file.refresh_from_db()
    assert (file.created, file.failed, file.left) == (4, 1, 0)
    assert [row.number for row in stored_rows()] == [6]


@pytest.mark.usefixtures("clinic")
def test_who_goes_on_keeps_what_an_earlier_attempt_noted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("leads.intake.files.payload.FIRST_CHUNK_ROWS", 1)
    rows = "".join(f"Ana,ana{n}@example.com,VIP\n" for n in range(2))
    file = start_job(f"Name,Email,Tags\n{rows}")
    with pytest.raises(JobCanceled):
        large.carry_out(ImportArguments(file=file.pk), AskedToStop())
    large.carry_out(ImportArguments(file=file.pk), NullProgress())
    file = ImportFile.objects.get()
    assert (file.created, Lead.objects.count()) == (2, 2)
    assert read_payload(file).sentences == (
        "Unknown tags, waiting under Suggested tags: VIP (2).",
    )


@pytest.mark.usefixtures("clinic")
def test_a_reason_is_cut_to_what_its_column_holds() -> None:
    file = start_job("Name,Email,Phone,Contact Id\nAna,x,y,a b\n")
    large.carry_out(ImportArguments(file=file.pk), NullProgress())
    [reason] = ImportFile.objects.get().failed_reasons
    assert 200 < len(reason) <= 300


@pytest.mark.usefixtures("clinic")
@pytest.mark.parametrize(
    "counted", [{"skipped": 1}, {"failed_rows": [2], "failed_reasons": ["No name"]}]
)
def test_a_chunk_that_somebody_else_counted_is_not_counted_again(
    counted: dict[str, Any],
) -> None:
    file = start_job()
    ImportFile.objects.update(**counted)
    with pytest.raises(Overtaken):
        count_chunk(file, {})


@pytest.mark.usefixtures("clinic")
def test_a_chunk_of_a_canceled_import_is_not_counted() -> None:
    file = start_job()
    finalize(file.pk)
    with pytest.raises(Overtaken):
        count_chunk(file, {})


class AskedToStop(NullProgress):
    def step(self, count: int = 1) -> None:
        raise JobCanceled


@pytest.mark.usefixtures("clinic")
def test_rows_stay_when_a_worker_stops_since_another_may_have_taken_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("leads.intake.files.payload.FIRST_CHUNK_ROWS", 1)
    file = start_job()
    with pytest.raises(JobCanceled):
        large.carry_out(ImportArguments(file=file.pk), AskedToStop())
    file = ImportFile.objects.get()
    assert (file.created, file.left) == (1, 3)
    assert not file.is_settled
    assert stored_rows()


@pytest.mark.usefixtures("clinic")
def test_an_import_that_is_done_can_not_be_canceled_any_more() -> None:
    file = start_job()
    JobRun.objects.update(cancel_asked_at=timezone.now())
    said = large.carry_out(ImportArguments(file=file.pk), AskedToStop())
    assert said == "1 created, 0 updated, 1 skipped, 2 failed."
    assert ImportFile.objects.get().left == 0


@pytest.mark.usefixtures("clinic")
def test_only_ended_work_is_settled() -> None:
    start_job()
    finalize_ended()
    assert not ImportFile.objects.get().is_settled
    JobRun.objects.update(state=RunState.CANCELED, finished_at=timezone.now())
    finalize_ended()
    assert ImportFile.objects.get().is_settled
    assert not stored_rows()


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
        assert bool(stored_rows()) is (not forgotten)
    assert delete_old_failed_rows() == 0
    assert take_failed_rows(file.pk) == ""


@pytest.mark.usefixtures("clinic")
def test_the_failed_rows_are_a_file_under_their_headers() -> None:
    file = start_job(TEXT.replace("nothing", "me@nowhere"))
    large.carry_out(ImportArguments(file=file.pk), NullProgress())
    factories.ImportFileFactory()
    lines = take_failed_rows(file.pk).splitlines()
    assert lines[0] == "Row,Reason,Email,First Name,Full Name"
    assert lines[1].startswith("3,") and lines[1].endswith("me@nowhere,Bea,Bea")
    assert lines[2].startswith("5,") and len(lines) == 3
    assert take_failed_rows(file.pk) == ""
