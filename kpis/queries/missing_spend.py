"""Campaigns of a range for whose months nobody has entered what they cost."""

from collections.abc import Iterable
from datetime import date

from campaigns.spend.missing import MissingSpend, missing_months
from kpis.period import Period
from kpis.queries.counts import CampaignFacts


def missing_spend(
    facts: Iterable[CampaignFacts], period: Period, today: date
) -> list[MissingSpend]:
    """Of campaigns that are not deleted, up to today: such months count as no spend."""
    found = []
    for fact in facts:
        days = period.within(fact.runs_since, min(fact.plan.ends_on or today, today))
        if fact.is_deleted or days is None:
            continue
        months = missing_months(
            days.first, days.last, fact.plan.monthly_cents, fact.plan.actual
        )
        if months:
            found.append(MissingSpend(fact.id, fact.name, months))
    return found
