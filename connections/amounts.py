"""Amounts as services count them, in the cents that we count."""

from fractions import Fraction

from medspa.money import round_half_away

# Currencies whose smallest unit is not the hundredth part (ISO 4217).
NO_DECIMALS = frozenset(
    {"BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA"}
    | {"PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"}
)
THREE_DECIMALS = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})


def cents(units: int, currency: str) -> int:
    """The smallest units of a currency, as hundredths of it."""
    if currency in NO_DECIMALS:
        return units * 100
    if currency in THREE_DECIMALS:
        return round_half_away(Fraction(units, 10))
    return units
