"""The rows behind a number: as many as it says, newest first, page by page.

A people's number opens leads, each once; a money's number opens payments and refunds.
Each question walks an index from the range's end, so the first page does not wait
for the others. The number itself comes from the same figures as the page.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from kpis.cube.facts import TOUCHES
from kpis.database import rows
from kpis.definitions import Basis
from kpis.display import Value, number
from kpis.period import Period, Window
from kpis.vocabulary import Kind
from leads.vocabulary import Source

PAGE = 50

LEADS = """
SELECT lead.id AS row_id, lead.id AS lead_id, lead.created_at AS at,
    NULL::text AS kind, NULL::bigint AS cents
FROM leads_lead lead
WHERE lead.deleted_at IS NULL
    AND lead.created_at >= %(start)s AND lead.created_at < %(end)s
    AND (lead.created_at, lead.id) < (%(before)s, %(before_id)s)
    {only} {where}
ORDER BY lead.created_at DESC, lead.id DESC LIMIT %(limit)s
"""
EVENTS = """
SELECT event.id AS row_id, event.lead_id, event.occurred_at AS at, event.kind,
    CASE event.kind WHEN 'invoice_refunded' THEN -event.value_cents
        ELSE event.value_cents END AS cents
FROM kpis_kpievent event
LEFT JOIN leads_lead lead ON lead.id = event.lead_id
WHERE event.kind = ANY(%(kinds)s) AND event.deleted_at IS NULL
    AND lead.deleted_at IS NULL
    AND event.occurred_at >= %(start)s AND event.occurred_at < %(end)s
    AND (event.occurred_at, event.id) < (%(before)s, %(before_id)s)
    {only} {where}
ORDER BY event.occurred_at DESC, event.id DESC LIMIT %(limit)s
"""
# The lead's last such event of the range stands for the lead.
ONCE = """
AND event.lead_id IS NOT NULL AND NOT EXISTS (
    SELECT FROM kpis_kpievent later
    WHERE later.lead_id = event.lead_id AND later.kind = event.kind
        AND later.deleted_at IS NULL AND later.occurred_at < %(end)s
        AND (later.occurred_at, later.id) > (event.occurred_at, event.id)
)
"""
# The first payment ever stands for the new customer.
FIRST = """
AND event.lead_id IS NOT NULL AND NOT EXISTS (
    SELECT FROM kpis_kpievent earlier
    WHERE earlier.lead_id = event.lead_id AND earlier.kind = event.kind
        AND earlier.deleted_at IS NULL
        AND (earlier.occurred_at, earlier.id) < (event.occurred_at, event.id)
)
"""
DID = """
AND EXISTS (
    SELECT FROM kpis_kpievent done
    WHERE done.lead_id = lead.id AND done.kind = '{kind}'
        AND done.deleted_at IS NULL AND done.occurred_at <= %(as_of)s
)
"""
IN_TIME = """
AND EXISTS (
    SELECT FROM leads_activity touch
    WHERE touch.lead_id = lead.id AND touch.deleted_at IS NULL
        AND touch.type = ANY(%(touches)s) AND touch.created_at >= lead.created_at
        AND touch.created_at <= lead.created_at + interval '5 minutes'
)
"""
NAMES = """
SELECT lead.id, lead.first_name, lead.source, campaign.name AS campaign
FROM leads_lead lead LEFT JOIN campaigns_campaign campaign
    ON campaign.id = lead.campaign_id
