"""A small clinic in plain Python, and its way into the database.

`plain_figures` and `plain_people` work out its figures. They share nothing with the
code under test but the shape of the answer (`Counts`, by campaign, source and
procedure): they are slow and read like docs/kpis.md.
"""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from kpis.models import KpiEvent
from kpis.queries.counts import Slice
from leads.models import (
    Activity,
    Lead,
    LeadStage,
    LeadTag,
    Opportunity,
    PipelineStage,
    Tag,
)
from medspa.models import User
from tests.factories import CampaignFactory
from tests.kpis.reference_case import recorded_at

SOURCES = ("google", "walk_in", "referral")
PROCEDURES = ("FILLER", "TUMMY")
CAMPAIGNS = 2
TAGS = 3
PEOPLE = 2
STAGES = (("open", 1000), ("open", 3333), ("won", 10_000), ("lost", 0))
FIRST = datetime(2026, 2, 20, tzinfo=UTC)
DAYS = 60
DELETED_AT = FIRST + timedelta(days=DAYS)


@dataclass
class PlainEvent:
    key: str
    lead: int | None
    kind: str
    at: datetime
    cents: int | None = None
    campaign: int | None = None
    scheduled_for: datetime | None = None
    booking: str | None = None
    refund_of: str | None = None
    is_void: bool = False


@dataclass
class PlainLead:
    source: str
    campaign: int | None
    procedure: str | None
    at: datetime
    is_deleted: bool = False
    touches: list[tuple[datetime, bool, bool]] = field(default_factory=list)
    cents: int = 5
    expected: date | None = None
    tags: tuple[int, ...] = ()
    # Stage and entry, in order; each stay ends when the next begins.
    stage_periods: list[tuple[int, datetime]] = field(default_factory=list)
    is_backfilled: bool = False
    assigned: int | None = None


@dataclass
class PlainClinic:
    leads: list[PlainLead]
    events: list[PlainEvent]
    names: list[str] = field(default_factory=list)

    def load(self) -> None:
        """Into the database, as it is."""
        self.names = [CampaignFactory().pk for _ in range(CAMPAIGNS)]
        User.objects.bulk_create(
            User(id=f"U{number}", username=f"plain{number}") for number in range(PEOPLE)
        )
        self._load_leads()
        load_opportunities(self.leads)
        load_activities(self.leads)
        self._load_events()
        load_tags(self.leads)
        load_stage_periods(self.leads)

    def _load_leads(self) -> None:
        Lead.all_objects.bulk_create(
            Lead(
                id=f"L{number}",
                first_name="Ada",
                source=lead.source,
                is_backfilled=lead.is_backfilled,
                assigned_to_id=person_id(lead.assigned),
                campaign_id=self.campaign(lead.campaign),
                created_at=lead.at,
                deleted_at=DELETED_AT if lead.is_deleted else None,
            )
            for number, lead in enumerate(self.leads)
        )

    def _load_events(self) -> None:
        KpiEvent.all_objects.bulk_create(
            KpiEvent(
                id=event.key,
                lead_id=None if event.lead is None else f"L{event.lead}",
                kind=event.kind,
                value_cents=event.cents,
                campaign_id=self.campaign(event.campaign),
                refund_of_id=event.refund_of,
                occurred_at=event.at,
                metadata_json=metadata(event),
                deleted_at=DELETED_AT if event.is_void else None,
                recorded_at=recorded_at(),
            )
            for event in self.events
        )

    def campaign(self, number: int | None) -> str | None:
        return None if number is None else self.names[number]

    def place(self, event: PlainEvent) -> Slice:
        """An ad click counts for its own campaign, all else for its lead's."""
        lead = None if event.lead is None else self.leads[event.lead]
        own = self.campaign(event.campaign)
        if lead is None:
            return Slice(own if event.kind == "ad_click" else None, None, None)
        home = self.place_of(lead)
        return replace(home, campaign=own) if event.kind == "ad_click" else home

    def place_of(self, lead: PlainLead) -> Slice:
        return Slice(self.campaign(lead.campaign), lead.source, lead.procedure)

    @property
    def counting(self) -> list[PlainEvent]:
        return [
            event
            for event in self.events
            if not event.is_void
            and (event.lead is None or not self.leads[event.lead].is_deleted)
        ]

    @property
    def active(self) -> list[tuple[int, PlainLead]]:
        return [
            (number, lead)
            for number, lead in enumerate(self.leads)
            if not lead.is_deleted
        ]


def person_id(number: int | None) -> str | None:
    return None if number is None else f"U{number}"


def load_opportunities(leads: list[PlainLead]) -> None:
    Opportunity.all_objects.bulk_create(
        Opportunity(
            id=f"O{number}",
            lead_id=f"L{number}",
            procedure_code=lead.procedure,
            expected_value_cents=lead.cents,
            expected_date=lead.expected,
            expected_date_set_on=lead.expected,
        )
        for number, lead in enumerate(leads)
        if lead.procedure
    )


def load_activities(leads: list[PlainLead]) -> None:
    Activity.all_objects.bulk_create(
        Activity(
            id=f"A{number}x{place}",
            lead_id=f"L{number}",
            type="sms_sent",
            payload_json={"automated": automated},
            created_at=at,
            deleted_at=DELETED_AT if gone else None,
            recorded_at=recorded_at(),
        )
        for number, lead in enumerate(leads)
        for place, (at, automated, gone) in enumerate(lead.touches)
    )


def load_tags(leads: list[PlainLead]) -> None:
    """The last tag is retired: it marks nobody."""
    Tag.all_objects.bulk_create(
        Tag(
            id=f"T{number}",
            name=f"Plain tag {number}",
            deleted_at=DELETED_AT if number == TAGS - 1 else None,
        )
        for number in range(TAGS)
    )
    LeadTag.objects.bulk_create(
        LeadTag(id=f"M{number}x{tag}", lead_id=f"L{number}", tag_id=f"T{tag}")
        for number, lead in enumerate(leads)
        for tag in lead.tags
    )


def load_stage_periods(leads: list[PlainLead]) -> None:
    PipelineStage.objects.bulk_create(
        PipelineStage(
            id=f"S{number}",
            name=f"Plain stage {number}",
            order=200 + number,
            outcome=outcome,
            win_probability_bps=bps,
        )
        for number, (outcome, bps) in enumerate(STAGES)
    )
    LeadStage.objects.bulk_create(
        LeadStage(
            id=f"Y{number}x{place}",
            lead_id=f"L{number}",
            stage_id=f"S{stage}",
            changed_at=at,
            left_at=left,
            recorded_at=recorded_at(),
        )
        for number, lead in enumerate(leads)
        for place, (stage, at, left) in enumerate(with_ends(lead.stage_periods))
    )


def with_ends(
    stage_periods: list[tuple[int, datetime]],
) -> list[tuple[int, datetime, datetime | None]]:
    ends = [*(at for _, at in stage_periods[1:]), None]
    # Without any stay there is one end too many.
    return [
        (stage, at, end) for (stage, at), end in zip(stage_periods, ends, strict=False)
    ]


def metadata(event: PlainEvent) -> dict[str, Any]:
    if event.scheduled_for:
        return {"scheduled_for": event.scheduled_for.isoformat()}
    return {"booking": event.booking} if event.booking else {}
