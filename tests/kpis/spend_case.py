"""Reference cases of spend: campaigns, what was entered, and what ranges cost."""

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from campaigns.models import Campaign, CampaignSpend
from kpis.metrics.spend import Spend
from kpis.period import Period, Window
from kpis.queries.counts import campaign_facts
from tests.kpis.reference_case import enter_spend

PARTS = {"id", "title", "why", "timezone", "campaigns", "asked"}
ANSWERS = {
    "from",
    "to",
    "expected_by_campaign",
    "expected_total_cents",
    "planned_days",
    "entered_days",
}


def compare_spend(case: dict[str, Any]) -> None:
    """Every asked range of one case, through the database."""
    assert case.keys() <= PARTS, case.keys() - PARTS
    CampaignSpend.objects.all().delete()
    Campaign.all_objects.all()._raw_delete("default")
    for row in case["campaigns"]:
        fields = {name: row[name] for name in row.keys() - {"spend"}}
        name = f"{case['id']} {row['id']}"
        Campaign.objects.create(**fields, name=name, platform="google")
        for spend in row["spend"]:
            enter_spend(row["id"], spend["from"], spend["to"], spend["cents"])
    for asked in case["asked"]:
        assert asked.keys() <= ANSWERS, asked.keys() - ANSWERS
        period = Period(
            date.fromisoformat(asked["from"]), date.fromisoformat(asked["to"])
        )
        zone = ZoneInfo(case["timezone"])
        facts = campaign_facts(Window(period, zone, datetime.now(UTC)))
        spend = Spend.of({fact.id: fact.plan for fact in facts}, period)
        found = {
            "expected_by_campaign": {fact.id: spend.cents(fact.id) for fact in facts},
            "expected_total_cents": spend.total_cents,
            "planned_days": spend.planned_days,
            "entered_days": spend.entered_days,
        }
        for key in asked.keys() - {"from", "to"}:
            assert found[key] == asked[key], (case["id"], asked, key)
