"""In a lead's timeline: payments and refunds that several systems told of."""

from connections.models import ExternalId
from connections.registry import DOORS
from connections.taking_in.money import PAYMENT, REFUND
from kpis.models import KpiEvent
from leads.models import Lead
from leads.timeline import TimelineItem, TimelineRow, TimelineSource
from medspa.formats import format_cents
from medspa.models import User

# Who moved the money is named first, then who asked for it.
SYSTEM_ORDER = ("stripe", "square", "gohighlevel")
# Part of one statement: see `leads.timeline`.
TOLD_TWICE = f"""
SELECT event.id AS "row", event.occurred_at AS at, jsonb_build_object(
    'cents', event.value_cents, 'kind', min(told.kind),
    'systems', jsonb_agg(DISTINCT told.system)
) AS data
FROM {KpiEvent._meta.db_table} event
JOIN {ExternalId._meta.db_table} told ON told.event_id = event.id
    AND told.kind IN ('{PAYMENT}', '{REFUND}')
WHERE event.lead_id = %(lead)s AND event.deleted_at IS NULL
GROUP BY event.id
HAVING count(DISTINCT told.system) > 1
"""  # noqa: S608


def _item(row: TimelineRow, lead: Lead, viewer: User | None) -> TimelineItem:
    what = "Refund" if row.data["kind"] == REFUND else "Payment"
    names = [_title(system) for system in sorted(row.data["systems"], key=_rank)]
    amount = format_cents(row.data["cents"])
    text = f"{what} of {amount} came from {' and '.join(names)}. It counts once."
    return TimelineItem(f"told-{row.row}", row.at, "money", "link", text)


def _rank(system: str) -> tuple[int, str]:
    known = SYSTEM_ORDER.index(system) if system in SYSTEM_ORDER else len(SYSTEM_ORDER)
    return known, system


def _title(system: str) -> str:
    return DOORS[system].title if system in DOORS else system.capitalize()


TOLD_TWICE_SOURCE = TimelineSource("told_twice", "money", TOLD_TWICE, _item)
