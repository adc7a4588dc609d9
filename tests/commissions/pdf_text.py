"""The text of a PDF of ours, one piece for each cell that was written."""

import re
import zlib

OBJECT = re.compile(rb"(\d+) 0 obj\n(.*?)endobj", re.S)
STREAM = re.compile(rb"stream\n(.*?)\nendstream", re.S)
GLYPH = re.compile(r"<(\w{4})> <(\w{4})>")
FONT_OR_TEXT = re.compile(rb"/F(\d+) [\d.]+ Tf|\(((?:[^\\)]|\\.)*)\) Tj", re.S)
ESCAPED = re.compile(rb"\\(.)", re.S)
CONTROLS = {b"r": b"\r", b"n": b"\n", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def texts_of(pdf: bytes) -> list[str]:
    objects = {int(number): body for number, body in OBJECT.findall(pdf)}
    fonts = {
        int(name): _letters(objects, int(number))
        for name, number in re.findall(rb"/F(\d+) (\d+) 0 R", pdf)
    }
    return [
        text
        for page in re.findall(rb"/Contents (\d+) 0 R", pdf)
        for text in _texts(_stream(objects[int(page)]), fonts)
    ]


def _texts(content: bytes, fonts: dict[int, dict[int, str]]) -> list[str]:
    found, letters = [], {}
    for font, text in FONT_OR_TEXT.findall(content):
        if font:
            letters = fonts[int(font)]
            continue
        plain = ESCAPED.sub(lambda each: CONTROLS.get(each[1], each[1]), text)
        numbers = plain.decode("utf-16-be")
        found.append("".join(letters[ord(number)] for number in numbers))
    return found


def _letters(objects: dict[int, bytes], font: int) -> dict[int, str]:
    """The letter of each number that stands for one in this font."""
    number = re.search(rb"/ToUnicode (\d+) 0 R", objects[font])
    assert number
    pairs = GLYPH.findall(_stream(objects[int(number[1])]).decode())
    return {int(glyph, 16): chr(int(letter, 16)) for glyph, letter in pairs}


def _stream(body: bytes) -> bytes:
    found = STREAM.search(body)
    assert found
    return zlib.decompress(found[1]) if b"/FlateDecode" in body else found[1]
