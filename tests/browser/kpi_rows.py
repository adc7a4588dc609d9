"""Leads of the last days whose events fill every part of the KPI page."""

from datetime import UTC, datetime, timedelta

from tests.factories import (
    ActivityFactory,
    CampaignFactory,
    KpiEventFactory,
    LeadFactory,
    OpportunityFactory,
    StageFactory,
    TagFactory,
)


def kpi_rows(*_: object) -> None:
    now = datetime.now(UTC)
    stage, tag = StageFactory(), TagFactory()
    campaign = CampaignFactory(monthly_spend_cents=60_000)
    for age in range(1, 9):
        lead = LeadFactory(
            stage=stage, campaign=campaign, created_at=now - timedelta(days=age)
        )
        OpportunityFactory(lead=lead)
        lead.lead_tags.create(tag=tag)
        ActivityFactory(lead=lead, created_at=lead.created_at + timedelta(minutes=1))
        KpiEventFactory(lead=lead, occurred_at=now - timedelta(hours=age))
        if age % 2:
            KpiEventFactory(lead=lead, kind="consult_show")
            KpiEventFactory(lead=lead, paid=True)
            KpiEventFactory(lead=lead, paid=True)
