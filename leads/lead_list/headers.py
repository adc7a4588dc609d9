"""The headers of the lead list, its orders, and the menu of its columns."""

from collections.abc import Sequence
from typing import NamedTuple

from leads.lead_list.cells import CELL_CSS
from leads.selection.list_filters import ListFilter
from leads.view_schema import ListColumn, ListOrder

# Header → the order of a first click and of a second one.
BY_HEADER = {
    "name": (ListOrder.NAME, ListOrder.NAME_DOWN),
    ListColumn.CREATED: (ListOrder.NEWEST, ListOrder.OLDEST),
    ListColumn.SINCE: (ListOrder.ENTERED, ListOrder.WAITING),
    ListColumn.VALUE: (ListOrder.VALUE, ListOrder.VALUE),
    ListColumn.ACTIVITY: (ListOrder.ACTIVE, ListOrder.IDLE),
    ListColumn.CONTACTED: (ListOrder.CONTACTED, ListOrder.CONTACTED),
    ListColumn.NEXT_STEP: (ListOrder.NEXT_STEP, ListOrder.NEXT_STEP),
}
ASCENDING = {
    ListOrder.NAME,
    ListOrder.OLDEST,
    ListOrder.WAITING,
    ListOrder.IDLE,
    ListOrder.CONTACTED,
    ListOrder.NEXT_STEP,
}


class Header(NamedTuple):
    """A column's header; `link` sorts by it if that is possible, `sort` is for ARIA."""

    label: str
    css: str = ""
    link: str = ""
    sort: str = ""


class ColumnChoice(NamedTuple):
    """A column in the menu of columns; shown ones come first, in their order."""

    value: str
    label: str
    place: int
    is_shown: bool


def headers(
    columns: Sequence[ListColumn], filters: ListFilter, order: ListOrder
) -> list[Header]:
    """The first name's header and those of the columns."""
    named = [("name", "Name", "")]
    named += [(column, column.label, CELL_CSS.get(column, "")) for column in columns]
    return [_header(*column, filters, order) for column in named]


def _header(
    column: str, label: str, css: str, filters: ListFilter, order: ListOrder
) -> Header:
    css = "sum" if "sum" in css else ""
    possible = filters.possible_orders
    first, second = BY_HEADER.get(column, ("", ""))
    if first not in possible:
        return Header(label, css)
    link = filters.address(order=second if order == first else first)
    if order not in (first, second):
        return Header(label, css, link)
    return Header(label, css, link, "ascending" if order in ASCENDING else "descending")


def orders(filters: ListFilter) -> list[tuple[str, str]]:
    """The possible orders, for a select: value and label.

    The first is the usual one and has no value: the address need not name it.
    """
    usual, *others = filters.possible_orders
    return [("", usual.label), *((other.value, other.label) for other in others)]


def column_choices(columns: Sequence[ListColumn]) -> list[ColumnChoice]:
    rest = [column for column in ListColumn if column not in columns]
    return [
        ColumnChoice(column.value, column.label, place, column in columns)
        for place, column in enumerate((*columns, *rest), start=1)
    ]
