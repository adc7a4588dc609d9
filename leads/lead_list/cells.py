"""What stands in the cells of the lead list, as data."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from django.utils.html import format_html
from django.utils.safestring import SafeString

from leads.lead_list import columns as list_columns
from leads.lead_list.columns import RowValues
from leads.view_schema import ListColumn
from medspa.formats import format_cents, format_date
from medspa.templatetags.clinic import moment


class Dot(NamedTuple):
    """A name with a dot of its color in front."""

    name: str
    color: str


class TagChips(NamedTuple):
    """(name, color) of each tag, and the names of those that have no room."""

    shown: tuple[tuple[str, str], ...]
    hidden: tuple[str, ...]


# A moment is shown as how long ago it was; None is nothing to show.
CellValue = str | Dot | TagChips | datetime | None
CellReader = Callable[[RowValues], CellValue]
TAGS_SHOWN = 3
# The CSS classes of a column's cells.
CELL_CSS = {
    ListColumn.STAGE: "stage-cell",
    ListColumn.SOURCE: "source-cell",
    ListColumn.CONTACT: "contact-cell number",
    ListColumn.VALUE: "sum number",
    ListColumn.EXPECTED_ON: "number",
    ListColumn.SINCE: "number",
    ListColumn.CREATED: "number",
    ListColumn.ACTIVITY: "number",
    ListColumn.CONTACTED: "number",
    ListColumn.NEXT_STEP: "number",
}
# How a template shows a value; text where nothing is said. A long email may be broken
# after its @.
CELL_KINDS = {
    ListColumn.STAGE: "dot",
    ListColumn.CONTACT: "contact",
    ListColumn.TAGS: "tags",
    ListColumn.SINCE: "time",
    ListColumn.CREATED: "time",
    ListColumn.ACTIVITY: "time",
    ListColumn.CONTACTED: "time",
}


class Cell(NamedTuple):
    """`start` is its opening tag; `kind` is dot, contact, tags, time or text."""

    start: SafeString
    kind: str
    value: CellValue


def cells_of(row: RowValues, columns: Sequence[ListColumn]) -> tuple[Cell, ...]:
    """The cells of one lead, in the order of the columns."""
    described = _described(tuple(columns))
    return tuple([Cell(start, kind, read(row)) for start, kind, read in described])


@lru_cache(maxsize=64)
def _described(
    columns: tuple[ListColumn, ...],
) -> list[tuple[SafeString, str, CellReader]]:
    """What all cells of a column have in common, made once."""
    return [
        (
            format_html('<td data-label="{}" class="{}">', column.label, css),
            CELL_KINDS.get(column, "text"),
            CELL_READERS[column],
        )
        for column in columns
        for css in [CELL_CSS.get(column, "")]
    ]


def _stage(row: RowValues) -> Dot | None:
    stage = list_columns.stage_of(row)
    return Dot(stage["name"], stage["color"]) if stage["name"] else None


def _contact(row: RowValues) -> str:
    return list_columns.phone_of(row) or list_columns.email_of(row)


def _tags(row: RowValues) -> TagChips | None:
    tags = row["row_tags"]
    if not tags:
        return None
    return TagChips(
        tuple([(tag["name"], tag["color"]) for tag in tags[:TAGS_SHOWN]]),
        tuple([tag["name"] for tag in tags[TAGS_SHOWN:]]),
    )


def _expected_on(row: RowValues) -> str:
    day = list_columns.expected_on(row)
    return format_date(day) if day else ""


def _next_step(row: RowValues) -> str:
    step = list_columns.next_step_of(row)
    return f"{step[0]}, {moment(step[1])}" if step else ""


CELL_READERS: dict[str, CellReader] = {
    ListColumn.STAGE: _stage,
    ListColumn.SINCE: list_columns.since_of,
    ListColumn.CONTACT: _contact,
    ListColumn.TAGS: _tags,
    ListColumn.SOURCE: list_columns.source_of,
    ListColumn.CAMPAIGN: lambda row: row["row_campaign"],
    ListColumn.PLATFORM: list_columns.platform_of,
    ListColumn.VALUE: lambda row: format_cents(list_columns.value_of(row)),
    ListColumn.PROCEDURE: list_columns.procedure_of,
    ListColumn.EXPECTED_ON: _expected_on,
    ListColumn.ASSIGNED: lambda row: row["row_person"],
    ListColumn.CREATED: lambda row: row["row_created"],
    ListColumn.ACTIVITY: lambda row: row["row_activity"],
    ListColumn.CONTACTED: list_columns.contacted_of,
    ListColumn.NEXT_STEP: _next_step,
}
