"""A statement as a PDF to print or send."""

import unicodedata
from collections.abc import Iterable

from django.conf import settings
from fpdf import FPDF
from fpdf.enums import XPos, YPos

from commissions.models import Statement
from commissions.page_lines import LineView
from medspa.money import format_cents

# The built-in fonts know Latin-1 only.
PLAIN = {"−": "-", "–": "-", "—": "-", "→": "->", "…": "...", "“": '"', "”": '"'}
INK, MUTE, RULE = 30, 95, 215
LINE_HEIGHT = 4.6
AMOUNT_WIDTH = 32


class _Paper(FPDF):
    """A4 with the statement's name and the page at the foot."""

    def __init__(self, foot: str) -> None:
        super().__init__(format="A4")
        self.foot = foot
        self.set_auto_page_break(auto=True, margin=18)
        self.set_margins(16, 16)
        self.add_page()

    def footer(self) -> None:
        self.set_y(-13)
        self.ink(8, MUTE)
        self.cell(0, 6, f"{self.foot}, page {self.page_no()} of {{nb}}", align="R")

    def ink(self, size: float, shade: int = INK, style: str = "") -> None:
        self.set_font("Helvetica", style, size)
        self.set_text_color(shade)

    def write_line(self, text: str, height: float = LINE_HEIGHT) -> None:
        self.multi_cell(0, height, plain(text), new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def write_pair(self, label: str, cents: int, style: str = "") -> None:
        """A label at the left and its amount at the right."""
        self.ink(10, style=style)
        self.cell(self.epw - AMOUNT_WIDTH, 6, plain(label))
        self.cell(
            AMOUNT_WIDTH,
            6,
            plain(format_cents(cents, always_cents=True)),
            align="R",
            new_x=XPos.LMARGIN,
            new_y=YPos.NEXT,
        )


def statement_as_pdf(
    statement: Statement, lines: Iterable[LineView], draw_sentence: str = ""
) -> bytes:
    foot = plain(f"{statement}, revision {statement.revision}")
    paper = _Paper(foot)
    paper.set_title(foot)
    paper.set_creator(plain(settings.CLINIC_NAME))
    _head(paper, statement)
    _totals(paper, statement, draw_sentence)
    for view in lines:
        _line(paper, view)
    return bytes(paper.output())


def plain(text: str) -> str:
    """`text` in Latin-1: our own signs replaced, letters without their accents
    where Latin-1 lacks them."""
    for sign, replacement in PLAIN.items():
        text = text.replace(sign, replacement)
    return "".join(_letter(letter) for letter in text)


def _letter(letter: str) -> str:
    if ord(letter) < 256:
        return letter
    base = unicodedata.normalize("NFKD", letter)[0]
    return base if ord(base) < 256 else "?"


def _head(paper: _Paper, statement: Statement) -> None:
    paper.ink(9, MUTE)
    paper.write_line(settings.CLINIC_NAME)
    paper.ink(17, style="B")
    paper.write_line(f"{statement.provider.name}: {statement.month:%B %Y}", 9)
    paper.ink(9, MUTE)
    status = f"{statement.get_status_display()}, revision {statement.revision}"
    paper.write_line(f"Commission statement. {status}. {_signatures(statement)}")
    paper.ln(3)


def _signatures(statement: Statement) -> str:
    steps = [
        f"{step.title()} {getattr(statement, f'{step}_at'):%d %b %Y} by "
        f"{getattr(statement, f'{step}_by')}"
        for step in ("approved", "locked", "paid")
        if getattr(statement, f"{step}_at")
    ]
    return ". ".join(steps)


def _totals(paper: _Paper, statement: Statement, draw_sentence: str) -> None:
    paper.write_pair("Earned this month", statement.lines_cents)
    paper.write_pair("Adjustments", statement.adjustments_cents)
    paper.write_pair("Opening balance", statement.opening_cents)
    paper.write_pair("Payable", statement.payable_cents, "B")
    paper.write_pair("Carried to the next month", statement.closing_cents)
    if draw_sentence:
        paper.ink(8, MUTE)
        paper.write_line(f"Draw: {draw_sentence}.")
        paper.write_pair("Open draw after this month", statement.draw_balance_cents)
    paper.ln(4)


def _line(paper: _Paper, view: LineView) -> None:
    paper.set_draw_color(RULE)
    paper.line(paper.l_margin, paper.get_y(), paper.w - paper.r_margin, paper.get_y())
    paper.ln(1)
    paper.write_pair(_title(view), view.line.amount_cents)
    paper.ink(8, MUTE)
    paper.write_line(f"{view.arithmetic}. {view.rule_sentence}.", 3.8)
    paper.ln(1)


def _title(view: LineView) -> str:
    parts = [view.title]
    if view.procedure:
        parts.append(view.procedure)
    if view.on:
        parts.append(f"{view.on.day} {view.on:%b %Y}")
    if view.corrects:
        parts.append(f"corrects {view.corrects:%B %Y}")
    return ", ".join(parts)
