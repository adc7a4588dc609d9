"""A random small clinic, and its figures worked out row by row in plain Python.

Nothing here is shared with the code under test but the shape of the answer (`Counts`,
by campaign, source and procedure): it is slow and reads like KPIS.md.
"""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from kpis.metrics.figures import Counts
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
from tests.factories import CampaignFactory
from tests.kpis.reference_case import recorded_at

SOURCES = ("google", "walk_in", "referral")
PROCEDURES = ("FILLER", "TUMMY")
CAMPAIGNS = 2
TAGS = 3
STAGES = (("open", 1000), ("open", 3333), ("won", 10_000), ("lost", 0))
FIRST = datetime(2026, 2, 20, tzinfo=UTC)
DAYS = 60


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


@dataclass
class PlainClinic:
    leads: list[PlainLead]
    events: list[PlainEvent]
    names: list[str] = field(default_factory=list)

    def load(self) -> None:
        """Into the database, as it is."""
        campaigns = [CampaignFactory() for _ in range(CAMPAIGNS)]
        self.names = [campaign.pk for campaign in campaigns]
        deleted_at = FIRST + timedelta(days=DAYS)
        Lead.all_objects.bulk_create(
            Lead(
                id=f"L{number}",
                first_name="Ada",
                source=lead.source,
                is_backfilled=lead.is_backfilled,
                campaign_id=self.campaign(lead.campaign),
                created_at=lead.at,
                deleted_at=deleted_at if lead.is_deleted else None,
            )
            for number, lead in enumerate(self.leads)
        )
        Opportunity.all_objects.bulk_create(
            Opportunity(
                id=f"O{number}",
                lead_id=f"L{number}",
                procedure_code=lead.procedure,
                expected_value_cents=lead.cents,
                expected_date=lead.expected,
                expected_date_set_on=lead.expected,
            )
            for number, lead in enumerate(self.leads)
            if lead.procedure
        )
        Activity.all_objects.bulk_create(
            Activity(
                id=f"A{number}x{place}",
                lead_id=f"L{number}",
                type="sms_sent",
                payload_json={"automated": automated},
                created_at=at,
                deleted_at=deleted_at if gone else None,
                recorded_at=recorded_at(),
            )
            for number, lead in enumerate(self.leads)
            for place, (at, automated, gone) in enumerate(lead.touches)
        )
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
                deleted_at=deleted_at if event.is_void else None,
                recorded_at=recorded_at(),
            )
            for event in self.events
        )

        load_tags(self.leads)
        load_stays(self.leads)

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


def load_tags(leads: list[PlainLead]) -> None:
    """The last tag is retired: it marks nobody."""
    deleted_at = FIRST + timedelta(days=DAYS)
    Tag.all_objects.bulk_create(
        Tag(
            id=f"T{number}",
            name=f"Plain tag {number}",
            deleted_at=deleted_at if number == TAGS - 1 else None,
        )
        for number in range(TAGS)
    )
    LeadTag.objects.bulk_create(
        LeadTag(id=f"M{number}x{tag}", lead_id=f"L{number}", tag_id=f"T{tag}")
        for number, lead in enumerate(leads)
        for tag in lead.tags
    )


def load_stays(leads: list[PlainLead]) -> None:
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


def is_in(at: datetime, first: date, last: date, zone: ZoneInfo) -> bool:
    return first <= at.astimezone(zone).date() <= last


