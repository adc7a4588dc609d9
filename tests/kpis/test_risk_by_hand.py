"""The chance of a no-show, worked out by hand from small pasts."""

from datetime import timedelta

import pytest

from kpis.events.no_show import (
    LEAST_RISK,
    MOST_RISK,
    PRIOR_RATE,
    Consult,
    Past,
    ahead_in_words,
    learn,
    risk,
)

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("ahead", "words"),
    [
        (DAY, "booked a day ahead or less"),
        (DAY + SECOND, "booked up to a week ahead"),
        (7 * DAY, "booked up to a week ahead"),
        (7 * DAY + SECOND, "booked one to three weeks ahead"),
        (21 * DAY, "booked one to three weeks ahead"),
        (21 * DAY + SECOND, "booked more than three weeks ahead"),
    ],
)
def test_time_ahead_in_words(ahead: timedelta, words: str) -> None:
    assert ahead_in_words(ahead) == words
    signs = Consult("google", "BTX", ahead).signs
    assert signs == (("source", "google"), ("procedure", "BTX"), ("ahead", words))


def test_the_past_is_counted_by_each_sign() -> None:
    one, other = Consult("google", "BTX", DAY), Consult("yelp", "BTX", 9 * DAY)
    past = learn([(one, True), (one, False), (other, False)])
    assert (past.due, past.missed) == (3, 2)
    assert past.due_by["source", "google"] == 2
    assert past.missed_by["source", "google"] == 1
    assert past.due_by["procedure", "BTX"] == 3
    assert past.missed_by["procedure", "BTX"] == 2
    assert past.missed_by["ahead", "booked one to three weeks ahead"] == 1
    assert past.rate == pytest.approx((2 + 20 * 0.2) / (3 + 20))


def test_the_odds_of_each_sign_over_the_usual_ones() -> None:
    """80 of Google, 20 missed; 20 of Yelp, 10 missed; all of one day and Botox."""
    google, yelp = Consult("google", "BTX", DAY), Consult("yelp", "BTX", DAY)
    past = learn(
        [(google, False)] * 20
        + [(google, True)] * 60
        + [(yelp, False)] * 10
        + [(yelp, True)] * 10
    )
    rate, usual = 34 / 120, 0.3
    of_yelp = (10 + 20 * usual) / (20 + 20)
    odds = rate / (1 - rate) * (of_yelp / (1 - of_yelp)) / (usual / (1 - usual))
    assert risk(yelp, past) == pytest.approx(odds / (1 + odds))
    assert risk(google, past) < past.rate < risk(yelp, past)


def test_a_chance_is_never_none_or_certain() -> None:
    one = Consult("google", "BTX", DAY)
    assert risk(one, learn([(one, True)] * 10_000)) == LEAST_RISK == 0.01
    assert risk(one, learn([(one, False)] * 10_000)) == MOST_RISK == 0.95
    assert risk(one, Past()) == pytest.approx(PRIOR_RATE) == 0.2
