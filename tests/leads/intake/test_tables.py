"""Reading a file: encodings, separators, quotes, and what is refused."""

import pytest

from leads.intake.errors import FileRefused
from leads.intake.table import Table, read_table


def cells(data: bytes) -> list[tuple[str, ...]]:
    return [row.cells for row in read_table(data).rows()]


TABLE = "Name,E-mail\nZoë,zoe@example.com\n"


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"],
)
def test_every_usual_encoding_is_read(encoding: str) -> None:
    assert cells(TABLE.encode(encoding)) == [("Zoë", "zoe@example.com")]


def test_lines_of_two_encodings_in_one_file_are_both_read() -> None:
    data = b"Name,Phone\n" + "Zoë,1\n".encode() + "René,2\n".encode("cp1252")
    assert cells(data) == [("Zoë", "1"), ("René", "2")]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_separators_and_line_ends_are_found_out(separator: str, line_end: str) -> None:
    lines = [separator.join(("First Name", "Phone")), separator.join(("Ava", "1"))]
    assert cells(line_end.join(lines).encode()) == [("Ava", "1")]


def test_commas_in_a_header_do_not_hide_the_real_separator() -> None:
    data = b"What, if any, do you like?;Email\nlips;a@example.com\n"
    assert read_table(data).headers == ("What, if any, do you like?", "Email")


def test_excels_separator_line_is_not_a_header() -> None:
    assert read_table(b"sep=;\r\nName;Phone\r\nAva;1\r\n").headers == ("Name", "Phone")


def test_blank_lines_are_no_rows_but_keep_the_numbers_of_the_others() -> None:
    table = read_table(b"\nName,Phone\n\n , \nAva,1\n")
    assert table.row_count == 1
    assert [row.number for row in table.rows()] == [5]


def test_nul_bytes_are_taken_out() -> None:
    assert cells(b"Na\0me,Phone\nA\0va,1\n") == [("Ava", "1")]


def test_a_cell_may_hold_several_lines() -> None:
    assert cells(b'Name,Notes\nAva,"one\ntwo"\n') == [("Ava", "one\ntwo")]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "empty"),
        (b"\r\n \r\n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"PK\x03\x04rest of a workbook", "Save the table as CSV"),
        (b"\x89PNG\r\n\x1a\n0000", "picture"),
        (bytes(range(256)) * 40, "not a text file"),
        (b'Name,Phone\n"Ava,1\nMia,2\n', "row 2 never closes"),
        (b'Name,Phone\nAva,1\nMia,"2', "row 3 never closes"),
        (b'Name,Phone\n"' + b"x\n" * 300 + b'",1\n', "row 2 never closes"),
        (b"Name,Phone\n" + b"x" * 10_000_000, "more than 131,072 characters"),
        (b"a," * 2000, "more than 1,000 columns"),
        (b"Ava,ava@example.com\nMia,mia@example.com\n", "looks like somebody's data"),
        (b"Ava,(212) 555-0123\n", "looks like somebody's data"),
        (b"Ava,1988-04-02\n", "looks like somebody's data"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_one_sentence(
    data: bytes, sentence: str
) -> None:
    with pytest.raises(FileRefused, match=sentence) as refusal:
        read_table(data)
    assert "\n" not in str(refusal.value)
    assert "ava@example.com" not in str(refusal.value)


def test_a_table_can_be_walked_twice() -> None:
    table: Table = read_table(TABLE.encode())
    assert list(table.rows()) == list(table.rows())
