"""What GoHighLevel's rows mean here. Pure: rows in, items out.

Only the fields that are named here are read. Names of opportunities, titles, notes and
addresses of appointments, custom fields and last names are not.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from decimal import Decimal, InvalidOperation
from typing import Any

from connections.door_parts.foreign_ids import GOHIGHLEVEL
from connections.gohighlevel.settings import GoHighLevelSettings
from connections.items import DoNotContact, IncomingEvent, Item, StageThere, What, Who
from leads.contact import CONTACT_ID
from leads.intake.incoming import IncomingLead
from leads.intake.refusals import RowRefused
from medspa.reading.short_names import says_nothing_about_somebody

# Ids of appointments, opportunities and transactions.
OBJECT_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
BOOKED = ("new", "confirmed")
STATUSES: dict[str, What] = {
    "showed": "showed",
    "completed": "showed",
    "noshow": "no_show",
    "cancelled": "cancelled",
    "invalid": "cancelled",
}
# Currencies without a smaller unit.
WITHOUT_CENTS = frozenset({"CLP", "ISK", "JPY", "KRW", "PYG", "UGX", "VND"})

Row = Mapping[str, Any]


def text_of(row: Row, *names: str) -> str:
    """The first of these that is a text with something in it."""
    found = (row.get(name) for name in names)
    return next((text for text in found if isinstance(text, str) and text.strip()), "")


def object_id(row: Row, *names: str) -> str:
    """The first of these that has the shape of an id; empty without one."""
    texts = (text_of(row, name) for name in names)
    return next((text for text in texts if OBJECT_ID.fullmatch(text)), "")


def contact_id(row: Row, *names: str) -> str:
    texts = (text_of(row, name) for name in names)
    return next((text for text in texts if CONTACT_ID.fullmatch(text)), "")


def moment(value: object, zone: tzinfo = UTC) -> datetime | None:
    """An ISO moment, or milliseconds; without an offset in the clinic's `zone`."""
    if isinstance(value, int) and not isinstance(value, bool):
        try:
            return datetime.fromtimestamp(value / 1_000, UTC)
        except (OverflowError, OSError, ValueError):
            return None
    if not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)


def cents(value: object, currency: str) -> int | None:
    """Hundredths of an amount in currency units; None for what is no amount."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        amount = Decimal(str(value))
        units = 1 if currency.upper() in WITHOUT_CENTS else 100
        found = int((amount * units).to_integral_value())
    except (InvalidOperation, ValueError, OverflowError):
        return None
    return found if 0 <= found <= 10**12 else None


def lead_of(row: Row, settings: GoHighLevelSettings) -> IncomingLead | None:
    """A contact of the REST interface; None for one without any contact."""
    tags = row.get("tags")
    attribution = row.get("attributionSource")
    first_touch: Row = attribution if isinstance(attribution, dict) else {}
    campaign = text_of(first_touch, "campaign", "utmCampaign")
    cells = {
        "external_id": contact_id(row, "id"),
        "first_name": text_of(row, "firstName"),
        "full_name": text_of(row, "name"),
        "email": text_of(row, "email"),
        "phone": text_of(row, "phone"),
        "source": text_of(row, "source"),
        "campaign_name": campaign if says_nothing_about_somebody(campaign) else "",
        "ad_platform": text_of(first_touch, "utmSource"),
        "tags": ",".join(our_tags(tags if isinstance(tags, list) else (), settings)),
        "created_at": text_of(row, "dateAdded"),
    }
    try:
        return IncomingLead.read(cells)
    except RowRefused:
        return None


def contact_items(row: Row, settings: GoHighLevelSettings, now: datetime) -> list[Item]:
    """A contact as a lead, and that it asks not to be contacted."""
    lead = lead_of(row, settings)
    if lead is None:
        return []
    if not asks_not_to_be_contacted(row):
        return [lead]
    return [lead, DoNotContact(who=Who(external_id=lead.external_id), at=now)]


def our_tags(tags: Sequence[object], settings: GoHighLevelSettings) -> list[str]:
    """By the connection's table; a tag that isn't in it keeps its own word."""
    by_word = {word.casefold(): name for word, name in settings.tags.items()}
    return [
        by_word.get(tag.casefold(), tag.replace(",", " "))
        for tag in tags
        if isinstance(tag, str) and tag
    ]


def our_procedure(name: str, settings: GoHighLevelSettings) -> str:
    """The code of what was paid; empty for a name that is not in the table."""
    by_name = {word.casefold(): code for word, code in settings.procedures.items()}
    return by_name.get(name.strip().casefold(), "")


def asks_not_to_be_contacted(row: Row) -> bool:
    """For every channel, or one that a person closed for good."""
    if row.get("dnd") is True:
        return True
    channels = row.get("dndSettings")
    return isinstance(channels, dict) and any(
        isinstance(one, dict) and one.get("status") == "permanent"
        for one in channels.values()
    )


def stage_of(row: Row) -> StageThere | None:
    """An opportunity's stage; None for one that is lost or not complete."""
    found = (contact_id(row, "contactId"), object_id(row, "id"))
    stage, at = object_id(row, "pipelineStageId"), moment(row.get("lastStageChangeAt"))
    is_decided_here = text_of(row, "status") in ("lost", "abandoned")
    if not all(found) or not stage or at is None or is_decided_here:
        return None
    return StageThere(external_id=found[0], object_id=found[1], stage=stage, at=at)


