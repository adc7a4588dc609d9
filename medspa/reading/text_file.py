"""The text of a file, whatever program and encoding wrote it."""

import codecs
from pathlib import Path

from medspa.refusals import Refused


class FileUnreadable(Refused):
    """A path that a command got names a folder, no file, or one that is too large."""

    code = "file_unreadable"


class NotText(Refused):
    """The bytes can't be read as text."""

    code = "not_text"


# The first bytes of files that people pick by mistake, and what to say about them.
NOT_TEXT = (
    (b"PK\x03\x04", "This is a workbook (.xlsx) or a zip file"),
    (b"\xd0\xcf\x11\xe0", "This is an old workbook (.xls)"),
    (b"%PDF", "This is a PDF"),
    (b"\x89PNG", "This is a picture"),
    (b"\xff\xd8\xff", "This is a picture"),
    (b"GIF8", "This is a picture"),
    (b"\x1f\x8b", "This is a compressed file"),
    (b"SQLite format 3", "This is a database"),
)
# UTF-32 before UTF-16: its mark begins with the same two bytes.
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# A control character that readers of tables may use as their own mark.
RECORD_SEPARATOR = "\x1e"
MEGABYTE = 1024 * 1024
SAMPLE_BYTES = 64 * 1024
# Control characters that no exported table holds; NUL is counted separately.
CONTROL = bytes({*range(1, 9), 11, *range(14, 27), 28, 29, 30, 31, 127})


def read_bytes(path: Path, max_megabytes: int, advice: str = "") -> bytes:
    """A file's bytes, for commands; raises FileUnreadable.

    `advice` is what to do with a file that is too large.
    """
    try:
        if path.is_dir():
            raise FileUnreadable(f"{path} is a folder. Name a file.")
        if path.stat().st_size > max_megabytes * MEGABYTE:
            too_large = f"The file is larger than {max_megabytes} MB."
            raise FileUnreadable(f"{too_large} {advice}".strip())
        return path.read_bytes()
    except OSError as error:
        raise FileUnreadable(f"{path} cannot be read: {error.strerror}.") from None


def decode(data: bytes) -> str:
    """The file's text without byte order mark, NUL and record separators.

    UTF-8, UTF-16 and UTF-32 are recognized; a line that is none of them is read as
    Windows-1252, so files of mixed encodings work too. Raises NotText.
    """
    if not data.strip():
        raise NotText("The file is empty.")
    for magic, what in NOT_TEXT:
        if data.startswith(magic):
            raise NotText(f"{what}. Save the table as CSV and try again.")
    text = _text(data).replace("\0", "").replace(RECORD_SEPARATOR, "")
    if not text.strip():
        raise NotText("The file is empty.")
    return text


def _text(data: bytes) -> str:
    for mark, encoding in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, errors="replace")
    sample = data[:SAMPLE_BYTES]
    if encoding := _unmarked_utf16(sample):
        return data.decode(encoding, errors="replace")
    if _is_binary(sample):
        raise NotText("This is not a text file. Save the table as CSV.")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return "".join(_line(line) for line in data.splitlines(keepends=True))


def _line(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("windows-1252", errors="replace")


def _unmarked_utf16(sample: bytes) -> str:
    """Western text in UTF-16 has a NUL in every second byte."""
    half = max(len(sample) // 2, 1)
    if sample[1::2].count(0) > 0.7 * half and sample[::2].count(0) < 0.1 * half:
        return "utf-16-le"
    if sample[::2].count(0) > 0.7 * half and sample[1::2].count(0) < 0.1 * half:
        return "utf-16-be"
    return ""


def _is_binary(sample: bytes) -> bool:
    stray = len(sample) - len(sample.translate(None, CONTROL))
    return stray > max(8, len(sample) // 50) or sample.count(0) > max(
        8, len(sample) // 10
    )
