"""The one cleaning step of cells, form fields and searches."""

import re
import unicodedata
from functools import lru_cache

# Nothing to clean: printable ASCII, tabs and line ends.
PLAIN = re.compile(r"[\x20-\x7e\t\r\n]*")
# Letters that print nothing, and Braille's empty cell: they read as spaces.
BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
# Marks that print nothing, beside the characters of category Cf.
INVISIBLE = re.compile(
    "[\u034f\u17b4\u17b5\u180b-\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]"
)
# Other forms of a character that mean the same: ７ is 7, 𝐀 is A. A small letter such
# as ² or ª stays, because folded it would look like a part of the word.
SAME_MEANING = frozenset(
    {
        "<wide>",
        "<narrow>",
        "<noBreak>",
        "<font>",
        "<initial>",
        "<medial>",
        "<final>",
        "<isolated>",
    }
)
# What people and programs write into a cell that has no value.
PLACEHOLDERS = frozenset(
    {
        "#n/a",
        "(none)",
        "?",
        "empty",
        "n.a.",
        "n/a",
        "na",
        "nan",
        "nil",
        "no email",
        "no phone",
        "none",
        "not available",
        "not provided",
        "null",
        "tbd",
        "undefined",
        "unknown",
    }
)
# Placeholders that are given names of people, too.
ALSO_NAMES = frozenset({"na", "nan"})
NOTHING_BUT_SIGNS = re.compile(r"[\s\-–—_.*/\\]*")
NOTHING_BUT_ZEROS = re.compile(r"[\s()+\-–.]*0(?:[\s()+\-–.]*0){6,}[\s()+\-–.]*")


def clean_text(text: str) -> str:
    """`text` without invisible characters, spaces of any kind as spaces, trimmed."""
    if not PLAIN.fullmatch(text):
        text = unicodedata.normalize("NFC", "".join(map(_cleaned, text)))
    return text.strip()


@lru_cache(maxsize=4096)
def _cleaned(character: str) -> str:
    category = unicodedata.category(character)
    if character in BLANKS or category in ("Zs", "Zl", "Zp"):
        return " "
    if character in "\t\r\n":
        return character
    if category == "Cc":
        return " "
    if category in ("Cf", "Cs") or INVISIBLE.match(character):
        return ""
    if unicodedata.decomposition(character).partition(" ")[0] in SAME_MEANING:
        return unicodedata.normalize("NFKC", character)
    return character


def is_placeholder(text: str, *, for_a_name: bool = False) -> bool:
    """Whether a cleaned cell says that it has no value: `n/a`, `-`, 000-000-0000."""
    word = text.casefold()
    if word in PLACEHOLDERS:
        return not (for_a_name and word in ALSO_NAMES)
    return bool(NOTHING_BUT_SIGNS.fullmatch(text) or NOTHING_BUT_ZEROS.fullmatch(text))