def consult_events(
    row: Row, settings: GoHighLevelSettings, zone: tzinfo, account: str
) -> list[IncomingEvent]:
    """The booking of an appointment, and what became of it; none for other calendars.

    The booking comes first: an appointment may be held before we hear of it.
    """
    appointment = object_id(row, "id")
    scheduled_for = moment(row.get("startTime"), zone)
    calendar = text_of(row, "calendarId")
    is_consult = calendar in settings.consult_calendars
    if not appointment or scheduled_for is None or not is_consult:
        return []
    added = moment(row.get("dateAdded"), zone) or scheduled_for
    changed = moment(row.get("dateUpdated"), zone) or added
    status = text_of(row, "appointmentStatus").lower()
    booking = IncomingEvent(
        what="booked",
        system=GOHIGHLEVEL,
        account=account,
        object_id=appointment,
        occurred_at=min(added, changed),
        scheduled_for=scheduled_for,
        procedure=settings.calendar_procedures.get(calendar, ""),
        provider=settings.calendar_providers.get(calendar, ""),
        status_at=changed if status in BOOKED else added,
        who=Who(external_id=contact_id(row, "contactId")),
    )
    if status in BOOKED:
        return [booking]
    if status not in STATUSES:
        return []
    what = STATUSES[status]
    happened = changed if what == "cancelled" else scheduled_for
    ended = booking.model_copy(
        update={"what": what, "occurred_at": happened, "status_at": changed}
    )
    return [ended] if status == "invalid" else [booking, ended]


def gone_appointment(appointment: str, account: str, now: datetime) -> IncomingEvent:
    """An appointment that GoHighLevel no longer has; of whichever calendar it was."""
    return IncomingEvent(
        what="cancelled",
        system=GOHIGHLEVEL,
        account=account,
        object_id=appointment,
        occurred_at=now,
        status_at=now,
        is_gone=True,
    )


@dataclass(frozen=True)
class Sale:
    """A transaction that counts: its payment, and what was given back of it so far."""

    paid: IncomingEvent
    refunded_cents: int
    changed_at: datetime
    merged_from: str


def sale_of(
    row: Row, settings: GoHighLevelSettings, zone: tzinfo, account: str
) -> Sale | None:
    """None for what was not paid, or in test mode.

    Of the name of what was paid only the procedure that it is mapped to is kept.
    """
    payment, currency = object_id(row, "_id"), text_of(row, "currency").upper()
    amount = cents(row.get("amount"), currency)
    paid_at = moment(row.get("fulfilledAt") or row.get("createdAt"), zone)
    is_real = row.get("liveMode") is True
    if text_of(row, "status") != "succeeded" or not is_real or not payment:
        return None
    if not amount or paid_at is None:
        return None
    return Sale(
        paid=IncomingEvent(
            what="paid",
            system=GOHIGHLEVEL,
            account=account,
            object_id=payment,
            occurred_at=paid_at,
            amount_cents=amount,
            currency=currency,
            procedure=our_procedure(text_of(row, "entitySourceName"), settings),
            status_at=paid_at,
            who=Who(
                external_id=contact_id(row, "contactId"),
                email=text_of(row, "contactEmail"),
            ),
        ),
        refunded_cents=cents(row.get("amountRefunded") or 0, currency) or 0,
        changed_at=moment(row.get("updatedAt"), zone) or paid_at,
        merged_from=contact_id(row, "mergedFromContactId"),
    )


def refund_event(sale: Sale, known_cents: int) -> IncomingEvent | None:
    """What was given back since `known_cents`; GoHighLevel tells only the sum.

    The sum is a part of the id, so that the same refund is read once.
    """
    new = sale.refunded_cents - known_cents
    if new <= 0:
        return None
    return sale.paid.model_copy(
        update={
            "what": "refunded",
            "object_id": f"{sale.paid.object_id}:{sale.refunded_cents}",
            "parent_id": sale.paid.object_id,
            "occurred_at": max(sale.changed_at, sale.paid.occurred_at),
            "status_at": sale.changed_at,
            "amount_cents": new,
        }
    )
