"""Money: integer cents, exact fractions, and one rule for rounding."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction


def round_half_away(value: Fraction) -> int:
    """The nearest integer; a half goes away from zero, so that a refund mirrors."""
    numerator, denominator = value.as_integer_ratio()
    magnitude = (2 * abs(numerator) + denominator) // (2 * denominator)
    return magnitude if numerator >= 0 else -magnitude


def amount_of(cents: int) -> Decimal:
    """`1234.50`, `-0.05`: an amount in a file that spreadsheets calculate with."""
    return Decimal(cents).scaleb(-2)


def split_cents(total: int, weights: Sequence[int]) -> list[int]:
    """`total` cents split by `weights`; the parts sum to the total.

    Cents left over go to the largest remainders, ties to the earlier weight.
    Raises ValueError when no weight is positive or one is negative.
    """
    whole = sum(weights)
    if whole <= 0 or min(weights) < 0:
        raise ValueError("Weights must be zero or more, with at least one above zero.")
    sign = -1 if total < 0 else 1
    exact = [Fraction(abs(total) * weight, whole) for weight in weights]
    parts = [int(share) for share in exact]
    by_remainder = sorted(
        range(len(parts)), key=lambda index: parts[index] - exact[index]
    )
    for index in by_remainder[: abs(total) - sum(parts)]:
        parts[index] += 1
    return [sign * part for part in parts]
