"""Months that run without any spend: where they begin, end and what they are called."""

from datetime import UTC, date, datetime, timedelta

import pytest

from campaigns.models import Campaign, CampaignSpend
from campaigns.spend.missing import (
    LOOKS_BACK,
    MissingSpend,
    missing_months,
    missing_spend,
    months_between,
    runs_since,
)
from medspa.clinic_time import clinic_today
from tests.factories import CampaignFactory

NOVEMBER, DECEMBER = date(2027, 11, 1), date(2027, 12, 1)
JANUARY, FEBRUARY = date(2028, 1, 1), date(2028, 2, 1)


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        (date(2027, 12, 31), date(2028, 2, 1), (DECEMBER, JANUARY, FEBRUARY)),
        (date(2027, 12, 31), date(2028, 1, 31), (DECEMBER, JANUARY)),
        (date(2028, 2, 29), date(2028, 2, 29), (FEBRUARY,)),
        (FEBRUARY, FEBRUARY, (FEBRUARY,)),
        (FEBRUARY, date(2028, 1, 31), ()),
        (date(2028, 2, 15), date(2028, 2, 14), ()),
    ],
)
def test_the_months_that_days_touch(
    first: date, last: date, months: tuple[date, ...]
) -> None:
    assert tuple(months_between(first, last)) == months
    assert missing_months(first, last, 0, ()) == months


def test_what_is_planned_or_entered_is_not_missing() -> None:
    days = NOVEMBER, FEBRUARY
    assert missing_months(*days, 1, ()) == ()
    assert missing_months(*days, 0, {DECEMBER}) == (NOVEMBER, JANUARY, FEBRUARY)


def test_a_campaign_without_a_first_day_runs_since_it_was_added() -> None:
    """At 4:59 UTC on 1 January it is still December in New York."""
    added = datetime(2028, 1, 1, 4, 59, tzinfo=UTC)
    assert runs_since(Campaign(created_at=added)) == date(2027, 12, 31)
    begun = Campaign(created_at=added, starts_on=FEBRUARY)
    assert runs_since(begun) == FEBRUARY


def test_the_year_is_said_where_it_is_another_one() -> None:
    this_year = clinic_today().replace(month=3, day=1)
    before = this_year.replace(year=this_year.year - 1, month=11)
    missing = MissingSpend("c", "Glow", (before, this_year))
    assert missing.words == f"Nov {before.year}, Mar"


@pytest.mark.django_db
def test_spend_is_missing_from_the_first_day_to_the_last_or_today() -> None:
    today = clinic_today()
    this_month = today.replace(day=1)
    last_month = (this_month - timedelta(days=1)).replace(day=1)
    before = (last_month - timedelta(days=1)).replace(day=1)

    def campaign(**fields: object) -> Campaign:
        return CampaignFactory(**{"monthly_spend_cents": 0, **fields})

    running = campaign(name="Running", starts_on=last_month)
    ended = campaign(name="Ended", starts_on=before, ends_on=last_month)
    entered = campaign(name="Entered", starts_on=last_month)
    for month in (before, this_month):
        CampaignSpend.objects.create(campaign=entered, month=month, spend_cents=0)
    planned = campaign(name="Planned", starts_on=before, monthly_spend_cents=1)
    later = campaign(name="Later", starts_on=today + timedelta(days=1))
    ends_later = campaign(
        name="Ends later", starts_on=today, ends_on=today + timedelta(days=90)
    )
    asked = [running, ended, entered, planned, later, ends_later]
    assert missing_spend(asked) == [
        MissingSpend(running.pk, "Running", (last_month, this_month)),
        MissingSpend(ended.pk, "Ended", (before, last_month)),
        MissingSpend(entered.pk, "Entered", (last_month,)),
        MissingSpend(ends_later.pk, "Ends later", (this_month,)),
    ]


@pytest.mark.django_db
def test_longer_ago_than_thirteen_months_nothing_is_missing() -> None:
    old = CampaignFactory(starts_on=date(2001, 1, 1), monthly_spend_cents=0)
    (missing,) = missing_spend([old])
    today = clinic_today()
    assert timedelta(days=400) == LOOKS_BACK
    assert missing.months == tuple(months_between(today - timedelta(days=400), today))
