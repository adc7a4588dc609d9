"""How likely somebody is not to come to a consult, from the clinic's own past."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

# So many consults of average luck are added to every group: a source with two
# no-shows of two is not taken for hopeless.
PRIOR = 20
# Before there is any past: about what clinics report.
GUESS = 0.2
# Odds of 0 or infinity would silence every other sign.
LEAST, MOST = 0.01, 0.95
AHEAD = (
    (timedelta(days=1), "booked a day ahead or less"),
    (timedelta(days=7), "booked up to a week ahead"),
    (timedelta(days=21), "booked one to three weeks ahead"),
)
LONG_AHEAD = "booked more than three weeks ahead"


@dataclass(frozen=True)
class Consult:
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
    return next((words for limit, words in AHEAD if ahead <= limit), LONG_AHEAD)


@dataclass
class Past:
    """Consults that were due: how many, and how many did not come, by sign."""

    due: int = 0
    missed: int = 0
    due_by: Counter[tuple[str, str]] = field(default_factory=Counter)
    missed_by: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def rate(self) -> float:
        """The clinic's share of no-shows, near a guess while it has few consults."""
        return (self.missed + PRIOR * GUESS) / (self.due + PRIOR)


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
    # Not the guess: a sign that every consult shares must change nothing.
    usual = past.missed / past.due if past.due else GUESS
    odds = _odds(past.rate)
    for sign in consult.signs:
        rate = (past.missed_by[sign] + PRIOR * usual) / (past.due_by[sign] + PRIOR)
        odds *= _odds(rate) / _odds(usual)
    return min(max(odds / (1 + odds), LEAST), MOST)


def _odds(rate: float) -> float:
    rate = min(max(rate, LEAST), MOST)
    return rate / (1 - rate)
