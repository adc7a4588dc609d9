"""What never gets in: the guard on names.

Only a given name may be stored. People are asked kindly; machine doors cut.
"""

import re

from django.core.exceptions import ValidationError

PRIVACY_NOTE = (
    "Only first names and contact details here. "
    "No last names, medical notes, dates of birth or photos."
)
MAX_NAME_LENGTH = 40
# A word of letters (any script), hyphens, apostrophes and full stops.
NAME_WORD = r"[^\W\d_](?:[^\W\d_]|[.'’\-])*"  # noqa: RUF001  (typographic apostrophe)
# The database's rule for the same: no characters that names don't have.
NAME_WORD_IN_DATABASE = r"[^][0-9@,;:/\\<>(){}\"=+*_#$%&!?|~`^[:space:]-][^][0-9@,;:/\\<>(){}\"=+*_#$%&!?|~`^[:space:]]*"
# Two given names written as two words. Anything else after a space is a last name.
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
_DOUBLE = re.compile(DOUBLE_NAMES, re.IGNORECASE)
NAME_REGEX_IN_DATABASE = f"^{NAME_WORD_IN_DATABASE}$"
DOUBLE_NAME_REGEX_IN_DATABASE = f"^({DOUBLE_NAMES})$"


def require_given_name(text: str) -> None:
    """A form's guard; raises ValidationError with a sentence that helps."""
    if is_given_name(text):
        return
    kept = keep_given_name(text)
    if kept and " " in text.strip():
        raise ValidationError(
            "Please enter only the first name: “%(kept)s”. "
            "Last names are not stored here.",
            code="more_than_a_given_name",
            params={"kept": kept},
        )
    raise ValidationError(
        "A first name has letters, hyphens, apostrophes and full stops only.",
        code="not_a_given_name",
    )


def is_given_name(text: str) -> bool:
    return len(text) <= MAX_NAME_LENGTH and bool(
        _ONE_WORD.fullmatch(text) or _DOUBLE.fullmatch(text)
    )


def keep_given_name(text: str) -> str:
    """A machine door's cut: the given name in `text`, empty when there is none.

    `Sarah Smith` → `Sarah`, `Mary Ann Miller` → `Mary Ann`, an e-mail address → empty.
    """
    words = text.replace("\0", "").split()
    for count in (2, 1):
        candidate = " ".join(words[:count])
        if len(words) >= count and is_given_name(candidate):
            return candidate
    return ""
