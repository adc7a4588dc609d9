"""The risk of a no-show: how likely a person misses a consult, from past consults.

A naive Bayes estimate from three signs: the source, the procedure and how long ahead
the consult was booked. No database here.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import NamedTuple

# Every group is smoothed by so many average consults, so that a source with two
# no-shows of two does not get a risk of 100%.
PRIOR_CONSULTS = 20
# The rate without any past consults: about what clinics report.
PRIOR_RATE = 0.2
# Odds of 0 or infinity would outweigh every other sign.
LEAST_RISK, MOST_RISK = 0.01, 0.95
AHEAD = (
    (timedelta(days=1), "booked a day ahead or less"),
    (timedelta(days=7), "booked up to a week ahead"),
    (timedelta(days=21), "booked one to three weeks ahead"),
)
LONG_AHEAD = "booked more than three weeks ahead"


class Consult(NamedTuple):
    """What was known of a consult beforehand; `ahead` from booking to its time."""

    source: str
    procedure: str
    ahead: timedelta

    @property
    def signs(self) -> tuple[tuple[str, str], ...]:
        return (
            ("source", self.source),
            ("procedure", self.procedure),
            ("ahead", ahead_in_words(self.ahead)),
        )


def ahead_in_words(ahead: timedelta) -> str:
    for limit, words in AHEAD:
        if ahead <= limit:
            return words
    return LONG_AHEAD


@dataclass
class Past:
    """Consults that were due: how many, and how many did not come, by sign."""

    due: int = 0
    missed: int = 0
    due_by: Counter[tuple[str, str]] = field(default_factory=Counter)
    missed_by: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def rate(self) -> float:
        """The clinic's rate of no-shows, near PRIOR_RATE while it has few consults."""
        return (self.missed + PRIOR_CONSULTS * PRIOR_RATE) / (self.due + PRIOR_CONSULTS)


def learn(consults: Iterable[tuple[Consult, bool]]) -> Past:
    """Count past consults; the boolean says whether the person came."""
    past = Past()
    for consult, came in consults:
        past.due += 1
        past.missed += not came
        for sign in consult.signs:
            past.due_by[sign] += 1
            past.missed_by[sign] += not came
    return past


def risk(consult: Consult, past: Past) -> float:
    """The chance, 0 to 1, that the person does not come.

    Naive Bayes on smoothed rates: the clinic's own odds times, for each sign, the
    odds of the consults that share it over the clinic's.
    """
    # Without the prior: a sign that every consult shares must change nothing.
    usual = past.missed / past.due if past.due else PRIOR_RATE
    odds = _odds(past.rate)
    for sign in consult.signs:
        rate = (past.missed_by[sign] + PRIOR_CONSULTS * usual) / (
            past.due_by[sign] + PRIOR_CONSULTS
        )
        odds *= _odds(rate) / _odds(usual)
    return min(max(odds / (1 + odds), LEAST_RISK), MOST_RISK)


def _odds(rate: float) -> float:
    rate = min(max(rate, LEAST_RISK), MOST_RISK)
    return rate / (1 - rate)
