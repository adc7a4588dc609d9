"""The rows behind a number: as many as it says, newest first, page by page.

A people's number opens leads, each once; a money's number opens payments and refunds;
a quotient opens its two parts, spend what each campaign cost in each month. Each
question walks an index from the range's end, so the first page does not wait for the
others. The number itself comes from the same figures as the page.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from kpis.choices import Kind
from kpis.drill import questions as drill_questions
from kpis.drill.sql import BOOKINGS
from kpis.metrics.definitions import Basis
from kpis.metrics.display import Value, has_cases, number
from kpis.period import Period, PeriodRefused, Window, read_date
from kpis.queries.database import rows
from kpis.rollups.facts import TOUCHES
from leads.choices import Outcome, Source
from medspa.clinic_time import local_date, start_of_day

PAGE = 50
LATEST = datetime(9999, 1, 1, tzinfo=UTC)
# How far back is looked before the whole range is.
FEW_DAYS = (3, 30)
NAMES = """
SELECT lead.id, lead.first_name, lead.source, campaign.name AS campaign
FROM leads_lead lead LEFT JOIN campaigns_campaign campaign
    ON campaign.id = lead.campaign_id
WHERE lead.id = ANY(%(ids)s)
"""
NOBODY = {"first_name": "", "source": "", "campaign": ""}
TAGGED = """EXISTS (
    SELECT FROM leads_leadtag tagged
    JOIN leads_tag tag ON tag.id = tagged.tag_id AND tag.deleted_at IS NULL
    WHERE tagged.lead_id = lead.id {only}
)"""
PLACES = {
    "campaign": "lead.campaign_id",
    "source": "lead.source",
    "platform": "(SELECT platform FROM campaigns_campaign campaign"
    " WHERE campaign.id = lead.campaign_id)",
    "procedure": "(SELECT procedure_code FROM leads_opportunity opportunity"
    " WHERE opportunity.lead_id = lead.id AND opportunity.deleted_at IS NULL)",
}
COSTING = ("", "campaign", "platform")
# Of the whole clinic a campaign's number has a longer name.
OF_ALL = {"cac_cents": "cac_paid_cents", "roas": "roas_attributed"}
# Quotients: the two numbers that they are made of.
PARTS = {
    "cpl_cents": ("spend_cents", "leads"),
    "paid_cpl_cents": ("spend_cents", "leads_with_campaign"),
    "cost_per_booked_cents": ("spend_cents", "booked_leads"),
    "cost_per_show_cents": ("spend_cents", "shown_leads"),
    "cac_blended_cents": ("spend_cents", "new_customers"),
    "cac_paid_cents": ("spend_cents", "attributed_new_customers"),
    "cac_cents": ("spend_cents", "new_customers"),
    "roas_attributed": ("attributed_net_revenue_cents", "spend_cents"),
    "roas": ("net_revenue_cents", "spend_cents"),
    "mer_blended": ("net_revenue_cents", "spend_cents"),
    "roi_attributed": ("attributed_net_revenue_cents", "spend_cents"),
    "aov_cents": ("gross_collected_cents", "paid_invoices"),
    "revenue_per_lead_cents": ("net_revenue_cents", "leads"),
    "lead_to_booked": ("booked_leads", "leads"),
    "show_rate": ("shown_leads", "booked_leads"),
    "close_rate": ("new_customers", "shown_leads"),
    "click_to_lead": ("leads_with_campaign", "ad_clicks"),
}
TABLE_PARTS = {
    "consults": {"show_rate": ("held", "due"), "no_show_rate": ("no_show", "due")},
    "speed": {"within_5min_share_of_all_leads": ("within_5min", "leads")},
    "arrivals": {"within_5min_share": ("within_5min", "leads")},
    "leaks": {"lost_rate": ("lost", "reached")},
}
OWN_TABLES = (*drill_questions.TABLES, "speed")
WORDS = {word: str(label) for word, label in (*Kind.choices, *Outcome.choices)}
KNOWN = ("", "tag", *PLACES, *OWN_TABLES)


@dataclass(frozen=True)
class Asked:
    """A number of the page: which, and of which row of a table (`by`, `key`).

    `since` is the first day of the range of which the row is a part.
    """

    metric: str
    by: str = ""
    key: str | None = None
    since: date | None = None

    @property
    def query(self) -> dict[str, str]:
        named = {"rows": self.metric, "by": self.by, "key": self.key or ""}
        named["since"] = str(self.since or "")
        return {name: value for name, value in named.items() if value}

    @property
    def parts(self) -> tuple[str, str] | None:
        """The numbers that a quotient is made of."""
        if self.by in OWN_TABLES:
            return TABLE_PARTS.get(self.by, {}).get(self.metric)
        return PARTS.get(self.metric)

    @property
    def is_spend(self) -> bool:
        return self.metric == "spend_cents" and self.by in COSTING

    def question(self, basis: Basis) -> drill_questions.Question | None:
        return drill_questions.question(self.metric, self.by, self.key, basis)

    def opens(self, basis: Basis) -> bool:
        if self.by not in KNOWN:
            return False
        return self.is_spend or bool(self.parts or self.question(basis))


@dataclass(frozen=True)
class Opener:
    """Writes the addresses of one table row's numbers."""

    period: Period
    basis: Basis
    by: str = ""
    key: str | None = None
    since: date | None = None

    @cached_property
    def _start(self) -> str:
        """What all of them have in common."""
        days = {"from": str(self.period.first), "to": str(self.period.last)}
        cohort = {"basis": "cohort"} if self.basis == Basis.COHORT else {}
        return urlencode(days | cohort | Asked("", self.by, self.key, self.since).query)

    def address(self, metric: str, value: Value) -> str:
        """The parameters that open the rows of a number; empty if it opens none."""
        if not (number(value) or has_cases(value)):
            return ""
        if not self.by:
            metric = OF_ALL.get(metric, metric)
        asked = Asked(metric, self.by, self.key, self.since)
        return f"{self._start}&rows={metric}" if asked.opens(self.basis) else ""


