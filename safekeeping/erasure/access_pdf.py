"""What is kept of a person, as a PDF to hand out."""

from collections.abc import Mapping

from commissions.statements.pdf import MISSING, MUTE, Paper
from medspa.clinic.current import current_clinic
from medspa.clinic_time import clinic_today
from medspa.formats import format_date
from safekeeping.erasure.access import KeptPart, PersonData

# By which of its labels a row stands in time, and how wide that column is.
MOMENTS = ("When", "Entered", "Added", "Created")
MOMENT_WIDTH = 46
PDF_TITLE = "What we store about you"


def as_pdf(data: PersonData) -> bytes:
    paper = Paper(f"{current_clinic().name}, {format_date(clinic_today())}")
    paper.set_title(PDF_TITLE)
    paper.set_creator(current_clinic().name)
    paper.ink(9, MUTE)
    paper.write_line(current_clinic().name)
    paper.ink(16, style="B")
    paper.write_line(PDF_TITLE, 9)
    paper.ink(9, MUTE)
    paper.write_line(
        "We don't store last names, dates of birth, addresses, photos or medical notes."
    )
    for part in data.parts:
        _part(paper, part)
    if paper.has_missing:
        paper.ln(3)
        paper.ink(8, MUTE)
        paper.write_line(
            f"{MISSING} marks a letter this file's font doesn't have. "
            "The JSON file has it."
        )
    return bytes(paper.output())


def _part(paper: Paper, part: KeptPart) -> None:
    paper.ln(4)
    paper.keep_together(22)
    paper.ink(11, style="B")
    paper.write_line(part.label, 6)
    paper.ink(8, MUTE)
    paper.write_line(f"{part.why} Kept for {part.years} years.")
    paper.ln(0.8)
    paper.hair_line()
    paper.ln(1.2)
    for row in part.rows:
        _row(paper, row)


def _row(paper: Paper, row: Mapping[str, str]) -> None:
    """When it was at the left, and beside it what it was."""
    paper.keep_together(6)
    moment = next((label for label in MOMENTS if label in row), "")
    top = paper.get_y()
    paper.ink(8, MUTE)
    paper.cell(MOMENT_WIDTH, 5, paper.printable(row.get(moment, "")))
    paper.set_xy(paper.l_margin + MOMENT_WIDTH, top)
    paper.ink(9)
    paper.write_line(
        "; ".join(
            value if label == "Type" else f"{label}: {value}"
            for label, value in row.items()
            if label != moment
        ),
        5,
    )
    paper.ln(0.6)
