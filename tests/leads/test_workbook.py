"""Cells of a workbook: text is text, money money, and a day the day that it is."""

import io
import os
import zipfile
from datetime import UTC, date, datetime
from typing import Any

import openpyxl
import pytest

from leads.intake.files.failed_rows import failed_rows_csv
from leads.intake.files.result import FailedRow
from leads.lead_list.export import CSV, _csv
from leads.lead_list.export_rows import HEADERS
from medspa.web.csv import without_formula
from medspa.web.xlsx import MOST_ROWS, workbook

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"]
# As a clinic's clock shows it.
CLOCK = datetime(2026, 3, 4, 5, 6, 59, tzinfo=UTC).replace(tzinfo=None)
TEXTS = ["1+1", "a=b", " =1", "'=1", "Ana", "(212) 555-0101", "\n=1"]


def book_of(rows: list[list[Any]], headers: tuple[str, ...] = ("H",)) -> Any:
    data = b"".join(workbook(headers, rows, "Leads"))
    return openpyxl.load_workbook(io.BytesIO(data))


def cell_of(value: Any) -> Any:
    return book_of([[value]]).active["A2"]


@pytest.mark.parametrize("text", FORMULAS)
def test_what_looks_like_a_formula_is_marked_as_text(text: str) -> None:
    cell = cell_of(text)
    assert (cell.data_type, cell.quotePrefix) == ("s", True)
    assert cell.value.strip() == text.strip()


@pytest.mark.parametrize("text", TEXTS)
def test_other_text_is_written_as_it_is(text: str) -> None:
    cell = cell_of(text)
    assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", False)
    assert cell.number_format == "General"


def test_a_header_that_looks_like_a_formula_is_text_too() -> None:
    assert book_of([], ("=1+1",)).active["A1"].quotePrefix


def test_headers_are_bold_and_stay_in_view() -> None:
    sheet = book_of([["Ana"]]).active
    assert sheet["A1"].font.bold
    assert not sheet["A2"].font.bold
    assert sheet.freeze_panes == "A2"


@pytest.mark.parametrize(
    ("cents", "amount"),
    [(0, 0), (5, 0.05), (120_050, 1200.5), (-5, -0.05), (-120_050, -1200.5), (100, 1)],
)
def test_an_integer_is_money_in_cents(cents: int, amount: float) -> None:
    cell = cell_of(cents)
    assert (cell.value, cell.number_format) == (amount, "#,##0.00")


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 3, 1, 0, 0, tzinfo=UTC),
        datetime(2026, 3, 1, 23, 59, 59, tzinfo=UTC),
        datetime(2024, 2, 29, 13, 5, 7, tzinfo=UTC),
    ],
)
def test_a_moment_shows_its_day_and_time(moment: datetime) -> None:
    cell = cell_of(moment)
    assert cell.number_format == r"yyyy\-mm\-dd hh:mm"
    assert abs((cell.value - moment.replace(tzinfo=None)).total_seconds()) < 0.1


@pytest.mark.parametrize("day", [date(1900, 3, 1), date(2024, 2, 29), date(2026, 3, 1)])
def test_a_day_is_that_day(day: date) -> None:
    cell = cell_of(day)
    assert cell.number_format == r"yyyy\-mm\-dd"
    assert cell.value.date() == day


@pytest.mark.parametrize("nothing", [None, ""])
def test_an_empty_cell_keeps_its_place(nothing: str | None) -> None:
    sheet = book_of([[nothing, "Ana"]], ("A", "B")).active
    assert [cell.value for cell in sheet[2]] == [None, "Ana"]


def test_text_keeps_what_xml_would_take_and_loses_what_it_cannot_hold() -> None:
    assert cell_of("<b>&\"'</b>").value == "<b>&\"'</b>"
    assert cell_of("  two  spaces ").value == "  two  spaces "
    assert cell_of("a\x00\x08\x0b\x0c\x0e\x1f\ufffe\uffffb").value == "ab"
    assert cell_of("a\tb\nc").value == "a\tb\nc"


@pytest.mark.parametrize(("rows", "sheets"), [(0, 1), (1, 1), (2, 1), (3, 2), (4, 2)])
def test_a_further_sheet_begins_when_one_is_full(rows: int, sheets: int) -> None:
    data = b"".join(workbook(["N"], ([f"n{n}"] for n in range(rows)), "My <list>", 2))
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert book.sheetnames == ["My <list>", "My <list> 2"][:sheets]
    values = [cell.value for sheet in book for (cell,) in sheet.iter_rows(min_row=2)]
    assert [value for value in values if value] == [f"n{n}" for n in range(rows)]