WHERE lead.id = ANY(%(ids)s)
"""
NOBODY = {"first_name": "", "source": "", "campaign": ""}
PLACES = {
    "campaign": "lead.campaign_id",
    "source": "lead.source",
    "platform": "(SELECT platform FROM campaigns_campaign campaign"
    " WHERE campaign.id = lead.campaign_id)",
    "procedure": "(SELECT procedure_code FROM leads_opportunity opportunity"
    " WHERE opportunity.lead_id = lead.id AND opportunity.deleted_at IS NULL)",
}


@dataclass(frozen=True)
class Question:
    """Which rows a number counts: leads (`kinds` is empty) or events."""

    kinds: tuple[str, ...] = ()
    only: str = ""

    @property
    def sql(self) -> str:
        return EVENTS if self.kinds else LEADS


def _did(kind: str) -> Question:
    return Question(only=DID.format(kind=kind))


BOOKED, SHOWN, PAID = "consult_booked", "consult_show", "invoice_paid"
MONEY = (PAID, "invoice_refunded")
PERIOD = {
    "leads": Question(),
    "booked_events": Question((BOOKED,)),
    "booked_leads": Question((BOOKED,), ONCE),
    "show_events": Question((SHOWN,)),
    "shown_leads": Question((SHOWN,), ONCE),
    "paid_invoices": Question((PAID,)),
    "paying_leads": Question((PAID,), ONCE),
    "new_customers": Question((PAID,), FIRST),
    "gross_collected_cents": Question((PAID,)),
    "net_revenue_cents": Question(MONEY),
}
COHORT = {
    "leads": Question(),
    "booked_leads": _did(BOOKED),
    "shown_leads": _did(SHOWN),
    "paying_leads": _did(PAID),
    "new_customers": _did(PAID),
    "within_5min": Question(only=IN_TIME),
}


def questions(basis: Basis) -> Mapping[str, Question]:
    return COHORT if basis == Basis.COHORT else PERIOD


@dataclass(frozen=True)
class Asked:
    """A number of the page: which, and of which row of a table (`by`, `key`)."""

    metric: str
    by: str = ""
    key: str | None = None

    @property
    def query(self) -> dict[str, str]:
        named = {"rows": self.metric, "by": self.by, "key": self.key or ""}
        return {name: value for name, value in named.items() if value}


def address(period: Period, basis: Basis, asked: Asked, value: Value) -> str:
    """The parameters that open the rows of a number; empty if it opens none."""
    if asked.metric not in questions(basis) or not number(value):
        return ""
    if asked.by and asked.by not in PLACES:
        return ""
    days = {"from": str(period.first), "to": str(period.last)}
    cohort = {"basis": basis.value} if basis == Basis.COHORT else {}
    return urlencode({**days, **cohort, **asked.query})


def read_asked(parameters: Mapping[str, str], basis: Basis) -> Asked | None:
    """None for a number that opens no rows."""
    metric, by = parameters.get("rows", ""), parameters.get("by", "")
    if metric not in questions(basis) or (by and by not in PLACES):
        return None
    return Asked(metric, by, _text(parameters, "key") or None)


def _text(parameters: Mapping[str, str], name: str) -> str:
    """Without the one character that the database can't take."""
    return parameters.get(name, "").replace("\0", "")


@dataclass(frozen=True)
class Place:
    """Where the next page begins: after the row of this moment and id."""

    at: datetime
    row_id: str

    @property
    def query(self) -> dict[str, str]:
        return {"before": self.at.isoformat(), "before_id": self.row_id}


def read_place(parameters: Mapping[str, str]) -> Place | None:
    try:
        at = datetime.fromisoformat(parameters["before"])
    except (KeyError, ValueError):
        return None
    return Place(at, _text(parameters, "before_id")) if at.tzinfo else None


@dataclass(frozen=True)
class Row:
    """One lead or one event of a lead; `lead_id` is None where there is none."""

    row_id: str
    at: datetime
    lead_id: str | None
    name: str
    source: str
    campaign: str
    kind: str
    cents: int | None


@dataclass(frozen=True)
class Rows:
    """One page of rows, and where the next one begins, if there is one."""

    rows: list[Row]
    following: Place | None


def find(
    asked: Asked, window: Window, basis: Basis, after: Place | None = None
) -> Rows:
    """The rows behind the number from `after` on, at most a page."""
    question = questions(basis)[asked.metric]
    first = after or Place(window.end, "")
    found = rows(
        question.sql.format(only=question.only, where=_where(asked)),
        window,
        kinds=list(question.kinds),
        touches=TOUCHES,
        key=asked.key,
        before=first.at,
        before_id=first.row_id,
        limit=PAGE + 1,
    )
    shown = found[:PAGE]
    last = shown[-1] if len(found) > PAGE else None
    return Rows(
        _named(shown, window), Place(last["at"], last["row_id"]) if last else None
    )


def _where(asked: Asked) -> str:
    if not asked.by:
        return ""
    column = PLACES[asked.by]
    return f"AND {column} IS NULL" if asked.key is None else f"AND {column} = %(key)s"


def _named(found: list[dict[str, Any]], window: Window) -> list[Row]:
    ids = [row["lead_id"] for row in found if row["lead_id"]]
    people = {row["id"]: row for row in rows(NAMES, window, ids=ids)}
    return [_row(row, people.get(row["lead_id"], NOBODY)) for row in found]


def _row(row: dict[str, Any], person: Mapping[str, Any]) -> Row:
    return Row(
        row["row_id"],
        row["at"],
        row["lead_id"],
        person["first_name"],
        str(Source(person["source"]).label) if person["source"] else "",
        person["campaign"] or "",
        str(Kind(row["kind"]).label) if row["kind"] else "",
        row["cents"],
    )
