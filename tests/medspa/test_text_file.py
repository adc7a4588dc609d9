"""From bytes to text: byte order marks, encodings, binary files, edge cases."""

import codecs

import pytest

from medspa.reading.text_file import CONTROL, SAMPLE_BYTES, NotText, decode


@pytest.mark.parametrize(
    ("magic", "what"),
    [
        (b"PK\x03\x04", "This is a workbook (.xlsx) or a zip file"),
        (b"\xd0\xcf\x11\xe0", "This is an old workbook (.xls)"),
        (b"%PDF", "This is a PDF"),
        (b"\x89PNG", "This is a picture"),
        (b"\xff\xd8\xff", "This is a picture"),
        (b"GIF8", "This is a picture"),
        (b"\x1f\x8b", "This is a compressed file"),
        (b"SQLite format 3", "This is a database"),
    ],
)
def test_what_people_pick_by_mistake_is_told_by_its_kind(
    magic: bytes, what: str
) -> None:
    with pytest.raises(NotText) as refusal:
        decode(magic + b" and more")
    assert str(refusal.value) == f"{what}. Save the table as CSV and try again."
    assert decode(b"x" + b"%PDF") == "x%PDF"


@pytest.mark.parametrize("data", [b"", b" \r\n\t", b"\0\0", b"\x1e", codecs.BOM_UTF8])
def test_nothing_is_an_empty_file(data: bytes) -> None:
    with pytest.raises(NotText, match=r"The file is empty\."):
        decode(data)


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ],
)
def test_a_byte_order_mark_says_the_encoding_and_is_taken_away(
    mark: bytes, encoding: str
) -> None:
    assert decode(mark + "Zoë,山田".encode(encoding)) == "Zoë,山田"


@pytest.mark.parametrize("mark", [codecs.BOM_UTF8, codecs.BOM_UTF16_LE])
def test_what_is_broken_behind_a_mark_is_read_with_a_gap(mark: bytes) -> None:
    assert "\ufffd" in decode(mark + b"A\xff\xdc\xdc")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", ["Name", "Name,Phone\nZoë,1", "Nam"])
def test_western_text_in_utf_16_is_read_without_a_mark(
    encoding: str, text: str
) -> None:
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_two_odd_letters_in_ten_are_still_western_text(encoding: str) -> None:
    """Eight NULs in ten in one half of the bytes, none in the other."""
    assert decode(("a" * 8 + "山田").encode(encoding)) == "aaaaaaaa山田"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_at_seven_nuls_in_ten_nothing_is_guessed(encoding: str) -> None:
    odd = ("abcdefg" + "山" * 3).encode(encoding)
    assert decode(odd) == odd.replace(b"\0", b"").decode("windows-1252", "replace")


def test_nuls_in_both_halves_are_no_utf_16() -> None:
    data = b"a\0" * 18 + b"\0\0" * 2
    with pytest.raises(NotText, match="not a text file"):
        decode(data)


def test_nul_and_record_separator_are_taken_out() -> None:
    assert decode(b"A\0na\x1e,1") == "Ana,1"


def test_each_line_is_read_by_itself_when_the_whole_is_no_utf_8() -> None:
    data = "Zoë\n".encode() + "René\r\n".encode("cp1252") + b"\x81\n"
    assert decode(data) == "Zoë\nRené\r\n\ufffd\n"


@pytest.mark.parametrize(
    ("stray", "size"),
    [(8, 9), (8, 400), (8, 449), (10, 500), (20, 1_000)],
)
def test_up_to_eight_stray_characters_or_one_in_fifty_are_text(
    stray: int, size: int
) -> None:
    data = b"\x01" * stray + b"a" * (size - stray)
    assert decode(data) == data.decode()
    with pytest.raises(NotText, match=r"not a text file\. Save the table as CSV"):
        decode(b"\x01" + data[:-1])


@pytest.mark.parametrize(("nuls", "size"), [(8, 40), (8, 89), (10, 100), (30, 300)])
def test_up_to_eight_nuls_or_one_in_ten_are_text(nuls: int, size: int) -> None:
    def data(count: int) -> bytes:
        # In pairs of a letter and two NULs, so that it is no UTF-16.
        return b"a\0\0" * (count // 2) + b"\0" * (count % 2) + b"a" * size

    assert set(decode(data(nuls)[:size])) == {"a"}
    with pytest.raises(NotText):
        decode(data(nuls + 1)[:size])


def test_only_the_first_64_kilobytes_are_judged() -> None:
    text = b"a" * SAMPLE_BYTES
    assert SAMPLE_BYTES == 65_536
    assert decode(text + b"\x01" * SAMPLE_BYTES)
    with pytest.raises(NotText):
        decode(text[:-1_311] + b"\x01" * 1_311)


def test_tab_and_line_ends_are_no_stray_characters() -> None:
    usual = b"\t\n\x0c\r\x1b"
    assert not set(CONTROL) & set(usual + b" aZ~\x80\xff")
    assert set(CONTROL) | set(usual) | {0} == {*range(32), 127}
