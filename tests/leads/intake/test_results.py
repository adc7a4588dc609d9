"""What is given back: counts, sentences, failed rows as a file, choices of columns."""

import csv
import io
from base64 import b64decode
from typing import Any

import pytest
from django.db import IntegrityError

from leads.intake.database_errors import (
    UNKNOWN_ERROR,
    sentence_for,
)
from leads.intake.files.failed_rows import failed_csv, failed_rows_csv
from leads.intake.files.mapping import map_columns
from leads.intake.files.result import FailedRow, ImportResult
from leads.intake.files.table import FileTable, read_table
from leads.intake.files.upload import UploadReport, _columns, failures, import_upload
from leads.intake.incoming import INCOMING_FIELDS
from leads.intake.take_in import ImportOptions
from medspa.postgres.violations import constraint_sentences
from medspa.web.csv import without_formula


def result(**values: Any) -> ImportResult:
    return ImportResult(
        **{
            "title": "Spreadsheet",
            "is_dry_run": False,
            "rows": 2,
            "created": 0,
            "updated": 0,
            "skipped": 0,
            "failed_rows": (),
            "failed_headers": (),
            "dropped": (),
            "notes": (),
        }
        | values
    )


def failed(*reasons: str) -> tuple[FailedRow, ...]:
    return tuple(
        FailedRow(number, reason, ("Ana",))
        for number, reason in enumerate(reasons, start=2)
    )


def test_the_summary_counts_every_row() -> None:
    told = result(rows=3_456, created=1_200, updated=1_100, skipped=1_155)
    told = ImportResult(**vars(told) | {"failed_rows": failed("a reason")})
    assert told.summary == (
        "Spreadsheet, 3,456 rows: 1,200 created, 1,100 updated, 1,155 skipped, "
        "1 failed."
    )


def test_a_dry_run_says_what_would_be() -> None:
    assert result(rows=1, created=1, is_dry_run=True).summary == (
        "Spreadsheet, 1 row: 1 would be created, 0 updated, 0 skipped, 0 failed."
    )


@pytest.mark.parametrize(
    ("dropped", "sentence"),
    [
        ((), ""),
        (("Notes",), "1 column was skipped: Notes."),
        (("Last Name", "Notes"), "2 columns were skipped: Last Name, Notes."),
    ],
)
def test_dropped_columns_are_one_sentence(
    dropped: tuple[str, ...], sentence: str
) -> None:
    assert result(dropped=dropped).dropped_sentence == sentence


def test_the_commonest_reason_comes_first() -> None:
    told = result(failed_rows=failed("rare", "often", "often"))
    assert told.failed == 3
    assert told.reasons == [("often", 2), ("rare", 1)]
    assert UploadReport(result=told).failures == [("often", "3, 4"), ("rare", "2")]
    assert UploadReport().failures == []


def test_eight_row_numbers_are_listed_and_the_others_counted() -> None:
    def listed(count: int) -> str:
        [(_, numbers)] = failures(
            ("a", number) for number in range(1_000, 1_000 + count)
        )
        return numbers

    eight = "1,000, 1,001, 1,002, 1,003, 1,004, 1,005, 1,006, 1,007"
    assert listed(8) == eight
    assert listed(9) == f"{eight} and 1 more"
    assert listed(1_008) == f"{eight} and 1,000 more"


def test_cells_of_a_failed_row_are_in_no_repr() -> None:
    assert "Ana" not in repr(result(failed_rows=failed("a reason")))


# Failed rows as a file ----------------------------------------------------------


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_cell_that_a_spreadsheet_would_run_is_made_text(start: str) -> None:
    assert without_formula(f"{start}cmd()") == f"'{start}cmd()"


@pytest.mark.parametrize("cell", ["", "Ana", "a=b", "1-2", " =1"])
def test_any_other_cell_stays_as_it_is(cell: str) -> None:
    assert without_formula(cell) == cell


