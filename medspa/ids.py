"""Time-sortable CUIDs: `c`, 8 base-36 digits of milliseconds, 16 random ones."""

import os
import re
import time
from functools import lru_cache
from hashlib import sha256
from typing import Any

from django.core.validators import RegexValidator
from django.db import models

CUID_LENGTH = 25
CUID = re.compile(r"c[0-9a-z]{24}")
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
PAIRS = tuple(first + second for first in DIGITS for second in DIGITS)
RANDOM_SPACE = 36**16
# A digit for each byte. Four of them come up a seventh more often: of 82 random bits
# that takes less than a tenth of one.
DIGIT_OF_BYTE = (DIGITS * 8)[:256].encode()


def new_id() -> str:
    """A fresh id. Ids made in a later millisecond sort after earlier ones."""
    moment = _moment_digits(time.time_ns() // 1_000_000)
    return f"c{moment}{os.urandom(16).translate(DIGIT_OF_BYTE).decode()}"


# An import makes ten ids in a millisecond.
@lru_cache(maxsize=2)
def _moment_digits(milliseconds: int) -> str:
    return base36(milliseconds, 8)


def cuid(milliseconds: int, randomness: int) -> str:
    """The id of a moment (Unix milliseconds) and a random number, whose lowest 16
    digits of base 36 it has."""
    return f"c{base36(milliseconds, 8)}{base36(randomness, 16)}"


def id_with(key: str, content: object) -> str:
    """The id that follows from another one and some content: same moment, same kind."""
    digest = sha256(repr((key, content)).encode()).digest()
    return f"{key[:9]}{base36(int.from_bytes(digest), 16)}"


def base36(number: int, width: int) -> str:
    """`number` in exactly `width` base-36 digits, the lowest ones if it is longer."""
    pairs = []
    for _ in range((width + 1) // 2):
        number, pair = divmod(number, len(PAIRS))
        pairs.append(PAIRS[pair])
    pairs.reverse()
    return "".join(pairs)[-width:]


class CuidField(models.CharField):
    """A primary key that sorts by time, compared byte by byte in the database."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        defaults: dict[str, Any] = {
            "max_length": CUID_LENGTH,
            "db_collation": "C",
            "default": new_id,
            "editable": False,
            "validators": [RegexValidator(CUID, "This is not a valid id.")],
        }
        super().__init__(*args, **(defaults | kwargs))

    def db_type(self, connection: Any) -> str:
        """`varchar` under its long name.

        For a column type called `varchar` Django creates a second index, for LIKE in
        collations other than "C". Our ids have the collation "C" and don't need it.
        """
        return f"character varying({self.max_length})"
