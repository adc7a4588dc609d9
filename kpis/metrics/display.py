"""How figures are written for people: one format per unit."""

import re
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction

from kpis.metrics.definitions import Better, Metric, Unit
from kpis.metrics.figures import SMALL_SAMPLE, RateShare, Ratio, SoFar
from medspa.formats import format_cents
from medspa.money import round_half_away
from medspa.templatetags.clinic import duration

Value = int | float | Fraction | Ratio | RateShare | SoFar | None
DASH = "–"
# Between a number and its unit, where no line may break.
SPACE = "\u00a0"


def number(value: Value) -> Fraction | None:
    """The exact value of a figure."""
    if value is None:
        return None
    return (
        value.value if isinstance(value, Ratio | RateShare | SoFar) else Fraction(value)
    )


def as_integer(value: Value) -> int:
    """A count or an amount; 0 for nothing."""
    return int(number(value) or 0)


def text(value: Value, unit: Unit, *, with_cents: bool = False) -> str:
    """`1,234`, `$12.50`, `2.4×`, `41%`, `11 min`; a dash for nothing.

    Amounts of whole dollars have cents only `with_cents`.
    """
    exact = number(value)
    if exact is None:
        return DASH
    match unit:
        case Unit.CENTS:
            return format_cents(round_half_away(exact), always_cents=with_cents)
        case Unit.RATIO:
            return f"{_decimals(exact, 1)}×"
        case Unit.RATE:
            return f"{percent(exact)}%"
        case Unit.SECONDS:
            return _wait(exact)
    return _decimals(exact, 0)


def has_cents(value: Value) -> bool:
    """An amount that is not of whole dollars, once it is rounded to cents."""
    exact = number(value)
    return exact is not None and round_half_away(exact) % 100 != 0


def percent(rate: Fraction) -> str:
    """Whole percents; one decimal below ten, where a whole one says little."""
    digits = 1 if 0 < abs(rate) < Fraction(995, 10_000) else 0
    return _decimals(rate * 100, digits)


def _decimals(exact: Fraction, digits: int) -> str:
    scaled = round_half_away(exact * 10**digits if digits else exact)
    sign = "−" if scaled < 0 else ""
    whole, rest = divmod(abs(scaled), 10**digits)
    return f"{sign}{whole:,}" + (f".{rest:0{digits}}" if digits else "")


def _wait(seconds: Fraction) -> str:
    if seconds < 60:
        return f"{_decimals(seconds, 0)}{SPACE}s"
    return duration(timedelta(seconds=float(seconds)))


def is_small(value: Value) -> bool:
    """A rate of so few cases that it says little."""
    match value:
        case Ratio(den=cases) | RateShare(n=cases):
            return 0 < cases < SMALL_SAMPLE
    return False


def has_cases(value: Value) -> bool:
    """A rate or ratio with a denominator: its parts can be opened, even if it is 0."""
    match value:
        case Ratio(den=cases) | RateShare(n=cases):
            return cases > 0
    return False


def small_text(value: Ratio | RateShare) -> str:
    """`4 of 5`: what a small sample says instead of a rate."""
    if isinstance(value, RateShare):
        return f"{value.k:,} of {value.n:,}"
    return f"{value.num:,} of {value.den:,}"


@dataclass(frozen=True)
class Change:
    """How a figure differs from the previous period: text, arrow, tone and verdict."""

    text: str
    arrow: str = ""
    tone: str = ""
    verdict: str = ""


def change(metric: Metric, now: Value, before: Value) -> Change:
    """`+12%` for counts and money, `+6 pt` for rates, `+0.3` for ratios.

    "n/a" when there is nothing to compare with or the base is zero.
    """
    current, base = number(now), number(before)
    if current is None or base is None:
        return Change("n/a")
    if metric.better == Better.LOWER and max(current, base) <= 0:
        # Refunds are shown as what is taken off: fewer of them are a decrease.
        current, base = -current, -base
    difference = current - base
    if metric.unit in (Unit.RATE, Unit.RATIO):
        return _judged(metric, difference, _absolute(metric, difference))
    if base == 0:
        return Change("n/a")
    percents = difference / abs(base) * 100
    digits = 1 if 0 < abs(percents) < 1 else 0
    return _judged(metric, difference, f"{_signed(percents, digits)}%")


def _absolute(metric: Metric, difference: Fraction) -> str:
    if metric.unit == Unit.RATE:
        points = difference * 100
        digits = 1 if 0 < abs(points) < 1 else 0
        return f"{_signed(points, digits)}{SPACE}pt"
    return _signed(difference, 1)


def _signed(exact: Fraction, digits: int) -> str:
    words = _decimals(exact, digits)
    return f"+{words}" if exact > 0 else words


def _judged(metric: Metric, difference: Fraction, words: str) -> Change:
    # A change that rounds to zero is shown as unchanged.
    if not re.search("[1-9]", words):
        return Change(words.lstrip("+"), verdict="unchanged")
    arrow = "▲" if difference > 0 else "▼"
    if metric.better == Better.NEITHER:
        return Change(words, arrow)
    is_good = (difference > 0) == (metric.better == Better.HIGHER)
    return Change(
        words,
        arrow,
        "good" if is_good else "bad",
        "better" if is_good else "worse",
    )
