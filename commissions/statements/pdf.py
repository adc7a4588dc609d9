"""A statement as a PDF to print or send."""

from collections.abc import Iterable
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import Any

from fpdf import FPDF
from fpdf.enums import XPos, YPos

from commissions.models import Statement
from commissions.statements.lines import LineView
from medspa.clinic.current import current_clinic
from medspa.formats import clinic_formats, format_cents, format_date, format_month
from medspa.setup.logo import current_logo

# DejaVu Sans 2.37: Latin with every accent, Greek, Cyrillic, Armenian, Georgian.
FONTS = Path(__file__).parent / "fonts"
MISSING = "□"
INK, MUTE, RULE = 30, 95, 215
ROW = 4.4
DATE_WIDTH, AMOUNT_WIDTH = 23, 28
SMALL, NORMAL = 7.5, 9
LOGO_HEIGHT = 12


class Paper(FPDF):
    """The clinic's paper with the statement's name and the page at the foot."""

    def __init__(self, foot: str) -> None:
        super().__init__(format=clinic_formats().paper)
        self.add_font("dejavu", "", FONTS / "DejaVuSans.ttf")
        self.add_font("dejavu", "B", FONTS / "DejaVuSans-Bold.ttf")
        font: Any = self.fonts["dejavu"]
        self.known = font.cmap
        self.has_missing = False
        self.foot = self.printable(foot)
        self.set_auto_page_break(auto=True, margin=18)
        self.set_margins(16, 16)
        self.add_page()

    def footer(self) -> None:
        self.set_y(-13)
        self.ink(SMALL, MUTE)
        self.cell(0, 6, f"{self.foot}, page {self.page_no()} of {{nb}}", align="R")

    def ink(self, size: float, shade: int = INK, style: str = "") -> None:
        self.set_font("dejavu", style, size)
        self.set_text_color(shade)

    def printable(self, text: str) -> str:
        """`text` with a box for each letter that is not in the font."""
        if all(ord(letter) in self.known for letter in text):
            return text
        self.has_missing = True
        return "".join(
            letter if ord(letter) in self.known else MISSING for letter in text
        )

    def write_line(self, text: str, height: float = ROW) -> None:
        self.multi_cell(
            0,
            height,
            self.printable(text),
            align="L",
            new_x=XPos.LMARGIN,
            new_y=YPos.NEXT,
        )

    def write_pair(self, label: str, cents: int, style: str = "") -> None:
        """A label at the left and its amount at the right."""
        self.ink(NORMAL, style=style)
        self.cell(self.epw - AMOUNT_WIDTH, 5.4, self.printable(label))
        self.write_amount(cents, 5.4)

    def write_amount(self, cents: int, height: float) -> None:
        self.cell(
            AMOUNT_WIDTH,
            height,
            format_cents(cents, always_cents=True),
            align="R",
            new_x=XPos.LMARGIN,
            new_y=YPos.NEXT,
        )

    def keep_together(self, height: float) -> None:
        """Begin a page if `height` millimetres no longer fit on this one."""
        if self.will_page_break(height):
            self.add_page()

    def hair_line(self) -> None:
        self.set_draw_color(RULE)
        self.line(self.l_margin, self.get_y(), self.w - self.r_margin, self.get_y())


def statement_as_pdf(
    statement: Statement, lines: Iterable[LineView], draw_sentence: str = ""
) -> bytes:
    """The statement with its lines grouped by rule, and the sum of each rule."""
    paper = Paper(f"{statement}, revision {statement.revision}")
    paper.set_title(f"{statement}, revision {statement.revision}")
    paper.set_creator(current_clinic().name)
    _head(paper, statement)
    _totals(paper, statement, draw_sentence)
    for _, group in groupby(lines, key=_section):
        _rule(paper, list(group))
    if paper.has_missing:
        paper.ln(3)
        paper.ink(SMALL, MUTE)
        paper.write_line(
            f"{MISSING} marks a letter this file's font doesn't have. "
            "See the statement page."
        )
    return bytes(paper.output())


def _head(paper: Paper, statement: Statement) -> None:
    if logo := current_logo():
        paper.image(BytesIO(bytes(logo.content)), h=LOGO_HEIGHT)
        paper.ln(1)
    paper.ink(NORMAL, MUTE)
    paper.write_line(current_clinic().name)
    paper.ink(16, style="B")
    paper.write_line(f"{statement.provider.name}: {format_month(statement.month)}", 9)
    paper.ink(8, MUTE)
    status = f"{statement.get_status_display()}, revision {statement.revision}"
    paper.write_line(f"Commission statement. {status}. {_signatures(statement)}")
    paper.ln(3)