def test_failed_rows_are_a_file_with_numbers_reasons_and_harmless_cells() -> None:
    rows = [FailedRow(7, "No, not so.", ("=Ana", "a,b"))]
    text = failed_rows_csv(["+First", "Email"], rows)
    assert list(csv.reader(io.StringIO(text))) == [
        ["Row", "Reason", "'+First", "Email"],
        ["7", "No, not so.", "'=Ana", "a,b"],
    ]
    told = result(failed_rows=tuple(rows), failed_headers=("+First", "Email"))
    assert failed_csv(told) == text


def test_the_page_holds_the_failed_rows_in_an_address() -> None:
    told = result(failed_rows=failed("a reason"), failed_headers=("Zoë",))
    start, data = UploadReport(result=told).failed_href.split(",")
    assert start == "data:text/csv;charset=utf-8;base64"
    assert b64decode(data).decode() == "\ufeff" + failed_csv(told)
    assert UploadReport(result=result()).failed_href == ""
    assert UploadReport().failed_href == ""


# The database's refusals --------------------------------------------------------


class Diagnosis:
    def __init__(self, name: str | None) -> None:
        self.constraint_name = name


class Cause(Exception):
    def __init__(self, name: str | None) -> None:
        self.diag = Diagnosis(name)


def refusal(name: str | None) -> IntegrityError:
    error = IntegrityError("private")
    error.__cause__ = Cause(name)
    return error


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        (
            "leads_lead_first_name_is_one_given_name",
            "Enter one first name. Last names aren't stored.",
        ),
        (
            "leads_lead_external_id_is_of_gohighlevel",
            "A GoHighLevel contact ID has 20 letters and digits.",
        ),
        ("leads_lead_external_id_key", "Another lead already has this contact ID."),
        ("something_else", UNKNOWN_ERROR),
        (None, UNKNOWN_ERROR),
    ],
)
def test_a_refusal_is_the_sentence_of_its_constraint(
    name: str | None, sentence: str
) -> None:
    assert sentence_for(refusal(name)) == sentence


def test_an_error_without_a_cause_is_one_sentence_too() -> None:
    assert sentence_for(IntegrityError("private")) == UNKNOWN_ERROR


@pytest.mark.parametrize(
    "table", ["lead", "leadstage", "leadtag", "activity", "opportunity"]
)
def test_the_constraints_of_every_table_that_is_written_have_sentences(
    table: str,
) -> None:
    assert any(name.startswith(f"leads_{table}_") for name in constraint_sentences())


# The columns on the page ----------------------------------------------------------


def table_of(*headers: str) -> FileTable:
    return read_table((",".join(headers) + "\n").encode())


def test_each_column_offers_every_field_and_to_be_left_out() -> None:
    table = table_of("Email", "", "Kontakt")
    email, contact = _columns(table, map_columns(table.headers))
    assert email.name == "Email"
    assert email.choices == (
        ("Email=", "Skip", False),
        *(
            (f"Email={field}", label, field == "email")
            for field, label in INCOMING_FIELDS.items()
        ),
    )
    assert (email.is_used, contact.is_used) == (True, False)
    assert contact.choices[0] == ("Kontakt=", "Skip", True)
    assert not any(chosen for _, _, chosen in contact.choices[1:])


def test_without_a_mapping_a_choice_wishes_nothing() -> None:
    [column] = _columns(table_of("Kontakt"), None)
    assert column.choices[-1] == ("", "Choose…", True)
    assert [chosen for _, _, chosen in column.choices].count(True) == 1
    assert column.is_used


def test_a_refused_file_keeps_the_columns_that_were_chosen() -> None:
    file = b"Vorname,Blah\nAnna,x\n"
    report = import_upload(file, "", ["Vorname=first_name"], ImportOptions())
    assert report.refusal
    name, blah = report.columns
    assert [value for value, _, chosen in name.choices if chosen] == [
        "Vorname=first_name"
    ]
    assert [label for _, label, chosen in blah.choices if chosen] == ["Choose…"]


def test_what_only_the_format_reads_is_found_out_by_itself() -> None:
    table = table_of("email", "is_organic", "ad_id", "created_time")
    organic = _columns(table, map_columns(table.headers))[1]
    assert organic.choices[-1] == ("", "Detected automatically", True)
