"""What may be stored of a row, and what the person who brought it gets back.

A cell is kept only as far as it is what its column is for: of a name the given name,
of an email cell its addresses, of a list of tags those that we know. So nothing else
waits for a worker or stands in a file of failed rows, whatever was typed into it.
"""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from leads import privacy
from leads.contact import CONTACT_ID_PATTERN
from leads.intake import synonyms
from leads.intake.files.mapping import ColumnMapping
from leads.intake.incoming import MAX_CELL_LENGTH
from leads.intake.planning import ClinicNames
from leads.intake.synonyms import TAG_WORDS
from medspa.reading.cleaning import clean_text, is_placeholder
from medspa.reading.csv_rows import CsvRow
from medspa.reading.short_names import says_nothing_about_somebody
from medspa.reading.word_keys import key

# Stands for a cell that can't be read: it is counted, and its text is forgotten.
UNREADABLE_CELL = "…"
# It may stand in a column that is dropped, so a test row is stored as this one cell.
TEST_LEAD = "<test lead"
ADDRESS = re.compile(r"[^\s<>()\[\],;:\"'|]+@[^\s<>()\[\],;:\"'|]*")
WORD = re.compile(r"[^\W\d_]+")
EXTENSION_MARK = re.compile(
    r"[,;]?\s*\b(?:ext(?:ension)?|x)[.:=]?\s*(?=\d)|(?<=\d)x(?=\d)", re.IGNORECASE
)
MONTH_NAMES = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
DATE = re.compile(
    rf"(?:[\d\s:/.,+-]|(?:{MONTH_NAMES})[a-z]{{0,6}}\b|[ap]m\b|(?<=\d)[tz])+",
    re.IGNORECASE,
)
AMOUNT = re.compile(r"(?=.*\d)[\d\s.,$€£()'’+-]*(?:k|usd|eur)?", re.IGNORECASE)
YES_PATTERN = re.compile("true|yes|1", re.IGNORECASE)
Keep = Callable[[str], str]


def _if(pattern: str | re.Pattern[str]) -> Keep:
    compiled = re.compile(pattern)
    return lambda text: text if compiled.fullmatch(text) else UNREADABLE_CELL


def _addresses(text: str) -> str:
    return " ".join(ADDRESS.findall(text)) or UNREADABLE_CELL


def _numbers(text: str) -> str:
    """Without words but that of an extension; another one becomes a separator."""
    found = WORD.sub(_extension_mark, EXTENSION_MARK.sub(" x", text)).strip("|:.,; ")
    return found if any(map(str.isdigit, found)) else UNREADABLE_CELL


def _extension_mark(word: re.Match[str]) -> str:
    return "x" if word[0] == "x" else "|"


def _campaign(text: str) -> str:
    return text if says_nothing_about_somebody(text) else UNREADABLE_CELL


# By field; those of the clinic's own words are added for each clinic.
KEEPERS: dict[str, Keep] = {
    "first_name": lru_cache(maxsize=4096)(privacy.keep_given_name),
    "full_name": lru_cache(maxsize=4096)(privacy.keep_from_full_name),
    "email": _addresses,
    "phone": _numbers,
    "campaign_name": _campaign,
    "ad_platform": synonyms.platform_of,
    "expected_value": _if(AMOUNT),
    "created_at": _if(DATE),
    "external_id": _if(f"'?{CONTACT_ID_PATTERN}"),
    "is_organic": lambda text: text if YES_PATTERN.fullmatch(text) else "",
}


class AllowedCells:
    """What is kept of the rows of one file, in the order of its columns."""

    def __init__(
        self,
        mapping: ColumnMapping,
        names: ClinicNames,
        repeated: frozenset[str] = frozenset(),
    ) -> None:
        """`repeated` are the keys of unknown procedures that several rows name."""
        self.names, self.repeated = names, repeated
        keepers = KEEPERS | {
            "tags": self._tags,
            "procedure": self._procedure,
            "source": names.source_of,
            "stage": lambda text: (
                text if key(text) in names.stages else UNREADABLE_CELL
            ),
            "assigned_to": lambda text: (
                text if key(text) in names.people else UNREADABLE_CELL
            ),
        }
        self.columns = [(index, field, keepers[field]) for index, field in mapping.used]

    def of(self, row: CsvRow) -> tuple[str, ...]:
        """To be stored, and read like the row."""
        cells = row.cells
        return tuple(
            _kept(keep, cells[index] if index < len(cells) else "", field)
            for index, field, keep in self.columns
        )

    def for_people(self, row: CsvRow) -> tuple[str, ...]:
        """For the file of failed rows: without what only several rows together tell."""
        return tuple(
            ""
            if cell == UNREADABLE_CELL
            or (field == "campaign_name" and key(cell) not in self.names.campaigns)
            or (field == "procedure" and not self.names.procedure_of(cell))
            else cell.replace(UNREADABLE_CELL, "").strip(", ")
            for cell, (_, field, _) in zip(self.of(row), self.columns, strict=True)
        )

    def _procedure(self, text: str) -> str:
        """The code, or what may be another system's name for one."""
        code = self.names.procedure_of(text)
        return code or (text if key(text) in self.repeated else UNREADABLE_CELL)

    def _tags(self, text: str) -> str:
        tags = [tag.strip() for tag in text.replace(";", ",").split(",") if tag.strip()]
        known = [tag for tag in tags if self._is_known(tag)]
        return ", ".join([*known, UNREADABLE_CELL] if len(known) < len(tags) else known)

    def _is_known(self, tag: str) -> bool:
        return bool(key(tag) in self.names.tags or key(tag) in TAG_WORDS) or bool(
            self.names.procedure_of(tag)
        )


def _kept(keep: Keep, text: str, field: str) -> str:
    if not text:
        return ""
    if len(text) > MAX_CELL_LENGTH:
        return UNREADABLE_CELL
    text = clean_text(text)
    if not text or is_placeholder(text, for_a_name="name" in field):
        return ""
    return keep(text)


def is_test_row(row: CsvRow) -> bool:
    """Whether the advertising platform sent the row to try its form."""
    return any("<" in cell and TEST_LEAD in cell.casefold() for cell in row.cells)


def is_cut(cells: Sequence[str]) -> bool:
    """Whether the cells of a first name hold more than that."""
    return any(KEEPERS["first_name"](cell) not in ("", cell) for cell in cells)
