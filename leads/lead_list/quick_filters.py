"""Filters of the lead list that one click turns on and off."""

from dataclasses import dataclass

from leads.selection.list_filters import ListFilter
from leads.view_schema import EXCLUDE


@dataclass(frozen=True)
class QuickFilter:
    """`address` is that of the list with it, or without it where it is on."""

    label: str
    address: str
    is_on: bool


# Label, filter, value, and whether it is what the list leaves out.
QUICK_FILTERS = (
    ("Not called in 7 days", "called", "7", True),
    ("Next step overdue", "next", "overdue", False),
)


def quick_filters(filters: ListFilter) -> list[QuickFilter]:
    found = []
    for label, name, value, is_excluded in QUICK_FILTERS:
        is_set = filters.values.get(name) == [value]
        is_on = is_set and (name in filters.excluded) is is_excluded
        if is_on:
            address = filters.address(**{name: ""})
        else:
            others = [one for one in filters.excluded if one != name]
            excluded = [*others, name] if is_excluded else others
            changed: dict[str, str | list[str]] = {name: value, EXCLUDE: excluded}
            address = filters.address(**changed)
        found.append(QuickFilter(label, address, is_on))
    return found
