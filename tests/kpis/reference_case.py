"""A small clinic from a reference case, put into the database as it is written."""

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from campaigns.models import Campaign, CampaignSpend
from kpis.models import KpiEvent
from kpis.period import Period, Window
from leads.models import Activity, Lead, LeadStage, Opportunity, PipelineStage
from medspa.months import last_day

FOLDER = Path(__file__).parent / "cases"
CASES = sorted(FOLDER.glob("*.json"))
OUTCOMES = {"Won": "won", "Lost": "lost"}
PARTS = {
    "version",
    "timezone",
    "as_of",
    "definitions",
    "data",
    "ranges",
    "expected",
}
ROWS = {
    "campaigns",
    "stages",
    "leads",
    "kpi_events",
    "activities",
    "lead_stages",
    "opportunities",
}


@dataclass(frozen=True)
class ReferenceCase:
    """The data, the ranges and the expected figures of one file."""

    content: dict[str, Any]

    def __post_init__(self) -> None:
        """A part of a file that nobody reads would be a test that nobody runs."""
        assert self.content.keys() <= PARTS, self.content.keys() - PARTS
        assert self.data.keys() <= ROWS, self.data.keys() - ROWS

    @classmethod
    def read(cls, path: Path) -> "ReferenceCase":
        return cls(json.loads(path.read_text()))

    @property
    def as_of(self) -> datetime:
        return moment(self.content["as_of"])

    @property
    def data(self) -> dict[str, list[dict[str, Any]]]:
        return self.content.get("data", {})

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.content["timezone"])

    @property
    def today(self) -> date:
        return self.as_of.astimezone(self.zone).date()

    def window(self, range_id: str) -> Window:
        chosen = next(row for row in self.content["ranges"] if row["id"] == range_id)
        period = Period(
            date.fromisoformat(chosen["start"]), date.fromisoformat(chosen["end"])
        )
        return self.window_of(period)

    def window_of(self, period: Period) -> Window:
        return Window(period, self.zone, self.as_of)

    def load(self) -> None:
        """Insert everything. `recorded_at` follows all moments, so none is early."""
        data: dict[str, list[dict[str, Any]]] = defaultdict(list, self.data)
        PipelineStage.all_objects.all()._raw_delete("default")
        load_campaigns(data["campaigns"])
        stages = load_stages(data["stages"])
        load_leads(data["leads"], {row["id"]: row for row in data["campaigns"]})
        load_events(data["kpi_events"])
        load_activities(data["activities"])
        load_stays(data["lead_stages"], stages)
        load_opportunities(data["opportunities"])


def moment(text: str | None) -> Any:
    return datetime.fromisoformat(text) if text else None


def recorded_at() -> datetime:
    """After every moment of a case, of which none is in the future."""
    return timezone.now()


def load_campaigns(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        Campaign.all_objects.create(
            id=row["id"],
            name=row["name"],
            platform=row["platform"],
            monthly_spend_cents=row["monthly_spend_cents"],
            starts_on=row.get("starts_on"),
            ends_on=row.get("ends_on"),
        )
        for month, cents in row.get("actual_spend", {}).items():
            first = date.fromisoformat(f"{month[:7]}-01")
            enter_spend(row["id"], first, last_day(first), cents)
        for spend in row.get("spend", []):
            enter_spend(row["id"], spend["from"], spend["to"], spend["cents"])


def enter_spend(campaign: str, first: Any, last: Any, cents: int) -> None:
    CampaignSpend.objects.create(
        campaign_id=campaign, from_on=first, to_on=last, spend_cents=cents
    )


def load_stages(rows: list[dict[str, Any]]) -> dict[str, PipelineStage]:
    return {
        row["name"]: PipelineStage.objects.create(
            id=f"stage{order}",
            name=row["name"],
            order=order,
            outcome=row.get("outcome", OUTCOMES.get(row["name"], "open")),
            win_probability_bps=row["win_probability_bps"],
        )
        for order, row in enumerate(rows, start=1)
    }


def load_leads(
    rows: list[dict[str, Any]], campaigns: dict[str, dict[str, Any]]
) -> None:
    Lead.all_objects.bulk_create(
        Lead(
            id=row["id"],
            first_name="Ada",
            source=row["source"],
            campaign_id=row["campaign"],
            ad_platform=campaigns.get(row["campaign"], {}).get("platform", ""),
            created_at=moment(row["created_at"]),
            deleted_at=moment(row["deleted_at"]),
        )
        for row in rows
    )


def load_events(rows: list[dict[str, Any]]) -> None:
    KpiEvent.all_objects.bulk_create(
        KpiEvent(
            id=row["id"],
            kind=row["kind"],
            lead_id=row["lead"],
            campaign_id=row["campaign"],
            value_cents=row["value_cents"],
            occurred_at=moment(row["occurred_at"]),
            refund_of_id=row["refund_of"],
            metadata_json=row["metadata_json"],
            deleted_at=moment(row.get("deleted_at")),
            recorded_at=recorded_at(),
        )
        for row in rows
    )


def load_activities(rows: list[dict[str, Any]]) -> None:
    Activity.all_objects.bulk_create(
        Activity(
            id=row["id"],
            lead_id=row["lead"],
            type=row["type"],
            payload_json=row["payload_json"],
            created_at=moment(row["created_at"]),
            deleted_at=moment(row.get("deleted_at")),
            recorded_at=recorded_at(),
        )
        for row in rows
    )


def load_stays(rows: list[dict[str, Any]], stages: dict[str, PipelineStage]) -> None:
    by_lead = defaultdict(list)
    for row in sorted(rows, key=lambda row: (moment(row["changed_at"]), row["id"])):
        by_lead[row["lead"]].append(row)
    LeadStage.objects.bulk_create(
        LeadStage(
            id=row["id"],
            lead_id=lead,
            stage=stages[row["stage"]],
            changed_at=moment(row["changed_at"]),
            left_at=moment(follower["changed_at"]) if follower else None,
            recorded_at=recorded_at(),
        )
        for lead, stage_periods in by_lead.items()
        for row, follower in zip(stage_periods, [*stage_periods[1:], None], strict=True)
    )


def load_opportunities(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        expected = row["expected_date"] and date.fromisoformat(row["expected_date"])
        Opportunity.all_objects.bulk_create(
            [
                Opportunity(
                    id=row["id"],
                    lead_id=row["lead"],
                    expected_value_cents=row["expected_value_cents"],
                    expected_date=expected,
                    expected_date_set_on=expected and expected - timedelta(days=1),
                    procedure_code=row["procedure_code"],
                )
            ]
        )
