"""What was typed into the search box, and which kind of search it is."""

import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import Self

from django.core.exceptions import ValidationError

from leads.contact import clean_phone
from medspa.reading.cleaning import clean_text

# The digits of E.164.
LONGEST_PHONE = 15
SHORTEST_NUMBER = 4
TOO_FEW_DIGITS = f"Enter at least the last {SHORTEST_NUMBER} digits of a phone number."
SEARCH_TAKES = (
    "Search finds the beginning of a first name, a whole email, a phone number, "
    f"or its last {SHORTEST_NUMBER} or more digits."
)
PHONE_CHARACTERS = re.compile(r"[\d\s()+./-]+")


class SearchKind(Enum):
    EMAIL = auto()
    PHONE = auto()
    LAST_FOUR = auto()
    LAST_DIGITS = auto()
    NAME = auto()
    NOTHING = auto()


@dataclass(frozen=True)
class Search:
    """`text` is normalized for its kind: E.164 for a phone, digits of its end."""

    kind: SearchKind
    text: str

    @classmethod
    def read(cls, typed: str) -> Self:
        typed = " ".join(clean_text(typed.replace("\0", "")).split())
        if not any(map(str.isalnum, typed)):
            return cls(SearchKind.NOTHING, "")
        if "@" in typed:
            return cls(SearchKind.EMAIL, typed)
        if PHONE_CHARACTERS.fullmatch(typed):
            return cls._read_number(typed)
        return cls(SearchKind.NAME, typed)

    @classmethod
    def _read_number(cls, typed: str) -> Self:
        digits = re.sub(r"\D", "", typed)
        if len(digits) == SHORTEST_NUMBER:
            return cls(SearchKind.LAST_FOUR, digits)
        try:
            return cls(SearchKind.PHONE, clean_phone(typed))
        except ValidationError:
            if SHORTEST_NUMBER < len(digits) < LONGEST_PHONE:
                return cls(SearchKind.LAST_DIGITS, digits)
            return cls(SearchKind.NOTHING, "")


def takes_of(typed: str) -> str:
    """What can be searched for, when a search has no match; empty without one."""
    return SEARCH_TAKES if typed.strip() else ""


def hint_of(typed: str) -> str:
    """What to type instead of what can't be searched for; empty if it can."""
    is_short = 0 < sum(map(str.isdigit, typed)) < SHORTEST_NUMBER
    is_nothing = Search.read(typed).kind is SearchKind.NOTHING
    return TOO_FEW_DIGITS if is_short and is_nothing else ""
