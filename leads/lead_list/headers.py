"""What stands above the rows of the lead list, and the choice of columns."""

from collections.abc import Sequence
from dataclasses import dataclass

from leads.lead_list.cells import CSS
from leads.selection.list_filters import ListFilter
from leads.selection.orders import IN_A_STAGE, OF_ALL
from leads.view_schema import Column, Order

# Header → the order of a first click and of a second one.
BY_HEADER = {
    "name": (Order.NAME, Order.NAME_DOWN),
    Column.CREATED: (Order.NEWEST, Order.OLDEST),
    Column.SINCE: (Order.ENTERED, Order.WAITING),
}
RISING = {Order.NAME, Order.OLDEST, Order.WAITING}


@dataclass(frozen=True)
class Header:
    """`link` sorts by the column, where an index has that order; `sort` is for ARIA."""

    label: str
    css: str = ""
    link: str = ""
    sort: str = ""


@dataclass(frozen=True)
class ColumnChoice:
    """A column as the menu offers it; shown ones come first, in their order."""

    value: str
    label: str
    place: int
    is_shown: bool


def headers(
    columns: Sequence[Column], filters: ListFilter, order: Order
) -> list[Header]:
    """The first name's header and those of the columns."""
    named = [("name", "Name", "")]
    named += [(column, column.label, CSS.get(column, "")) for column in columns]
    return [_header(*column, filters, order) for column in named]


def _header(
    column: str, label: str, css: str, filters: ListFilter, order: Order
) -> Header:
    css = "sum" if "sum" in css else ""
    possible = IN_A_STAGE if filters.stage_id else OF_ALL
    first, second = BY_HEADER.get(column, ("", ""))
    if first not in possible:
        return Header(label, css)
    link = filters.address(order=second if order == first else first)
    if order not in (first, second):
        return Header(label, css, link)
    return Header(label, css, link, "ascending" if order in RISING else "descending")


def orders(filters: ListFilter, order: Order) -> list[tuple[str, str, bool]]:
    """The orders that the list has here, for a select: value, word, whether chosen.

    The first is the usual one and needs no word in the address.
    """
    usual, *others = IN_A_STAGE if filters.stage_id else OF_ALL
    rest = [(other.value, other.label, other == order) for other in others]
    return [("", usual.label, usual == order), *rest]


def column_choices(columns: Sequence[Column]) -> list[ColumnChoice]:
    rest = [column for column in Column if column not in columns]
    return [
        ColumnChoice(column.value, column.label, place, column in columns)
        for place, column in enumerate((*columns, *rest), start=1)
    ]
