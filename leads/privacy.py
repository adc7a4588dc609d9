"""The guard on names: only a given name may be stored.

Forms ask for it; imports and APIs cut a longer name.
"""

import re
import unicodedata

from django.core.exceptions import ValidationError

PRIVACY_NOTE = (
    "Only first names and contact details here. "
    "No last names, medical notes, dates of birth or photos."
)
MAX_NAME_LENGTH = 40
# A word of letters (any script), hyphens, apostrophes and full stops.
NAME_WORD = r"[^\W\d_](?:[^\W\d_]|[.'’\-])*"
# The database's rule for the same: no characters that names don't have.
_NOT_IN_NAMES = r"0-9@,;:/\\<>(){}\"=+*_#$%&!?|~`^[:space:]"
NAME_WORD_IN_DATABASE = f"[^][{_NOT_IN_NAMES}-][^][{_NOT_IN_NAMES}]*"
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
_DOUBLE = re.compile(DOUBLE_NAMES, re.IGNORECASE)
NAME_REGEX_IN_DATABASE = f"^{NAME_WORD_IN_DATABASE}$"
DOUBLE_NAME_REGEX_IN_DATABASE = f"^({DOUBLE_NAMES})$"


def require_given_name(text: str) -> None:
    """For forms; raises ValidationError with a sentence that says what to enter."""
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
    if len(text) > MAX_NAME_LENGTH or unicodedata.category(text[:1] or " ")[0] != "L":
        return False
    # Characters that a pattern takes for letters: ², Ⅳ, ½.
    if any(unicodedata.category(character)[0] == "N" for character in text):
        return False
    letters = _without_marks(text)
    return bool(_ONE_WORD.fullmatch(letters) or _DOUBLE.fullmatch(text))


def _without_marks(text: str) -> str:
    """`text` without accents and vowel signs, which belong to a letter."""
    return "".join(
        character for character in text if unicodedata.category(character)[0] != "M"
    )


def keep_given_name(text: str) -> str:
    """The given name in `text`, for imports and APIs; empty when there is none.

    `Sarah Smith` → `Sarah`, `Mary Ann Miller` → `Mary Ann`, an e-mail address → empty.
    """
    words = unicodedata.normalize("NFC", text.replace("\0", " ")).split()
    for count in (2, 1):
        candidate = " ".join(words[:count])
        if len(words) >= count and is_given_name(candidate):
            return candidate
    return ""
