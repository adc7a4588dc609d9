"""What an address asks for, as plain data: names with one or more values each."""

from urllib.parse import urlencode

from django.utils.datastructures import MultiValueDict

# The query of a request is one, too.
Query = MultiValueDict[str, str]


def encode(query: Query) -> str:
    """The query as addresses have it, without a question mark."""
    return urlencode(list(query.lists()), doseq=True)


def without(query: Query, *names: str) -> Query:
    rest = query.copy()
    for name in names:
        rest.pop(name, None)
    return rest