def period_bases(
    clinic: PlainClinic, first: date, last: date, zone: ZoneInfo
) -> dict[Slice, Counts]:
    """Rule by rule of KPIS.md, one row at a time."""
    counts: dict[Slice, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    people: dict[Slice, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    for _, lead in clinic.active:
        if is_in(lead.at, first, last, zone):
            counts[clinic.place_of(lead)]["leads"] += 1
    for event in clinic.counting:
        if not is_in(event.at, first, last, zone):
            continue
        place, cents = clinic.place(event), event.cents or 0
        match event.kind:
            case "ad_click":
                counts[place]["ad_clicks"] += 1
            case "consult_booked":
                counts[place]["booked_events"] += 1
                people[place]["booked_leads"].add(event.lead)
            case "consult_show":
                counts[place]["show_events"] += 1
                people[place]["shown_leads"].add(event.lead)
            case "invoice_paid":
                counts[place]["paid_invoices"] += 1
                counts[place]["gross_collected_cents"] += cents
                people[place]["paying_leads"].add(event.lead)
            case "invoice_refunded":
                counts[place]["refunds_cents"] += cents
    for number, lead in clinic.active:
        payments = [
            event.at
            for event in clinic.counting
            if event.lead == number and event.kind == "invoice_paid"
        ]
        if payments and is_in(min(payments), first, last, zone):
            counts[clinic.place_of(lead)]["new_customers"] += 1
    for place, sets in people.items():
        for name, found in sets.items():
            counts[place][name] = len(found)
    bases = {place: Counts(**named) for place, named in counts.items()}
    return {place: base for place, base in bases.items() if base != Counts()}


def cohort_bases(
    clinic: PlainClinic, first: date, last: date, zone: ZoneInfo, as_of: datetime
) -> dict[Slice, Counts]:
    bases: dict[Slice, Counts] = defaultdict(Counts)
    for number, lead in clinic.active:
        if not is_in(lead.at, first, last, zone):
            continue
        mine = [e for e in clinic.counting if e.lead == number and e.at <= as_of]
        of = {
            kind: [event for event in mine if event.kind == kind]
            for kind in (
                "consult_booked",
                "consult_show",
                "invoice_paid",
                "invoice_refunded",
            )
        }
        booked, shown, paid, refunds = of.values()
        bases[clinic.place_of(lead)] += Counts(
            leads=1,
            immature_leads=int(as_of - lead.at < timedelta(days=30)),
            booked_events=len(booked),
            booked_leads=int(bool(booked)),
            show_events=len(shown),
            shown_leads=int(bool(shown)),
            shown_and_won=int(bool(shown and paid)),
            paid_invoices=len(paid),
            paying_leads=int(bool(paid)),
            new_customers=int(bool(paid)),
            gross_collected_cents=sum(event.cents or 0 for event in paid),
            refunds_cents=sum(event.cents or 0 for event in refunds),
        )
    return dict(bases)


def consults(
    clinic: PlainClinic, first: date, last: date, zone: ZoneInfo, as_of: datetime
) -> tuple[int, int]:
    """Due and held."""
    due = [
        event
        for event in clinic.counting
        if event.scheduled_for
        and event.scheduled_for < as_of
        and is_in(event.scheduled_for, first, last, zone)
    ]
    shows = {(e.lead, e.booking) for e in clinic.counting if e.kind == "consult_show"}
    return len(due), sum((event.lead, event.key) in shows for event in due)


def speed(
    clinic: PlainClinic, first: date, last: date, zone: ZoneInfo, *, human: bool
) -> tuple[int, int, int, float | None]:
    """Leads, contacted, within five minutes, median seconds."""
    leads = [
        lead
        for _, lead in clinic.active
        if is_in(lead.at, first, last, zone) and not lead.is_backfilled
    ]
    waits = []
    for lead in leads:
        touches = [
            at - lead.at
            for at, automated, gone in lead.touches
            if at >= lead.at and not gone and not (human and automated)
        ]
        if touches:
            waits.append(min(touches).total_seconds())
    middle = round(median(waits), 6) if waits else None
    return len(leads), len(waits), sum(wait <= 300 for wait in waits), middle


# Moments cluster, so that ties, midnights, changes of the clock and several events of
# one person on one day occur.
moments = st.builds(
    lambda day, seconds: FIRST + timedelta(days=day, seconds=seconds),
    st.integers(15, 19) | st.sampled_from([8, 9, 38, 39]) | st.integers(0, DAYS - 1),
    st.sampled_from([0, 4 * 3600, 5 * 3600 - 1, 5 * 3600, 7 * 3600, 43_200, 86_399])
    | st.integers(0, 86_399),
)
# To the millisecond: the middle of two waits is then exact in six decimals.
waits = st.floats(-600, 3 * 86_400) | st.floats(40, 41) | st.sampled_from([0, 299, 300])
touches = st.tuples(
    waits.map(lambda seconds: round(seconds, 3)),
    st.booleans(),
    st.booleans(),
)


@st.composite
def leads(draw: st.DrawFn) -> PlainLead:
    at = draw(moments)
    return PlainLead(
        draw(st.sampled_from(SOURCES)),
        draw(st.none() | st.integers(0, CAMPAIGNS - 1)),
        draw(st.none() | st.sampled_from(PROCEDURES)),
        at,
        draw(st.integers(0, 4)) == 0,
        [
            (at + timedelta(seconds=wait), automated, gone)
            for wait, automated, gone in draw(st.lists(touches, max_size=3))
        ],
        draw(st.integers(1, 10**6)),
        draw(st.none() | st.dates(date(2026, 2, 1), date(2026, 6, 30))),
        draw(st.sampled_from([(), (0,), (1,), (0, 1), (2,), (0, 2)])),
        draw(stage_periods()),
        draw(st.integers(0, 3)) == 0,
    )


@st.composite
def stage_periods(draw: st.DrawFn) -> list[tuple[int, datetime]]:
    """Some leave a stage in the moment in which they came."""
    entries = sorted(draw(st.lists(moments, max_size=4)))
    return [(draw(st.integers(0, len(STAGES) - 1)), at) for at in entries]


@st.composite
def clinics(draw: st.DrawFn) -> PlainClinic:
    people = draw(st.lists(leads(), min_size=1, max_size=5))
    events: list[PlainEvent] = []
    for number in range(draw(st.integers(0, 25))):
        events.append(_event(draw, f"E{number}", len(people), events))
    return PlainClinic(people, events)


def _event(
    draw: st.DrawFn, key: str, leads: int, before: list[PlainEvent]
) -> PlainEvent:
    kind = draw(
        st.sampled_from(
            [
                "ad_click",
                "consult_booked",
                "consult_show",
                "invoice_paid",
                "invoice_paid",
                "invoice_refunded",
            ]
        )
    )
    event = PlainEvent(
        key, draw(st.integers(0, min(leads, 3) - 1)), kind, draw(moments)
    )
    event.is_void = draw(st.integers(0, 5)) == 0
    of = {
        "consult_show": [e for e in before if e.kind == "consult_booked"],
        "invoice_refunded": [e for e in before if e.kind == "invoice_paid"],
    }.get(kind, [])
    named = draw(st.sampled_from(of)) if of else None
    match kind:
        case "ad_click":
            event.campaign = draw(st.integers(0, CAMPAIGNS - 1))
            event.lead = event.lead if draw(st.booleans()) else None
        case "consult_booked":
            event.scheduled_for = draw(st.none() | moments)
        case "consult_show":
            event.booking = named.key if named and draw(st.booleans()) else None
            event.lead = named.lead if named else event.lead
        case "invoice_paid":
            event.cents = draw(st.integers(100, 10**6))
        case "invoice_refunded":
            return _refund(draw, event, named)
    return event


def _refund(
    draw: st.DrawFn, event: PlainEvent, payment: PlainEvent | None
) -> PlainEvent:
    """Without a payment to pay back it is one itself."""
    if payment is None or payment.is_void:
        return replace(event, kind="invoice_paid", cents=700)
    cents = draw(st.integers(1, 3))
    at = max(event.at, payment.at)
    return replace(event, cents=cents, refund_of=payment.key, lead=payment.lead, at=at)
