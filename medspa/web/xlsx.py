"""Rows as an XLSX workbook that is sent while it is being written.

The libraries we know write a workbook to named temporary files and return it when it
is complete: a long export would outlast its request, and a killed one would leave
leads on the disk. A workbook of plain rows is a ZIP of a few XML parts, and both can
be streamed. Text is stored as text, never as a formula, even after somebody edits it.
Format: ECMA-376 part 1, 18.3 (sheets) and 18.8 (styles).
"""

import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import chain, islice
from typing import Any, cast
from xml.sax.saxutils import escape, quoteattr

from medspa.months import ONE_DAY
from medspa.web.csv import FORMULA_STARTS

# A number is money in cents; a moment is written as the clinic's clock shows it.
Cell = str | int | date | None
# The most rows that Excel opens, less the one of the headers.
MOST_ROWS = 1_048_575
CHUNK_BYTES = 64 * 1024
# Characters that XML can't hold, not even escaped.
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
EXCEL_DAY_ZERO = date(1899, 12, 30)

XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
HEAD = (
    f'{XML}<worksheet xmlns="{MAIN}"><sheetViews><sheetView workbookViewId="0">'
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    "</sheetView></sheetViews>"
)
# In characters. The least has room for a moment: Excel shows a narrower one as #####.
LEAST_WIDTH, MOST_WIDTH = 18, 40
# The texts of so many rows say how wide a column is: the others are not read yet.
MEASURED_ROWS = 100
TAIL = "</sheetData></worksheet>"
FONT = '<sz val="11"/><name val="Calibri"/>'
# Indexes into `cellXfs` below. QUOTED marks text that looks like a formula as text.
PLAIN, BOLD, MONEY, ON, AT, QUOTED = range(6)
STYLES_XML = (
    f'{XML}<styleSheet xmlns="{MAIN}"><numFmts count="3">'
    '<numFmt numFmtId="164" formatCode="#,##0.00"/>'
    '<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd"/>'
    '<numFmt numFmtId="166" formatCode="yyyy\\-mm\\-dd hh:mm"/></numFmts>'
    f"<fonts><font>{FONT}</font><font><b/>{FONT}</font></fonts>"
    '<fills><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    "<borders><border/></borders><cellStyleXfs><xf/></cellStyleXfs><cellXfs><xf/>"
    '<xf fontId="1" applyFont="1"/><xf numFmtId="164" applyNumberFormat="1"/>'
    '<xf numFmtId="165" applyNumberFormat="1"/>'
    '<xf numFmtId="166" applyNumberFormat="1"/><xf quotePrefix="1"/></cellXfs>'
    '<cellStyles><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
    "</styleSheet>"
)


