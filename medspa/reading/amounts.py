"""Amounts of money as people and programs write them."""

import re
from fractions import Fraction
from functools import cache

from medspa.formats import clinic_formats

PLAIN_AMOUNT = re.compile(r"[0-9]+(?:\.[0-9]+)?")
# Spaces group digits by three: `1 200`, not `1 2`.
SPACE_WITHIN = re.compile(r"\d\s+\d(?!\d\d(?!\d))")
# No amount has more; Python refuses to count thousands of digits.
MAX_LENGTH = 100


class NegativeAmount(ValueError):
    """A minus sign or brackets stand around the amount."""


class AmountTooLong(ValueError):
    """There are more digits than any amount has."""


def parse_cents(text: str) -> Fraction:
    """Exact cents of an amount; finer than a cent is kept. Raises as `plain_number`."""
    return Fraction(plain_number(text)) * 100


def plain_number(text: str) -> str:
    """`1200.50` of `1,200.50`, `$1 200.50` or `1.200,50`.

    Raises NegativeAmount, AmountTooLong, and ValueError for anything else that is no
    amount.
    """
    if SPACE_WITHIN.search(text):
        raise ValueError
    formats = clinic_formats()
    plain = _currency(formats.currency, formats.currency_sign).sub(
        "", re.sub(r"\s", "", text)
    )
    plain = plain.strip("'")
    if plain.startswith(("-", "−", "(")):
        raise NegativeAmount
    digits = _with_decimal_point(plain)
    if not PLAIN_AMOUNT.fullmatch(digits):
        raise ValueError
    if len(digits) > MAX_LENGTH:
        raise AmountTooLong
    return digits


@cache
def _currency(code: str, sign: str) -> re.Pattern[str]:
    """The clinic's currency before or behind an amount: `US$`, `USD`, `$`."""
    names = [re.escape(name) for name in (code[:2] + sign, code, sign) if name]
    found = "|".join(names or ["(?!)"])
    return re.compile(f"^(?:{found})|(?:{found})$")


def _with_decimal_point(text: str) -> str:
    """The last mark of two kinds is the decimal one; a lone comma groups by three."""
    text = text.replace("'", "").replace("’", "")
    if "," in text and "." in text:
        grouping = "," if text.rindex(".") > text.rindex(",") else "."
        return text.replace(grouping, "").replace(",", ".")
    if text.count(".") > 1:
        return text.replace(".", "") if _groups(text, ".") else text
    if "," in text:
        return text.replace(",", "" if _groups(text, ",") else ".")
    return text


def _groups(text: str, mark: str) -> bool:
    first, *others = text.split(mark)
    return 0 < len(first) <= 3 and all(len(part) == 3 for part in others)
