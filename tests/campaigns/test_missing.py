"""Days that run without any spend: where they begin, end and what they are called."""

from datetime import UTC, date, datetime, timedelta

import pytest

from campaigns.models import Campaign
from campaigns.spend.missing import (
    LOOKS_BACK,
    MissingSpend,
    missing_of,
    missing_spend,
    past_days,
    runs_since,
)
from medspa.clinic_time import clinic_today
from medspa.months import DayRange
from tests.factories import CampaignFactory, CampaignSpendFactory

JANUARY, FEBRUARY = date(2028, 1, 1), date(2028, 2, 1)
BEFORE = timedelta(days=1)


def days(first: date, last: date) -> DayRange:
    return DayRange(first, last)


def test_past_days_are_those_before_today_on_which_it_ran() -> None:
    asked = days(JANUARY, date(2028, 1, 31))
    today = date(2028, 1, 20)
    assert past_days(JANUARY, None, asked, today) == days(JANUARY, date(2028, 1, 19))
    assert past_days(date(2028, 1, 5), date(2028, 1, 9), asked, today) == days(
        date(2028, 1, 5), date(2028, 1, 9)
    )
    assert past_days(today, None, asked, today) is None
    assert past_days(JANUARY, None, asked, JANUARY) is None


def test_what_is_entered_is_not_missing_and_a_budget_is_no_entry() -> None:
    ran = days(JANUARY, date(2028, 2, 29))
    entered = [days(date(2028, 1, 8), date(2028, 1, 14)), days(FEBRUARY, FEBRUARY)]
    found = missing_of("c", "Glow", ran, entered, has_budget=True)
    assert found == MissingSpend(
        "c",
        "Glow",
        (
            days(JANUARY, date(2028, 1, 7)),
            days(date(2028, 1, 15), date(2028, 1, 31)),
            days(date(2028, 2, 2), date(2028, 2, 29)),
        ),
        True,
    )
    assert found.days == 7 + 17 + 28
    assert missing_of("c", "Glow", ran, [ran], has_budget=False) is None
    assert missing_of("c", "Glow", None, [], has_budget=False) is None


def test_a_campaign_without_a_first_day_runs_since_it_was_added() -> None:
    """At 4:59 UTC on 1 January it is still December in New York."""
    added = datetime(2028, 1, 1, 4, 59, tzinfo=UTC)
    assert runs_since(Campaign(created_at=added)) == date(2027, 12, 31)
    begun = Campaign(created_at=added, starts_on=FEBRUARY)
    assert runs_since(begun) == FEBRUARY


def test_the_last_gaps_are_named_and_the_year_where_it_is_another_one() -> None:
    this_year = clinic_today().replace(month=3, day=1)
    before = this_year.replace(year=this_year.year - 1, month=11)
    gaps = DayRange.of_month(before), days(this_year, this_year.replace(day=9))
    missing = MissingSpend("c", "Glow", gaps, False)
    assert missing.words == f"Nov {before.year}, Mar 1–9"
    many = MissingSpend("c", "Glow", (*gaps, *gaps, *gaps), False)
    assert many.words.endswith("Mar 1–9, and 2 more ranges")


@pytest.mark.django_db
def test_spend_is_missing_from_the_first_day_to_the_last_or_yesterday() -> None:
    today = clinic_today()
    begun = today - timedelta(days=40)
    yesterday = today - BEFORE

    def campaign(**fields: object) -> Campaign:
        return CampaignFactory(**{"monthly_spend_cents": 0, **fields})

    running = campaign(name="Running", starts_on=begun)
    ended = campaign(name="Ended", starts_on=begun, ends_on=begun + 9 * BEFORE)
    entered = campaign(name="Entered", starts_on=begun)
    CampaignSpendFactory(
        campaign=entered, from_on=begun, to_on=today - 3 * BEFORE, spend_cents=0
    )
    planned = campaign(name="Planned", starts_on=yesterday, monthly_spend_cents=1)
    later = campaign(name="Later", starts_on=today)
    asked = [running, ended, entered, planned, later]
    assert missing_spend(asked) == [
        MissingSpend(running.pk, "Running", (days(begun, yesterday),), False),
        MissingSpend(ended.pk, "Ended", (days(begun, begun + 9 * BEFORE),), False),
        MissingSpend(
            entered.pk, "Entered", (days(yesterday - BEFORE, yesterday),), False
        ),
        MissingSpend(planned.pk, "Planned", (days(yesterday, yesterday),), True),
    ]


@pytest.mark.django_db
def test_longer_ago_than_thirteen_months_nothing_is_missing() -> None:
    old = CampaignFactory(starts_on=date(2001, 1, 1), monthly_spend_cents=0)
    (missing,) = missing_spend([old])
    today = clinic_today()
    assert timedelta(days=400) == LOOKS_BACK
    assert missing.gaps == (days(today - timedelta(days=400), today - BEFORE),)
