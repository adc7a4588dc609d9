"""The guard on names: only a given name may be stored.

Forms ask for it; imports and APIs cut a longer name. The form's pattern and the
database's are made of the same letters, so that both let in the same names.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from django.core.exceptions import ValidationError

from medspa.reading.cleaning import clean_text, is_placeholder

PRIVACY_NOTE = (
    "Only first names and contact details here. "
    "No last names, medical notes, dates of birth or photos."
)
MAX_NAME_LENGTH = 40
NAME_LETTERS = Path(__file__).with_name("name_letters.txt")


def _character_classes() -> tuple[str, str]:
    """Letters and marks of any script, as the inside of a pattern's brackets."""
    lines = NAME_LETTERS.read_text("ascii").split("\n\n")
    letters, marks = (
        "".join(
            "-".join(chr(int(point, 16)) for point in span.split("-"))
            for line in part.splitlines()
            if not line.startswith("#")
            for span in line.split()
        )
        for part in lines
    )
    return letters, marks


LETTERS, MARKS = _character_classes()
# A word of letters, hyphens and apostrophes, which may end in a full stop; or initials.
# A full stop within a word would let a second name in: `sarah.smith`.
_LETTER = f"[{LETTERS}][{MARKS}]*"
NAME_WORD = f"[{LETTERS}][{LETTERS}{MARKS}'’-]*[.]?"
INITIALS = f"{_LETTER}([.]-?{_LETTER})+[.]?"
# Not names by themselves, with or without a full stop; what follows alone is a last
# name.
TITLES = ("dr", "mr", "mrs", "ms", "miss", "mx", "prof", "professor", "doctor", "sir")
SIGNS_AT_ENDS = ".-'\u2019"
BETWEEN_TITLES = frozenset({"and", "&"})
# What may follow a comma without being the first name.
AFTER_A_NAME = frozenset(
    {"md", "do", "phd", "rn", "np", "pa", "dds", "dmd", "esq", "jr", "sr", "ii", "iii"}
    | {"iv", "mba", "fnp", "aprn", "bsn", "lpn", "cpa"}
)
# Where a first word stops being a name: `sarah.smith`, `sarah_smith`, `Sarah2`.
CUT = re.compile(r"[._\d]|[^\W\d_" + MARKS + r"](?<![" + LETTERS + r"])")
# Two given names written as two words. Any other word after a space is a last name.
DOUBLE_NAMES = (
    "Ana Maria|Anna Lena|Anna Maria|Anne Marie|Annie Mae|Betty Ann|Betty Jo|"
    "Billie Jean|Billie Jo|Billy Bob|Billy Ray|Bobbie Jo|Carol Ann|Eva Maria|"
    "Jean Claude|Jean Luc|Jean Marie|Jean Paul|Jean Pierre|Jim Bob|Jo Ann|Jo Anne|"
    "John Paul|Jose Luis|José Luis|Jose Maria|José María|Juan Carlos|Juan Jose|"
    "Juan José|Juan Pablo|Lee Ann|Lee Anne|Leigh Ann|Leigh Anne|Lisa Marie|"
    "Luis Miguel|Luz Maria|Luz María|Marco Antonio|Maria Elena|María Elena|"
    "Maria Fernanda|María Fernanda|Maria Isabel|María Isabel|Maria Jose|María José|"
    "Maria Luisa|María Luisa|Maria Teresa|María Teresa|Mary Ann|Mary Anne|"
    "Mary Beth|Mary Catherine|Mary Ellen|Mary Grace|Mary Jane|Mary Jo|Mary Kate|"
    "Mary Kay|Mary Lou|Mary Louise|Miguel Angel|Miguel Ángel|Norma Jean|Peggy Sue|"
    "Rose Ann|Rose Marie|Ruth Ann|Sarah Jane|Sue Ann|Terry Lynn|Tommy Lee|"
    "Victor Manuel|Willie Mae"
)
_ONE_WORD = re.compile(NAME_WORD)
_INITIALS = re.compile(INITIALS)
_DOUBLE = re.compile(DOUBLE_NAMES, re.IGNORECASE)
NAME_REGEX_IN_DATABASE = f"^({NAME_WORD}|{INITIALS})$"
DOUBLE_NAME_REGEX_IN_DATABASE = f"^({DOUBLE_NAMES})$"
TITLE_REGEX_IN_DATABASE = f"^({'|'.join(TITLES)})[.]?$"


def require_given_name(text: str) -> None:
    """For forms; raises ValidationError with a sentence that says what to enter."""
    if is_given_name(text):
        return
    kept = keep_given_name(text)
    if kept and kept != text.strip():
        raise ValidationError(
            "Enter only the first name: “%(kept)s”. Last names aren't stored.",
            code="more_than_a_given_name",
            params={"kept": kept},
        )
    raise ValidationError(
        "A first name can only have letters, hyphens and apostrophes, without a title.",
        code="not_a_given_name",
    )


def is_given_name(text: str) -> bool:
    if len(text) > MAX_NAME_LENGTH or _is_title(text):
        return False
    patterns = (_ONE_WORD, _INITIALS, _DOUBLE)
    return any(pattern.fullmatch(text) for pattern in patterns)


def _is_title(word: str) -> bool:
    return word.removesuffix(".").casefold() in TITLES


# Few names are most of a file's.
@lru_cache(maxsize=2048)
def keep_given_name(text: str) -> str:
    """The given name in `text`, for imports and APIs; empty when there is none.

    `Sarah Smith` → `Sarah`, `Mary Ann Miller` → `Mary Ann`, `Dr. Ana Miller` → `Ana`,
    `sarah.smith` → `sarah`. An email address and `Mrs. Miller` → empty.
    """
    words, has_title = _words(text)
    return "" if has_title and len(words) < 2 else _given(words)


def keep_from_full_name(text: str) -> str:
    """As `keep_given_name`; the last name may stand first: `Smith, Sarah` → `Sarah`."""
    before, comma, after = clean_text(text).partition(",")
    words, _ = _words(after.partition(",")[0])
    if not comma or _is_suffix(words):
        return keep_given_name(before if comma else text)
    # After a name and a comma, lower-case words are a note.
    if len(words) > 3 or (words[0].islower() and not before.islower()):
        return ""
    return _given(words)


def _words(text: str) -> tuple[list[str], bool]:
    """The words after the titles, and whether there were any."""
    # A space without width may stand between two names.
    words = clean_text(text.replace("\u200b", " ")).split()
    rest = list(words)
    while rest and (
        _is_title(rest[0]) or (rest != words and rest[0].casefold() in BETWEEN_TITLES)
    ):
        del rest[0]
    return rest, rest != words


def _is_suffix(words: Sequence[str]) -> bool:
    return all(word.replace(".", "").casefold() in AFTER_A_NAME for word in words)


def _given(words: Sequence[str]) -> str:
    """The first two of the words if they are one given name, else the first."""
    if not words or "@" in "".join(words) or is_placeholder(words[0], for_a_name=True):
        return ""
    for candidate in (" ".join(words[:2]), words[0], CUT.split(words[0], 1)[0]):
        if is_given_name(candidate):
            is_none = is_placeholder(candidate.strip(SIGNS_AT_ENDS), for_a_name=True)
            return "" if is_none else candidate
    return ""
