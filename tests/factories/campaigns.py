"""Campaigns and what they cost."""

from datetime import date

import factory
from factory.django import DjangoModelFactory

from campaigns.models import Campaign, CampaignAlias, CampaignSpend
from medspa.months import last_day


class CampaignFactory(DjangoModelFactory):
    name = factory.Sequence(lambda number: f"Summer skin {number}")
    platform = "facebook"
    monthly_spend_cents = 150_000

    class Meta:
        model = Campaign


class CampaignSpendFactory(DjangoModelFactory):
    """Of January 2026; with `month` of the days of another month."""

    campaign = factory.SubFactory(CampaignFactory)
    from_on = factory.SelfAttribute("month")
    to_on = factory.LazyAttribute(lambda spend: last_day(spend.from_on))
    spend_cents = 140_000

    class Params:
        month = date(2026, 1, 1)

    class Meta:
        model = CampaignSpend


class CampaignAliasFactory(DjangoModelFactory):
    campaign = factory.SubFactory(CampaignFactory)
    door = "meta"
    name = factory.Sequence(lambda number: f"SUMMER | skin {number}")

    class Meta:
        model = CampaignAlias
