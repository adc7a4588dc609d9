"""Campaigns of a range for whose days nobody has entered what they cost."""

from collections.abc import Iterable
from datetime import date

from campaigns.spend.missing import MissingSpend, missing_of, past_days
from kpis.period import Period
from kpis.queries.counts import CampaignFacts


def missing_spend(
    facts: Iterable[CampaignFacts], period: Period, today: date
) -> list[MissingSpend]:
    """Of campaigns that are not deleted, up to yesterday."""
    found = (
        missing_of(
            fact.id,
            fact.name,
            past_days(fact.runs_since, fact.plan.ends_on, period, today),
            [spend.days for spend in fact.plan.entered],
            has_budget=fact.plan.monthly_cents > 0,
        )
        for fact in facts
        if not fact.is_deleted
    )
    return [missing for missing in found if missing]
