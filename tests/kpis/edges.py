"""A clinic with a row just inside and just outside of each condition, of March 2026.

Amounts are so chosen that a sum tells which payments are in it.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from kpis.models import KpiEvent
from kpis.period import Period, Window
from leads.models import Activity, Lead, LeadStage, LeadTag, Opportunity, Tag
from tests.factories import CampaignFactory, StageFactory
from tests.kpis.reference_case import recorded_at

ZONE = ZoneInfo("America/New_York")
MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))
START = datetime(2026, 3, 1, 5, tzinfo=UTC)
END = datetime(2026, 4, 1, 4, tzinfo=UTC)
AS_OF = datetime(2026, 7, 1, 12, tzinfo=UTC)
TICK = timedelta(microseconds=1)
HOUR = timedelta(hours=1)


def window(period: Period = MARCH, as_of: datetime = AS_OF) -> Window:
    return Window(period, ZONE, as_of)


def day(number: int, hour: int = 17) -> datetime:
    """A moment of March, UTC."""
    return datetime(2026, 3, number, hour, tzinfo=UTC)


def add_lead(
    name: str,
    at: datetime,
    campaign: str | None = None,
    source: str = "google",
    **fields: Any,
) -> None:
    lead = Lead(
        id=name,
        first_name="Ada",
        created_at=at,
        campaign_id=campaign,
        source=source,
        **fields,
    )
    Lead.all_objects.bulk_create([lead])


def add_event(
    name: str,
    lead: str | None,
    kind: str,
    at: datetime,
    cents: int | None = None,
    is_void: bool = False,
    **fields: Any,
) -> None:
    event = KpiEvent(
        id=name,
        lead_id=lead,
        kind=kind,
        occurred_at=at,
        value_cents=cents,
        deleted_at=AS_OF if is_void else None,
        recorded_at=recorded_at(),
        **fields,
    )
    KpiEvent.all_objects.bulk_create([event])


def add_touch(
    name: str,
    lead: str,
    at: datetime,
    kind: str = "sms_sent",
    is_gone: bool = False,
    **payload: Any,
) -> None:
    touch = Activity(
        id=name,
        lead_id=lead,
        type=kind,
        created_at=at,
        payload_json=payload,
        deleted_at=AS_OF if is_gone else None,
        recorded_at=recorded_at(),
    )
    Activity.all_objects.bulk_create([touch])


def add_opportunity(lead: str, procedure: str, cents: int = 5, **fields: Any) -> None:
    one = Opportunity(
        id=f"O{lead}",
        lead_id=lead,
        procedure_code=procedure,
        expected_value_cents=cents,
        expected_date_set_on=fields.get("expected_date"),
        **fields,
    )
    Opportunity.all_objects.bulk_create([one])


def add_stay(
    name: str, lead: str, stage: str, at: datetime, left_at: datetime | None = None
) -> None:
    stage_period = LeadStage(
        id=name,
        lead_id=lead,
        stage_id=stage,
        changed_at=at,
        left_at=left_at,
        recorded_at=recorded_at(),
    )
    LeadStage.objects.bulk_create([stage_period])


def load() -> None:
    """Leads at the ends of March and a deleted one; what they did and who clicked."""
    for name in ("C1", "C2"):
        CampaignFactory(id=name, name=name, monthly_spend_cents=0)
    add_lead("first", START, "C1")
    add_lead("last", END - TICK, None, "walk_in")
    add_lead("early", START - TICK, "C2")
    add_lead("late", END, "C1", "referral")
    add_lead("gone", day(10), "C1", deleted_at=AS_OF)
    add_opportunity("first", "FILLER")
    add_opportunity("last", "TUMMY", deleted_at=AS_OF)
    add_opportunity("gone", "FILLER")
    load_consults()
    load_money()
    load_clicks()
    load_tags()


def load_consults() -> None:
    booked, show = "consult_booked", "consult_show"
    add_event("B1", "first", booked, START)
    add_event("B2", "first", booked, START + HOUR, is_void=True)
    add_event("B3", "first", booked, day(20))
    add_event("S1", "first", show, day(5))
    add_event("B4", "early", booked, START - TICK)
    add_event("S2", "early", show, END - TICK)
    add_event("S3", "early", show, END)
    add_event("B5", "late", booked, END - TICK)
    add_event("B6", "late", booked, END)
    add_event("B7", "last", booked, START - timedelta(days=9))
    add_event("B8", "gone", booked, day(11))
    add_event("S4", "gone", show, day(11))


def load_money() -> None:
    paid = "invoice_paid"
    for number, (days, tick, cents) in enumerate(
        (
            (7, TICK, 100),
            (7, 0 * TICK, 200),
            (30, TICK, 400),
            (30, 0 * TICK, 800),
            (60, TICK, 1600),
            (60, 0 * TICK, 3200),
            (90, TICK, 6400),
            (90, 0 * TICK, 12_800),
        )
    ):
        at = START + timedelta(hours=24 * days) - tick
        add_event(f"P{number}", "first", paid, at, cents)
    add_event("PV", "first", paid, day(9), 25_600, is_void=True)
    refund_at = START + timedelta(hours=168) - TICK
    add_event("R1", "first", "invoice_refunded", refund_at, 7, refund_of_id="P0")
    add_event("E0", "early", paid, START - TICK, 1)
    add_event("E1", "early", paid, START, 2)
    add_event("R2", "early", "invoice_refunded", END - TICK, 1, refund_of_id="E1")
    add_event("L0", "late", paid, START - HOUR, 8, is_void=True)
    add_event("L1", "late", paid, END - TICK, 4)
    add_event("L2", "late", paid, END, 16)
    add_event("Z1", "last", paid, day(31), 32)
    add_event("G1", "gone", paid, day(12), 64)
    add_event("G2", "gone", "invoice_refunded", day(13), 64, refund_of_id="G1")


def load_clicks() -> None:
    """March ends four hours later in New York than in UTC."""
    utc_april = datetime(2026, 4, 1, tzinfo=UTC)
    for number, at in enumerate(
        (START - TICK, START, utc_april - TICK, utc_april, END - TICK, END)
    ):
        add_event(f"N{number}", None, "ad_click", at, campaign_id="C1")
    add_event("NV", None, "ad_click", day(15), campaign_id="C1", is_void=True)
    add_event("NO", None, "ad_click", day(15), campaign_id="C2")
    add_event("A1", "first", "ad_click", day(12), campaign_id="C2")
    add_event("A2", "first", "ad_click", day(13))
    add_event("A3", "gone", "ad_click", day(13), campaign_id="C1")


def load_tags() -> None:
    """`last` has only a retired tag."""
    for name, deleted_at in (("T1", None), ("T2", None), ("T3", AS_OF)):
        Tag.all_objects.bulk_create([Tag(id=name, name=name, deleted_at=deleted_at)])
    for lead, tag in (
        ("first", "T1"),
        ("first", "T2"),
        ("early", "T2"),
        ("first", "T3"),
        ("last", "T3"),
        ("gone", "T1"),
    ):
        LeadTag.objects.bulk_create(
            [LeadTag(id=f"{lead}{tag}", lead_id=lead, tag_id=tag)]
        )


def make_stages() -> None:
    """Two open stages and one that is retired, one won and one lost."""
    StageFactory(id="new", order=201, outcome="open", win_probability_bps=1000)
    StageFactory(
        id="old", order=200, outcome="open", win_probability_bps=5000, deleted_at=AS_OF
    )
    StageFactory(id="next", order=202, outcome="open", win_probability_bps=5000)
    StageFactory(id="won", order=203, outcome="won", win_probability_bps=10_000)
    StageFactory(id="lost", order=204, outcome="lost", win_probability_bps=0)
