"""The cells of the lead list as HTML, made once for each row.

A page has hundreds of cells; written by a template each costs several times as much.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache

from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from leads.lead_list import columns as list_columns
from leads.lead_list.columns import Found
from leads.view_schema import Column
from medspa.money import format_cents
from medspa.templatetags.clinic import since

NOTHING = "–"
CHIPS = 3
CSS = {
    Column.CONTACT: "number",
    Column.VALUE: "sum number",
    Column.EXPECTED_ON: "number",
    Column.SINCE: "number",
    Column.CREATED: "number",
    Column.ACTIVITY: "number",
}


def row_html(row: Found, columns: Sequence[Column]) -> SafeString:
    """The `<td>`s of one lead, in the order of the columns."""
    return format_html(
        _frame(tuple(columns)), *(CELLS[column](row) for column in columns)
    )


@lru_cache(maxsize=64)
def _frame(columns: tuple[Column, ...]) -> str:
    """What stands around the cells of a row, to be filled by `format_html`."""
    return "".join(
        f'<td data-label="{column.label}" class="{CSS.get(column, "")}">{{}}</td>'
        for column in columns
    )


def _stage(row: Found) -> SafeString | str:
    stage = list_columns.stage_of(row)
    if not stage["name"]:
        return NOTHING
    return format_html(
        '<span class="stage-dot" style="background:{}"></span>{}',
        stage["color"],
        stage["name"],
    )


def _contact(row: Found) -> str:
    return list_columns.phone_of(row) or list_columns.email_of(row) or NOTHING


def _tags(row: Found) -> SafeString | str:
    tags = row["row_tags"]
    if not tags:
        return NOTHING
    chips = format_html_join(
        " ",
        '<span class="chip tag" style="--tag:{}" title="{}">{}</span>',
        ((tag["color"], tag["name"], tag["name"]) for tag in tags[:CHIPS]),
    )
    if not (hidden := [tag["name"] for tag in tags[CHIPS:]]):
        return chips
    return format_html(
        '{} <span class="mute" title="{}">+{}</span>',
        chips,
        ", ".join(hidden),
        len(hidden),
    )


def _expected_on(row: Found) -> str:
    day = list_columns.expected_on(row)
    return date_format(day, "j M Y") if day else NOTHING


def _text(read: Callable[[Found], str | None]) -> Callable[[Found], str]:
    return lambda row: read(row) or NOTHING


def _ago(read: Callable[[Found], datetime | None]) -> Callable[[Found], str]:
    return lambda row: since(read(row))


CELLS: dict[str, Callable[[Found], SafeString | str]] = {
    Column.STAGE: _stage,
    Column.SINCE: _ago(list_columns.since_of),
    Column.CONTACT: _contact,
    Column.TAGS: _tags,
    Column.SOURCE: list_columns.source_of,
    Column.CAMPAIGN: _text(lambda row: row["row_campaign"]),
    Column.PLATFORM: _text(list_columns.platform_of),
    Column.VALUE: lambda row: format_cents(list_columns.value_of(row)),
    Column.PROCEDURE: _text(list_columns.procedure_of),
    Column.EXPECTED_ON: _expected_on,
    Column.ASSIGNED: _text(lambda row: row["row_person"]),
    Column.CREATED: _ago(lambda row: row["row_created"]),
    Column.ACTIVITY: _ago(lambda row: row["row_activity"]),
}