class _Outbox:
    """Collects what `zipfile` writes to it, until it is taken."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self.size = 0

    def write(self, data: bytes) -> int:
        self.parts.append(bytes(data))
        self.size += len(data)
        return len(data)

    def flush(self) -> None:
        """Nothing is buffered elsewhere."""

    def take(self) -> bytes:
        data, self.parts, self.size = b"".join(self.parts), [], 0
        return data


def workbook(
    headers: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    name: str,
    most_rows: int = MOST_ROWS,
) -> Iterator[bytes]:
    """The file in pieces; rows beyond what one sheet holds go to further sheets."""
    outbox = _Outbox()
    waiting = iter(rows)
    measured = list(islice(waiting, MEASURED_ROWS))
    head = HEAD + _columns([headers, *measured]) + "<sheetData>"
    waiting = chain(measured, waiting)
    sheets = 0
    first: Sequence[Cell] | None
    with zipfile.ZipFile(cast(Any, outbox), "w", zipfile.ZIP_DEFLATED) as archive:
        first = next(waiting, ())
        while first is not None:
            sheets += 1
            with archive.open(f"xl/worksheets/sheet{sheets}.xml", "w") as sheet:
                sheet.write((head + _row(headers, BOLD)).encode())
                yield outbox.take()  # so that a download begins at once
                for row in islice(chain([first], waiting), most_rows):
                    sheet.write(_row(row).encode())
                    if outbox.size > CHUNK_BYTES:
                        yield outbox.take()
                sheet.write(TAIL.encode())
            first = next(waiting, None)
        for path, text in _parts(name, sheets):
            archive.writestr(path, text)
    yield outbox.take()


def _columns(rows: Sequence[Sequence[Cell]]) -> str:
    """The width of each column; dates and money fit into the least one."""
    widths = [LEAST_WIDTH] * len(rows[0])
    for row in rows:
        for place, cell in enumerate(row[: len(widths)]):
            if isinstance(cell, str):
                widths[place] = min(max(widths[place], len(cell) + 2), MOST_WIDTH)
    columns = "".join(
        f'<col min="{number}" max="{number}" width="{width}" customWidth="1"/>'
        for number, width in enumerate(widths, start=1)
    )
    return f"<cols>{columns}</cols>"


def _row(cells: Iterable[Cell], style: int = PLAIN) -> str:
    return f"<row>{''.join(_cell(cell, style) for cell in cells)}</row>"


def _cell(cell: Cell, style: int) -> str:
    match cell:
        case None | "":
            return "<c/>"
        case str():
            text = escape(FORBIDDEN.sub("", cell))
            style = QUOTED if cell.startswith(FORMULA_STARTS) else style
            inner = f'<is><t xml:space="preserve">{text}</t></is>'
            return f'<c s="{style}" t="inlineStr">{inner}</c>'
        case int():
            sign = "-" if cell < 0 else ""
            dollars, cents = divmod(abs(cell), 100)
            return f'<c s="{MONEY}"><v>{sign}{dollars}.{cents:02}</v></c>'
        case datetime():
            seconds = cell.hour * 3600 + cell.minute * 60 + cell.second
            days = (cell.date() - EXCEL_DAY_ZERO).days + seconds / 86_400
            return f'<c s="{AT}"><v>{days:.6f}</v></c>'
    return f'<c s="{ON}"><v>{(cell - EXCEL_DAY_ZERO) // ONE_DAY}</v></c>'


def _parts(name: str, sheets: int) -> Iterator[tuple[str, str]]:
    """The parts around the sheets, by their paths in the archive."""
    numbers = range(1, sheets + 1)
    yield "xl/styles.xml", STYLES_XML
    listed = "".join(
        f"<sheet name={quoteattr(name if number == 1 else f'{name} {number}')}"
        f' sheetId="{number}" r:id="rId{number}"/>'
        for number in numbers
    )
    yield (
        "xl/workbook.xml",
        f'{XML}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">'
        f"<sheets>{listed}</sheets></workbook>",
    )
    targets = [("worksheet", f"worksheets/sheet{number}.xml") for number in numbers]
    yield "xl/_rels/workbook.xml.rels", _relations([*targets, ("styles", "styles.xml")])
    yield "_rels/.rels", _relations([("officeDocument", "xl/workbook.xml")])
    types = "".join(
        f'<Override PartName="/xl/{path}.xml" ContentType="{KIND}.{kind}+xml"/>'
        for path, kind in (
            ("workbook", "sheet.main"),
            ("styles", "styles"),
            *((f"worksheets/sheet{number}", "worksheet") for number in numbers),
        )
    )
    rels = "application/vnd.openxmlformats-package.relationships+xml"
    yield (
        "[Content_Types].xml",
        f'{XML}<Types xmlns="{PACKAGE}/content-types">'
        f'<Default Extension="rels" ContentType="{rels}"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{types}</Types>',
    )


def _relations(targets: Iterable[tuple[str, str]]) -> str:
    rows = "".join(
        f'<Relationship Id="rId{number}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, start=1)
    )
    return f'{XML}<Relationships xmlns="{PACKAGE}/relationships">{rows}</Relationships>'