SHEET = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    '<sheetViews><sheetView workbookViewId="0">'
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    '</sheetView></sheetViews><cols><col min="1" max="1" width="18" customWidth="1"/>'
    "</cols><sheetData>"
    '<row><c s="1" t="inlineStr"><is><t xml:space="preserve">H</t></is></c></row>'
    '<row><c s="0" t="inlineStr"><is><t xml:space="preserve">Ana</t></is></c>'
    '<c s="5" t="inlineStr"><is><t xml:space="preserve">=1</t></is></c><c/>'
    '<c s="2"><v>0.00</v></c><c s="2"><v>-0.05</v></c>'
    '<c s="3"><v>46082</v></c><c s="4"><v>46082.500000</v></c></row>'
    "</sheetData></worksheet>"
)
TYPES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.'
    'openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/styles.xml" ContentType="application/vnd.'
    'openxmlformats-officedocument.spreadsheetml.styles+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.'
    'openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
)


def test_the_parts_are_those_of_the_standard() -> None:
    """ECMA-376 part 1; a program less patient than ours reads nothing else."""
    noon = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
    row = ["Ana", "=1", None, 0, -5, date(2026, 3, 1), noon]
    data = b"".join(workbook(["H"], [row], "Leads"))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert sorted(archive.namelist()) == [
            "[Content_Types].xml",
            "_rels/.rels",
            "xl/_rels/workbook.xml.rels",
            "xl/styles.xml",
            "xl/workbook.xml",
            "xl/worksheets/sheet1.xml",
        ]
        assert archive.read("xl/worksheets/sheet1.xml").decode() == SHEET
        assert archive.read("[Content_Types].xml").decode() == TYPES
        relations = archive.read("xl/_rels/workbook.xml.rels").decode()
        assert 'Id="rId1" Type="http://schemas.openxmlformats.org/' in relations
        assert 'relationships/worksheet" Target="worksheets/sheet1.xml"' in relations
        assert 'relationships/styles" Target="styles.xml"' in relations
        book = archive.read("xl/workbook.xml").decode()
        assert '<sheet name="Leads" sheetId="1" r:id="rId1"/>' in book


def test_a_sheet_holds_what_excel_can_open() -> None:
    assert MOST_ROWS + 1 == 2**20


def test_a_long_file_leaves_while_it_is_written() -> None:
    rows = ([os.urandom(3000).hex()] for _ in range(60))
    parts = list(workbook(["H"], rows, "Leads"))
    assert 2 < len(parts) < 8
    assert max(map(len, parts)) < 100_000
    with zipfile.ZipFile(io.BytesIO(b"".join(parts))) as archive:
        assert archive.testzip() is None


def test_a_date_has_room_and_a_long_text_is_not_endless() -> None:
    rows = [["Ana", None, "x" * 100], ["Bea", datetime(2026, 3, 1, tzinfo=UTC), ""]]
    book = book_of(rows, ("Name", "When", "What"))
    widths = [book.active.column_dimensions[name].width for name in "ABC"]
    assert widths == [18, 18, 40]


# CSV ---------------------------------------------------------------------------


@pytest.mark.parametrize("text", FORMULAS)
def test_a_csv_cell_that_looks_like_a_formula_gets_an_apostrophe(text: str) -> None:
    assert without_formula(text) == f"'{text}"
    _, row = _csv(HEADERS, [[text]])
    assert row.decode().strip('"\r\n').startswith("'")
    failed = failed_rows_csv([text], [FailedRow(2, "Why", (text,))])
    assert failed.count(f"'{text}") == 2


@pytest.mark.parametrize("text", ["", *TEXTS])
def test_other_csv_cells_are_left_alone(text: str) -> None:
    assert without_formula(text) == text


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (None, ""),
        (0, "0.00"),
        (7, "0.07"),
        (120_050, "1200.50"),
        (CLOCK, "2026-03-04 05:06"),
        (date(2026, 3, 4), "2026-03-04"),
    ],
)
def test_a_csv_cell_says_its_value(cell: Any, text: str) -> None:
    _, row = CSV.write(["Created", "Do not contact"], [[cell, "end"]])
    assert row.decode() == f"{text},end\r\n"
