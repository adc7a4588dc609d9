"""Reading a file: encodings, separators, quotes, and what is refused."""

import pytest

from leads.intake.files.refusals import FileRefused
from leads.intake.files.table import FileTable, read_table


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
        (b'Name,Phone\n"' + b"x\n" * 10_300 + b'",1\n', "row 2 never closes"),
        (b"a," * 2000, "more than 1,000 columns"),
        (b"Ava,ava@example.com\nMia,mia@example.com\n", "looks like a contact"),
        (b"Ava,(212) 555-0123\n", "looks like a contact"),
        (b"Ava,1988-04-02\n", "looks like a contact"),
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
    table: FileTable = read_table(TABLE.encode())
    assert list(table.rows()) == list(table.rows())


# At the edges ---------------------------------------------------------------------


def test_a_thousand_columns_are_read() -> None:
    headers = ",".join(f"h{number}x" for number in range(1_000))
    assert len(read_table(headers.encode()).headers) == 1_000
    with pytest.raises(FileRefused, match="more than 1,000 columns"):
        read_table(f"{headers},one more".encode())


def test_a_cell_of_ten_thousand_lines_is_read() -> None:
    def file(lines: int) -> bytes:
        return b'Name,Phone\nMia,1\n"' + b"x\n" * (lines - 1) + b'",1\nAva,2\n'

    assert [row.number for row in read_table(file(10_000)).rows()] == [2, 3, 4]
    with pytest.raises(FileRefused, match="row 3 never closes"):
        read_table(file(10_001))


def test_a_long_cell_does_not_hide_its_neighbors() -> None:
    [row] = read_table(b"Name,Notes\nMia," + b"x" * 1_000_000).rows()
    assert row.cells[0] == "Mia"


@pytest.mark.parametrize(
    ("titles", "header_row"),
    [
        ("Glow Med Spa,,\n", 2),
        ("Glow Med Spa\nClients of 2025\n\n", 4),
        ("", 1),
        (",Clients,2025\n", 2),
    ],
)
def test_titles_above_the_headers_are_no_headers(titles: str, header_row: int) -> None:
    table = read_table(f"{titles}Name,Phone,Notes\nAva,1,\n".encode())
    assert (table.headers, table.header_row) == (
        ("Name", "Phone", "Notes"),
        header_row,
    )
    assert [row.cells[0] for row in table.rows()] == ["Ava"]


@pytest.mark.parametrize(
    "above", ["a,b,c\n", "Ava,(212) 555-0123\n", "ana@example.com\n"]
)
def test_data_above_something_like_headers_is_no_title(above: str) -> None:
    """Else a person's cells would be told as names of columns that are left out."""
    text = f"{above}Phone,Email,x\n".encode()
    try:
        assert read_table(text).headers == tuple(above.strip().split(","))
    except FileRefused as refusal:
        assert "looks like a contact" in str(refusal)


def test_the_row_of_headers_can_be_named() -> None:
    table = read_table(b"Kontakt,Wer\nWas,Wen\na@example.com,Ava\n", header_row=2)
    assert table.headers == ("Was", "Wen")
    assert [row.number for row in table.rows()] == [3]
    with pytest.raises(FileRefused, match="nothing from row 2 on"):
        read_table(b"Name,Phone\n", header_row=2)


def test_more_rows_than_allowed_are_refused() -> None:
    text = b"Name,Phone\n" + b"Ava,1\n" * 3
    assert read_table(text, max_rows=3).row_count == 3
    with pytest.raises(FileRefused, match="more than 2 rows"):
        read_table(text, max_rows=2)


@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\r", "\n\n", "\n , \n"])
def test_the_last_row_is_read_however_the_file_ends(end: str) -> None:
    table = read_table(f"Name,Phone\nAva,1{end}".encode())
    assert (table.row_count, [row.cells for row in table.rows()]) == (1, [("Ava", "1")])


def test_headers_alone_are_a_table_without_rows() -> None:
    table = read_table(b"Name,Phone")
    assert (table.row_count, list(table.rows())) == (0, [])


def test_cells_and_headers_have_no_spaces_around_them() -> None:
    table = read_table(b" Name , Phone\n Ava ,\t1 \n")
    assert table.headers == ("Name", "Phone")
    assert [row.cells for row in table.rows()] == [("Ava", "1")]


def test_the_first_rows_of_a_table_are_a_table() -> None:
    table = read_table(b"Name,Phone\nAva,1\nMia,2\nZoe,3\n")
    assert table.row_count == 3
    assert [row.cells[0] for row in table.first(2).rows()] == ["Ava", "Mia"]
    assert table.first(2).row_count == 2
    assert table.first(4).row_count == 3


@pytest.mark.parametrize("line", ["sep=;", "SEP=; ", "sep=|"])
def test_a_separator_line_may_be_written_in_several_ways(line: str) -> None:
    mark = line.strip()[-1]
    table = read_table(f"\n{line}\r\nName{mark}Phone\r\nA,B{mark}1\r\n".encode())
    assert table.headers == ("Name", "Phone")
    assert [row.cells for row in table.rows()] == [("A,B", "1")]


@pytest.mark.parametrize("line", ["sep=", "sep=;;", "x sep=;", "Name;sep=,"])
def test_any_other_line_is_a_header(line: str) -> None:
    assert read_table(f"{line}\nAva\n".encode()).headers[0].startswith(line[:3])


def test_the_separator_is_the_one_in_every_line() -> None:
    """More commas than semicolons in the headers, but one line has none."""
    data = b"First, given;Last, family;Phone, work\nAva;Lund;1\n"
    assert read_table(data).headers == ("First, given", "Last, family", "Phone, work")


def test_of_two_in_every_line_the_headers_decide() -> None:
    assert read_table(b"A;B;C,D\n1;,\n").headers == ("A", "B", "C,D")


def test_separators_in_quotes_and_blank_lines_do_not_count() -> None:
    data = b'"a;b;c;d",Phone\n\n"e;f;g;h",1\n'
    assert read_table(data).headers == ("a;b;c;d", "Phone")


def test_twenty_lines_decide_on_the_separator() -> None:
    def headers(regular: int) -> tuple[str, ...]:
        return read_table(b"A,B;C,D\n" + b"1,2;3,4\n" * regular + b"x;y\n").headers

    assert headers(19) == ("A", "B;C", "D")
    assert headers(18) == ("A,B", "C,D")


@pytest.mark.parametrize(
    "header",
    ["ava@example.com", "Write to AVA@EXAMPLE.COM", "a@b.co", "555-0123", "1988/04"],
)
def test_a_value_is_no_header(header: str) -> None:
    with pytest.raises(FileRefused, match="The first row looks like a contact"):
        read_table(f"Name,{header}\n".encode())


@pytest.mark.parametrize(
    "header",
    [
        "a@b",
        "@name",
        "a@b.c",
        "555-01",
        "2026",
        "2024-2025",
        "E-mail 1",
        "Phone 5550123",
        "Email (e.g. name@example.com)",
    ],
)
def test_a_header_may_hold_signs_and_short_numbers(header: str) -> None:
    assert read_table(f"Name,{header}\n".encode()).headers == ("Name", header)


@pytest.mark.parametrize("data", [b'Na"me', b'"Name"'])
def test_a_quotation_mark_that_closes_or_opens_nothing_is_read(data: bytes) -> None:
    assert read_table(data + b",Phone\nAva,1\n").row_count == 1
