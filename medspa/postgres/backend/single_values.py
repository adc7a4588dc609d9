"""`= ANY(%s)` of a list that has one value.

PostgreSQL takes a list that it doesn't know for ten values. A plan made for whatever
comes then looks dearer than one made for a list of one, so it plans such a statement at
each use: for a lead that comes in 0.46 ms instead of 0.08.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

PARAMETER = re.compile(r"%%|(?P<list>ANY\()?%(?:\((?P<name>\w+)\))?s")
PARAMETER_LIST = re.compile(r"ANY\((%s|%\(\w+\)s)")
# Statements that the process knows at once; those of a list depend on its filters.
MOST_STATEMENTS = 500
# What the server compares in a list as it does alone.
SINGLE_TYPES = (str, bytes, int)


def with_single_values(statement: Any, parameters: Any) -> tuple[Any, Any]:
    """The same statement, with single values in place of lists that have one.

    Unchanged where a list has more or none, or values of other types.
    """
    if not parameters or not isinstance(statement, str):
        return statement, parameters
    single, lists = _lists_of(statement)
    if not lists or not all(_is_single(parameters[place]) for place in lists):
        return statement, parameters
    found: Any = dict(parameters) if isinstance(parameters, Mapping) else [*parameters]
    for place in lists:
        [found[place]] = found[place]
    return single, found


def _is_single(values: Any) -> bool:
    return (
        isinstance(values, list)
        and len(values) == 1
        and type(values[0]) in SINGLE_TYPES
    )


@lru_cache(maxsize=MOST_STATEMENTS)
def _lists_of(statement: str) -> tuple[str, tuple[Any, ...]]:
    """The statement for lists of one value, and which parameters they are."""
    places = [one for one in PARAMETER.finditer(statement) if one[0] != "%%"]
    names = [(one["name"] or n, bool(one["list"])) for n, one in enumerate(places)]
    lists = {name for name, is_list in names if is_list}
    if any(name in lists and not is_list for name, is_list in names):
        return statement, ()  # given by its name to something else, too
    return PARAMETER_LIST.sub(r"ANY(ARRAY[\1]", statement), tuple(lists)
