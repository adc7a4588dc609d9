"""The KPI events of a lead's timeline; voided events are not shown."""

from typing import Any

from kpis.choices import Kind
from kpis.events.consult_details import change_in_words, provider_model
from kpis.events.consults import moved_from
from kpis.events.undoing import WHY_VOIDED, is_own_recent, may_void
from kpis.metrics.sql import CONDITIONS
from kpis.models import ConsultDetails, KpiEvent
from leads.models import Lead
from leads.models.procedure import procedure_name
from leads.timeline import TimelineItem, TimelineRow, TimelineSource
from medspa.encryption.json_rows import instance_from_json
from medspa.formats import format_cents
from medspa.models import User
from medspa.templatetags.clinic import moment

EVENT_ICONS = {
    Kind.AD_CLICK: "ads_click",
    Kind.CONSULT_BOOKED: "event",
    Kind.CONSULT_SHOW: "how_to_reg",
    Kind.INVOICE_PAID: "payments",
    Kind.INVOICE_REFUNDED: "undo",
}
# Part of one statement: see `leads.timeline`. By itself it takes 0.5 ms.
EVENTS_OF_LEAD = """
SELECT event.id AS "row", event.occurred_at AS at, jsonb_build_object(
    'event', to_jsonb(event), 'provider', provider.name,
    'procedure', details.procedure_code, 'by', person.id, 'who', {{who}},
    'has_replaced', EXISTS (
        SELECT FROM kpis_kpievent voided
        WHERE voided.lead_id = event.lead_id AND voided.kind = event.kind
            AND voided.occurred_at = event.occurred_at
            AND voided.deleted_at IS NOT NULL
    )
) AS data
FROM kpis_kpievent event
LEFT JOIN medspa_user person ON person.id = (
    SELECT first.history_user_id FROM kpis_kpieventhistory first
    WHERE first.id = event.id AND first.history_type = '+'
    ORDER BY first.history_id LIMIT 1
)
LEFT JOIN kpis_consultdetails details ON details.booking_id = event.id
LEFT JOIN {providers} provider ON provider.id = details.provider_id
WHERE event.lead_id = %(lead)s AND event.deleted_at IS NULL
"""


def _item(row: TimelineRow, lead: Lead, viewer: User | None) -> TimelineItem:
    event = instance_from_json(KpiEvent, row.data["event"])
    may = may_void(event, viewer, row.data["by"])
    is_own = is_own_recent(event, viewer, row.data["by"])
    return TimelineItem(
        event.id,
        row.at,
        "money",
        EVENT_ICONS[Kind(event.kind)],
        _text(event) + _moved(event, row.data) + _arranged(row.data),
        row.data["who"],
        source="event",
        undo=("Undo" if is_own else "Void") if may else "",
        reasons=() if is_own else WHY_VOIDED,
    )


def _text(event: KpiEvent) -> str:
    text = str(event.get_kind_display())
    if event.value_cents is not None:
        return f"{text}: {format_cents(event.value_cents)}"
    details = event.readable_metadata
    if details is None:
        return f"{text}, details unreadable"
    if event.kind != Kind.CONSULT_BOOKED:
        return text
    scheduled = getattr(details, "scheduled_for", None)
    return f"{text} for {moment(scheduled)}" if scheduled else f"{text} without a date"


def _moved(event: KpiEvent, data: dict[str, Any]) -> str:
    """Only of a booking that replaced one of the same moment the query is asked."""
    is_booking = event.kind == Kind.CONSULT_BOOKED
    if not (is_booking and data["by"] and data["has_replaced"]):
        return ""
    before = moved_from(event)
    return f" (moved from {moment(before)})" if before else ""


def _arranged(data: dict[str, Any]) -> str:
    provider = f" with {data['provider']}" if data["provider"] else ""
    procedure = procedure_name(data["procedure"])
    return f"{provider}, {procedure}" if procedure else provider


# What changed of a consult after it was booked.
CONSULT_CHANGES = """
SELECT change.history_id::text AS "row", change.history_date AS at, jsonb_build_object(
    'after', to_jsonb(change), 'before', to_jsonb(earlier), 'provider', provider.name,
    'is_newest', NOT EXISTS (
        SELECT FROM kpis_consultdetailshistory later
        WHERE later.id = change.id AND later.history_id > change.history_id
    ),
    'who', coalesce(nullif({{who}}, ''), change.history_actor)
) AS data
FROM kpis_kpievent booking
JOIN kpis_consultdetailshistory change ON change.booking_id = booking.id
LEFT JOIN LATERAL (
    SELECT before.* FROM kpis_consultdetailshistory before
    WHERE before.id = change.id AND before.history_id < change.history_id
    ORDER BY before.history_id DESC LIMIT 1
) earlier ON true
LEFT JOIN {providers} provider ON provider.id = change.provider_id
LEFT JOIN medspa_user person ON person.id = change.history_user_id
WHERE booking.lead_id = %(lead)s AND booking.{is_booked}
    AND booking.deleted_at IS NULL AND (
        change.history_type = '~' OR change.confirmed_at IS NOT NULL
        OR change.canceled_at IS NOT NULL
        OR change.history_date > booking.recorded_at + interval '1 minute'
    )
"""


def _change(row: TimelineRow, lead: Lead, viewer: User | None) -> TimelineItem:
    after = instance_from_json(ConsultDetails, row.data["after"])
    before = row.data["before"]
    earlier = instance_from_json(ConsultDetails, before) if before else ConsultDetails()
    may_undo = viewer is not None and viewer.has_perm("kpis.add_kpievent")
    return TimelineItem(
        row.row,
        row.at,
        "money",
        "event_busy" if after.canceled_at else "event",
        change_in_words(after, earlier, row.data["provider"] or ""),
        row.data["who"],
        source="consult",
        undo="Undo" if may_undo and row.data["is_newest"] else "",
    )


PROVIDERS_OF_EVENTS = provider_model()._meta.db_table
EVENT_SOURCE = TimelineSource(
    "event", "money", EVENTS_OF_LEAD.format(providers=PROVIDERS_OF_EVENTS), _item
)
CONSULT_SOURCE = TimelineSource(
    "consult",
    "money",
    CONSULT_CHANGES.format(providers=PROVIDERS_OF_EVENTS, **CONDITIONS),
    _change,
)