def _signatures(statement: Statement) -> str:
    local_date = clinic_formats().local_date
    steps = [
        f"{step.title()} {local_date(getattr(statement, f'{step}_at'))} by "
        f"{getattr(statement, f'{step}_by')}."
        for step in ("approved", "locked", "paid")
        if getattr(statement, f"{step}_at")
    ]
    return " ".join(steps)


def _totals(paper: Paper, statement: Statement, draw_sentence: str) -> None:
    paper.write_pair("Earned this month", statement.lines_cents)
    paper.write_pair("Adjustments", statement.adjustments_cents)
    paper.write_pair("Opening balance", statement.opening_cents)
    paper.hair_line()
    paper.write_pair("Payable", statement.payable_cents, "B")
    paper.write_pair("Carried forward", statement.closing_cents)
    if draw_sentence:
        paper.ink(SMALL, MUTE)
        paper.write_line(f"Draw: {draw_sentence}.")
        paper.write_pair("Open draw after this month", statement.draw_balance_cents)
    paper.ink(SMALL, MUTE)
    paper.write_line(
        "Earned + adjustments + opening balance = payable + carried forward."
    )


def _section(view: LineView) -> tuple[str, bool]:
    """The group of a line: its rule, corrections of closed months apart."""
    return view.line.rule_id, view.line.is_correction


def _rule(paper: Paper, views: list[LineView]) -> None:
    first = views[0]
    what = "Corrections by the rule: " if first.line.is_correction else ""
    paper.ln(4)
    paper.keep_together(24)
    paper.ink(NORMAL, style="B")
    paper.write_line(f"{what}{first.rule_sentence}.", 5)
    paper.ink(SMALL, MUTE)
    paper.write_line(f"Version {first.line.rule.version} of the rule.")
    paper.ln(1)
    listed: list[object] | None = None
    for view in views:
        _line(paper, view)
        if view.sources and view.line.sources_json == listed:
            _note(paper, "Same payments as above.")
        elif view.sources:
            listed = view.line.sources_json
            _sources(paper, view)
    paper.keep_together(7)
    paper.hair_line()
    paper.write_pair(
        f"Subtotal ({len(views):,})", sum(view.line.amount_cents for view in views), "B"
    )


def _line(paper: Paper, view: LineView) -> None:
    """Date, title, arithmetic and amount: in one row if they fit, else in two."""
    paper.keep_together(2 * ROW + 1)
    paper.hair_line()
    paper.ink(8, MUTE)
    on = format_date(view.on) if view.on else "whole month"
    paper.cell(DATE_WIDTH, ROW + 0.6, on)
    paper.ink(8)
    what, how = paper.printable(_title(view)), paper.printable(view.arithmetic)
    width = paper.epw - DATE_WIDTH - AMOUNT_WIDTH
    left = width - paper.get_string_width(what) - 4
    paper.cell(width - left, ROW + 0.6, what)
    paper.ink(SMALL, MUTE)
    fits = paper.get_string_width(how) + 4 <= left
    paper.cell(left, ROW + 0.6, how if fits else "", align="R")
    paper.ink(8)
    paper.write_amount(view.line.amount_cents, ROW + 0.6)
    if not fits:
        paper.ink(SMALL, MUTE)
        paper.set_x(paper.l_margin + DATE_WIDTH)
        paper.multi_cell(
            width, ROW - 0.6, how, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT
        )


def _sources(paper: Paper, view: LineView) -> None:
    """The payments under a line, one in a row, with what each adds to its base."""
    for source in view.sources:
        paper.keep_together(ROW)
        parts = [source.what, source.procedure, source.share]
        if source.on:
            parts.insert(0, format_date(source.on))
        counted = format_cents(source.cents, always_cents=True)
        _note(paper, f"{', '.join(filter(None, parts))}: {counted}")
    if view.source_count > 1:
        paper.keep_together(ROW)
        total = format_cents(view.sources_cents, always_cents=True)
        _note(paper, f"Total ({view.source_count:,}): {total}")


def _note(paper: Paper, text: str) -> None:
    paper.ink(SMALL, MUTE)
    paper.set_x(paper.l_margin + DATE_WIDTH)
    paper.write_line(text, ROW - 0.6)


def _title(view: LineView) -> str:
    parts = [view.title]
    if view.procedure:
        parts.append(view.procedure)
    if view.corrects:
        parts.append(f"corrects {format_month(view.corrects)}")
    return ", ".join(parts)
