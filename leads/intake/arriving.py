"""Recording how leads came in by themselves."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from leads.arrivals import Arrival
from leads.models import LeadArrival
from medspa import clock


@dataclass(frozen=True)
class LeadCame:
    """An arrival of a lead, by its id; without `at` it is now."""

    lead_id: str
    arrival: Arrival
    at: datetime | None = None
    campaign_id: str = ""
    ad_platform: str = ""


def record_arrivals(arrivals: Iterable[LeadCame]) -> list[LeadArrival]:
    """By one statement for any number; call inside a transaction."""
    now = clock.now()
    rows: list[LeadArrival] = LeadArrival.objects.bulk_create(
        LeadArrival(
            lead_id=came.lead_id,
            campaign_id=came.campaign_id or None,
            ad_platform=came.ad_platform,
            arrived_at=came.at or now,
            **came.arrival.model_dump(),
        )
        for came in arrivals
    )
    return rows
