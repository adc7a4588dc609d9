"""Every rule of campaigns and their spend, in words and in SQL."""

from contextlib import nullcontext
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models

from medspa.reading.short_names import ABOUT_SOMEBODY_SENTENCE
from tests.factories import (
    CampaignAliasFactory,
    CampaignFactory,
    CampaignSpendFactory,
)
from tests.rules import Rule, refusal_in_sql, refusal_in_words

pytestmark = pytest.mark.django_db


def second_spend() -> models.Model:
    """A spend of a campaign that has one for January already."""
    january = CampaignSpendFactory(month=date(2026, 1, 1))
    return CampaignSpendFactory(campaign=january.campaign, month=date(2026, 2, 1))


def second_name() -> models.Model:
    """A name in Meta's exports beside `Glow`, which they have already."""
    CampaignAliasFactory(name="Glow")
    return CampaignAliasFactory(name="Radiance")


RULES = [
    Rule(
        "campaigns_campaignalias_name_is_unique",
        second_name,
        {"name": "GLOW"},
        "This name already belongs to a campaign.",
    ),
    Rule(
        "campaigns_campaignalias_has_a_name",
        CampaignAliasFactory,
        {"name": ""},
        "This field is required.",
        "name",
    ),
    Rule(
        "campaigns_campaignalias_door_is_known",
        CampaignAliasFactory,
        {"door": "billboard"},
        "Choose from the list.",
        "door",
    ),
    Rule(
        "campaigns_campaign_name_is_no_persons",
        CampaignFactory,
        {"name": "Livia b. 1/2/1990"},
        ABOUT_SOMEBODY_SENTENCE,
        "name",
    ),
    Rule(
        "campaigns_campaign_has_a_name",
        CampaignFactory,
        {"name": ""},
        "This field is required.",
        "name",
    ),
    Rule(
        "campaigns_campaign_platform_is_known",
        CampaignFactory,
        {"platform": "billboard"},
        "Choose from the list.",
        "platform",
    ),
    Rule(
        "campaigns_campaign_spend_is_not_negative",
        CampaignFactory,
        {"monthly_spend_cents": -1},
        "The spend can't be negative.",
        "monthly_spend_cents",
    ),
    Rule(
        "campaigns_campaign_ends_after_it_starts",
        CampaignFactory,
        {"starts_on": date(2026, 3, 2), "ends_on": date(2026, 3, 1)},
        "The end date can't be before the start date.",
    ),
    Rule(
        "campaigns_campaignspend_first_day_is_unique",
        second_spend,
        {"from_on": date(2026, 1, 1)},
        "Spend is already entered for one of these dates.",
        raw={"from_on": date(2026, 1, 1), "to_on": date(2026, 1, 1)},
    ),
    Rule(
        "campaigns_campaignspend_ranges_fit",
        second_spend,
        {"from_on": date(2026, 1, 31)},
        "Spend is already entered for one of these dates.",
    ),
    Rule(
        "campaigns_campaignspend_ends_after_it_starts",
        CampaignSpendFactory,
        {"to_on": date(2025, 12, 31)},
        "The end date can't be before the start date.",
    ),
    Rule(
        "campaigns_campaignspend_spend_is_not_negative",
        CampaignSpendFactory,
        {"spend_cents": -1},
        "The spend can't be negative.",
        "spend_cents",
    ),
]


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_a_form_says_the_sentence(rule: Rule) -> None:
    assert refusal_in_words(rule) == {rule.place: [rule.sentence]}


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_raw_sql_is_refused(rule: Rule) -> None:
    assert refusal_in_sql(rule) == rule.name


@pytest.mark.parametrize(
    ("first", "last", "fits"),
    [
        ((2025, 12, 1), (2025, 12, 31), True),
        ((2026, 2, 1), (2026, 2, 1), True),
        ((2025, 12, 1), (2026, 1, 1), False),
        ((2026, 1, 31), (2026, 2, 5), False),
        ((2026, 1, 10), (2026, 1, 10), False),
        ((2025, 1, 1), (2026, 12, 31), False),
    ],
)
def test_ranges_of_one_campaign_share_no_day(
    first: tuple[int, int, int], last: tuple[int, int, int], fits: bool
) -> None:
    """The ranges of another campaign are no hindrance."""
    january = CampaignSpendFactory(month=date(2026, 1, 1))
    days = {"from_on": date(*first), "to_on": date(*last)}
    CampaignSpendFactory(**days)
    added = CampaignSpendFactory.build(campaign=january.campaign, **days)
    with nullcontext() if fits else pytest.raises(ValidationError):
        added.full_clean()
    with nullcontext() if fits else pytest.raises(IntegrityError):
        added.save()


def test_a_campaign_may_last_one_day() -> None:
    day = date(2026, 3, 1)
    CampaignFactory.build(starts_on=day, ends_on=day).full_clean()
