"""Campaigns whose spend of a month is not what was known at an earlier moment."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from campaigns.models import Campaign, CampaignSpend
from campaigns.spend.entered import EnteredSpend, entered_by
from kpis.metrics.spend import Plan, Spend
from kpis.period import Window
from kpis.queries import counts as queries
from kpis.queries.numbers import KpiData
from kpis.restatements.causes import Cause, NumberChange


def spend_changes(numbers: KpiData, since: datetime) -> list[NumberChange]:
    """By campaign, the cents of the month now less those known at `since`."""
    then = Spend.of(_plans_at(since, numbers.window), numbers.window.period)
    now = numbers.spend
    names = {fact.id: fact.name for fact in numbers.facts}
    found = []
    for campaign in sorted(then.costs.keys() | now.costs.keys()):
        before = then.cents(campaign) if campaign in then.costs else 0
        after = now.cents(campaign) if campaign in now.costs else 0
        if before != after:
            change = NumberChange(
                Cause.SPEND,
                {"spend_cents": after - before},
                campaign=campaign,
                name=names.get(campaign, "Deleted campaign"),
            )
            found.append(change)
    return found


def _plans_at(since: datetime, window: Window) -> dict[str, Plan]:
    """The campaigns' plans and actual spend as they were known at a moment.

    Rows without any history are taken as they are now.
    """
    entered: dict[str, list[EnteredSpend]] = defaultdict(list)
    for row in _as_of(CampaignSpend, since):
        entered[row.campaign_id].append(entered_by(row))
    return {
        campaign.pk: queries.plan_of(campaign, entered[campaign.pk], window)
        for campaign in _as_of(Campaign, since)
    }


def _as_of(model: Any, since: datetime) -> list[Any]:
    known = model.history.values("id")
    return [
        *model.history.as_of(since),
        *model._base_manager.exclude(pk__in=known),
    ]
