"""In a lead's timeline: payments and refunds that were told of more than once."""

from connections.models import ExternalId
from connections.payment_order import title_of
from connections.taking_in.doubles import DUPLICATE_STATUS, PAYMENT, REFUND
from kpis.models import KpiEvent
from leads.models import Lead
from leads.timeline import TimelineItem, TimelineRow, TimelineSource
from medspa.formats import format_cents
from medspa.models import User

# Part of one statement: see `leads.timeline`.
TOLD_TWICE = f"""
SELECT event.id AS "row", event.occurred_at AS at, jsonb_build_object(
    'cents', event.value_cents, 'kind', min(told.kind),
    'systems', jsonb_agg(told.system ORDER BY told.status = '{DUPLICATE_STATUS}',
        told.made_at, told.id),
    'is_typed', bool_and(told.status = '{DUPLICATE_STATUS}')
) AS data
FROM {KpiEvent._meta.db_table} event
JOIN {ExternalId._meta.db_table} told ON told.event_id = event.id
    AND told.kind IN ('{PAYMENT}', '{REFUND}')
WHERE event.lead_id = %(lead)s AND event.deleted_at IS NULL
GROUP BY event.id
HAVING count(DISTINCT told.system) > 1 OR bool_and(told.status = '{DUPLICATE_STATUS}')
"""  # noqa: S608


def _item(row: TimelineRow, lead: Lead, viewer: User | None) -> TimelineItem:
    what = "Refund" if row.data["kind"] == REFUND else "Payment"
    # The first is the one whose payment counts.
    names = [title_of(system) for system in dict.fromkeys(row.data["systems"])]
    amount = format_cents(row.data["cents"])
    came = f"came from {' and '.join(names)}"
    text = f"{what} of {amount} {came}. It counts once, as {names[0]} reports it."
    if row.data["is_typed"]:
        text = f"{what} of {amount} was recorded here and {came}, too. It counts once."
    return TimelineItem(f"told-{row.row}", row.at, "money", "link", text)


TOLD_TWICE_SOURCE = TimelineSource("told_twice", "money", TOLD_TWICE, _item)