def address(period: Period, basis: Basis, asked: Asked, value: Value) -> str:
    """The parameters that open the rows of one number; empty if it opens none."""
    opener = Opener(period, basis, asked.by, asked.key, asked.since)
    return opener.address(asked.metric, value)


def read_asked(parameters: Mapping[str, str], basis: Basis) -> Asked | None:
    """None for a number that opens no rows."""
    asked = Asked(
        parameters.get("rows", ""),
        parameters.get("by", ""),
        _text(parameters, "key") or None,
        _read_since(parameters),
    )
    return asked if asked.opens(basis) else None


def _read_since(parameters: Mapping[str, str]) -> date | None:
    try:
        return read_date(parameters.get("since", ""))
    except PeriodRefused:
        return None


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
    """One lead, event, stay or opportunity; `lead_id` is None where there is none.

    `length` is how long a stay or a wait lasted.
    """

    row_id: str
    at: datetime | None
    lead_id: str | None
    name: str
    source: str
    campaign: str
    kind: str
    cents: int | None
    length: timedelta | None


@dataclass(frozen=True)
class Rows:
    """One page of rows, and where the next one begins, if there is one."""

    rows: list[Row]
    following: Place | None


def find(
    asked: Asked, window: Window, basis: Basis, after: Place | None = None
) -> Rows:
    """The rows behind the number from `after` on, at most a page."""
    question = asked.question(basis)
    if question is None:
        return Rows([], None)
    first = after or Place(LATEST, "")
    found: list[dict[str, Any]] = []
    for part in _parts(question, window, first):
        found = _found(asked, question, part, first)
        if len(found) > PAGE:
            break
    shown = found[:PAGE]
    last = shown[-1] if len(found) > PAGE else None
    return Rows(
        _named(shown, window), Place(last["place_at"], last["row_id"]) if last else None
    )


def _parts(
    question: drill_questions.Question, window: Window, first: Place
) -> Iterator[Window]:
    """The window, and before it its last days, where no index walks backwards."""
    if question.sql == BOOKINGS:
        come = min(first.at, window.end, window.as_of)
        newest = local_date(come, window.zone)
        for days in FEW_DAYS:
            part = window.period.within(newest - timedelta(days=days), None)
            if part and part != window.period:
                yield Window(part, window.zone, window.as_of)
    yield window


def _found(
    asked: Asked, question: drill_questions.Question, window: Window, first: Place
) -> list[dict[str, Any]]:
    return rows(
        question.sql.format(only=question.only, where=_where(asked)),
        window,
        kinds=list(question.kinds),
        touches=TOUCHES,
        key=asked.key,
        since=start_of_day(asked.since or window.period.first, window.zone),
        not_before=str(window.period.first - timedelta(days=2)),
        not_after=str(window.period.last + timedelta(days=3)),
        before=first.at,
        before_id=first.row_id,
        limit=PAGE + 1,
    )


def _where(asked: Asked) -> str:
    """Which leads belong to the row of the table."""
    if asked.by == "tag":
        if asked.key is None:
            return f"AND NOT {TAGGED.format(only='')}"
        return f"AND {TAGGED.format(only='AND tagged.tag_id = %(key)s')}"
    if asked.by not in PLACES:
        return ""
    column = PLACES[asked.by]
    return f"AND {column} IS NULL" if asked.key is None else f"AND {column} = %(key)s"


def _named(found: list[dict[str, Any]], window: Window) -> list[Row]:
    ids = [row["lead_id"] for row in found if row["lead_id"]]
    people = {row["id"]: row for row in rows(NAMES, window, ids=ids)}
    return [_row(row, people.get(row["lead_id"], NOBODY)) for row in found]


def _row(row: dict[str, Any], person: Mapping[str, Any]) -> Row:
    seconds = row["seconds"]
    return Row(
        row["row_id"],
        row["at"],
        row["lead_id"],
        person["first_name"],
        str(Source(person["source"]).label) if person["source"] else "",
        person["campaign"] or "",
        WORDS.get(row["what"], row["what"]),
        row["cents"],
        None if seconds is None else timedelta(seconds=max(seconds, 0)),
    )
