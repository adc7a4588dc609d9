"""Reading the events that a month is calculated from.

By SQL, because it is most of a run: a month of 40,000 payments takes 0.6 s of CPU in 10
queries. By the ORM it took 2 s, and the database twice as long. What makes the
difference: moments come as seconds, rows as plain tuples, and lists of ids go as
arrays, with which every plan is an index scan, also before the tables were analyzed.
Deleted leads are few and have an index: asked for the active ones, PostgreSQL read the
whole table of leads (420 instead of 120 ms at a million).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from commissions.engine import CreditShare, Event
from commissions.engine.schemas import PAYMENT_KIND, REFUND_KIND
from kpis.choices import Category, Kind
from medspa.clinic_time import day_range, local_date
from medspa.months import last_day, month_of
from medspa.postgres.keyset import UNIX_EPOCH

SELECT_EVENTS = """
SELECT e.id, e.kind, extract(epoch FROM e.occurred_at)::float8,
    coalesce(e.value_cents, 0), e.lead_id,
    e.metadata_json->>'procedure', e.metadata_json->>'category',
    coalesce((e.metadata_json->>'cost_cents')::bigint, 0), e.refund_of_id
FROM kpis_kpievent e LEFT JOIN kpis_kpievent p ON p.id = e.refund_of_id
WHERE e.deleted_at IS NULL AND NOT EXISTS (
    SELECT FROM leads_lead l WHERE l.id = e.lead_id AND l.deleted_at IS NOT NULL
) AND
"""
IN_THE_MONTH = """
e.occurred_at >= %(start)s AND e.occurred_at < %(end)s AND e.kind = ANY(%(kinds)s)
"""
# All that the lines of one provider depend on: the events credited to them, the refunds
# of these, and all events of the same leads.
OF_ONE_PROVIDER = """
 AND (e.lead_id = ANY(%(own_leads)s) OR e.id = ANY(%(own_events)s)
    OR e.refund_of_id = ANY(%(own_events)s))
"""
REFUNDS_SINCE = """
e.kind = 'invoice_refunded' AND e.occurred_at >= %(after)s
    AND e.occurred_at < %(start)s
"""
REFUNDED_PAYMENTS = "e.id = ANY(%(refunded)s)"
REFUNDS_OF_THE_SAME = "e.refund_of_id = ANY(%(refunded)s) AND e.occurred_at < %(end)s"
# Of payments of a range of days, also those dated before their payment: the database
# refuses them now, and kept those that it had.
REFUNDS_OF_A_RANGE = """
e.kind = 'invoice_refunded' AND e.occurred_at < %(end)s
    AND p.occurred_at >= %(paid_from)s AND p.occurred_at < %(paid_to)s
"""
PAYMENTS_OF_A_RANGE = """
e.kind = 'invoice_paid' AND e.occurred_at >= %(paid_from)s
    AND e.occurred_at < %(paid_to)s
"""
# Other events of the same leads: a rule that pays a lead once may have paid them.
OF_THE_SAME_LEADS = """
e.kind = ANY(%(once_kinds)s) AND e.occurred_at < %(end)s AND e.lead_id = ANY(%(leads)s)
    AND EXISTS (SELECT FROM commissions_credit c
        WHERE c.kpi_event_id = e.id AND c.provider_id = ANY(%(once_providers)s))
"""
REFUNDS_OF_THE_SAME_LEADS = """
e.kind = 'invoice_refunded' AND e.occurred_at < %(end)s AND e.lead_id = ANY(%(leads)s)
"""
SELECT_CREDITS = """
SELECT kpi_event_id, provider_id, share_bps FROM commissions_credit
WHERE kpi_event_id = ANY(%(events)s) ORDER BY kpi_event_id, provider_id
"""


# By id the columns of SELECT_EVENTS.
Rows = Mapping[str, Sequence[Any]]
Ranges = Sequence[tuple[datetime, datetime]]
ALL_KINDS = (
    PAYMENT_KIND,
    REFUND_KIND,
    Kind.CONSULT_SHOW.value,
    Kind.CONSULT_BOOKED.value,
)


@dataclass(frozen=True)
class OncePerLead:
    """Of the rules that pay a lead only once: their kinds of events, and the providers
    whom they are for. `by_month`: one of them has a cap or a minimum."""

    kinds: list[str]
    providers: list[str]
    by_month: bool = False


@dataclass(frozen=True)
class OwnEvents:
    """Ids of the events that a provider is credited with, and of their leads."""

    events: list[str]
    leads: list[str]


@dataclass(frozen=True)
class AskedMonth:
    """The month from `start` to `end`, which takes back refunds from `after` on.

    Of a month with refunded payments `needs_whole_months` reads all payments. With
    `own` only what that provider's lines depend on is read. Where payments are not
    among `kinds`, only refunded ones are read.
    """

    start: datetime
    end: datetime
    after: datetime
    zone: ZoneInfo
    needs_whole_months: bool = False
    once: OncePerLead | None = None
    own: OwnEvents | None = None
    kinds: Sequence[str] = ALL_KINDS


@dataclass(frozen=True)
class EventsRead:
    """Rows by id, and the ranges of the month and of those that are read whole."""

    rows: Rows
    ranges: Ranges


def events_of_month(asked: AskedMonth) -> list[Event]:
    """All events that a month can depend on, in order of id.

    These are its own, the payments that are refunded in it (with their months) with all
    their refunds, and other events of the same leads.
    """
    return with_credits(read_events(asked).rows)


def read_events(asked: AskedMonth) -> EventsRead:
    """The same as rows, without who is credited."""
    parameters: dict[str, Any] = {
        "start": asked.start,
        "end": asked.end,
        "after": asked.after,
        "kinds": list(asked.kinds),
    }
    mine = ""
    if asked.own:
        mine = OF_ONE_PROVIDER
        parameters["own_events"] = asked.own.events
        parameters["own_leads"] = asked.own.leads
    rows = _rows(IN_THE_MONTH + mine, parameters)
    if asked.after < asked.start:
        gap = {"paid_from": asked.after, "paid_to": asked.start, **parameters}
        rows |= _rows(REFUNDS_SINCE + mine, parameters)
        rows |= _rows(REFUNDS_OF_A_RANGE + mine, gap)
    parameters["refunded"] = list({row[8] for row in rows.values() if row[8]})
    refunded = _rows(REFUNDED_PAYMENTS, parameters)
    rows |= refunded | _rows(REFUNDS_OF_THE_SAME, parameters)
    ranges = [(asked.start, asked.end)]
    if asked.needs_whole_months:
        changed = refunded
        if asked.once and asked.once.by_month:
            # What a lead was paid for once may pass to an event of another month.
            changed = refunded | _of_the_same_leads(refunded, asked, asked.once)
        ranges += _months_before(changed.values(), asked)
    if PAYMENT_KIND not in asked.kinds:
        rows |= _refunded_since(min(ranges)[0], asked.end)
    else:
        for paid_from, paid_to in ranges:
            parameters |= {"paid_from": paid_from, "paid_to": paid_to}
            if paid_to <= asked.start:
                rows |= _rows(PAYMENTS_OF_A_RANGE + mine, parameters)
            rows |= _of_known(_rows(REFUNDS_OF_A_RANGE, parameters), rows)
    if asked.once:
        rows |= _of_the_same_leads(rows, asked, asked.once)
    return EventsRead(rows, ranges)


def _refunded_since(first: datetime, end: datetime) -> dict[str, Sequence[Any]]:
    """Payments from `first` on that are refunded before `end`, with the refunds."""
    paid = {"paid_from": first, "paid_to": end, "end": end}
    refunds = _rows(REFUNDS_OF_A_RANGE, paid)
    payments = [row[8] for row in refunds.values()]
    return refunds | _rows(REFUNDED_PAYMENTS, {"refunded": payments})


def with_credits(rows: Rows) -> list[Event]:
    shares = _shares_by_event(_fetch(SELECT_CREDITS, {"events": list(rows)}))
    return [_event(row, shares) for _, row in sorted(rows.items())]


def _of_the_same_leads(
    rows: Rows, asked: AskedMonth, once: OncePerLead
) -> dict[str, Sequence[Any]]:
    """Other events of the leads of `rows`, with their refunds."""
    parameters = {
        "end": asked.end,
        "leads": list({row[4] for row in rows.values() if row[4]}),
        "once_kinds": once.kinds,
        "once_providers": once.providers,
    }
    others = _rows(OF_THE_SAME_LEADS, parameters)
    refunds = _rows(REFUNDS_OF_THE_SAME_LEADS, parameters)
    return others | _of_known(refunds, {**rows, **others})


def _months_before(
    rows: Iterable[Sequence[Any]], asked: AskedMonth
) -> list[tuple[datetime, datetime]]:
    """The months of payments before the month, as ranges of moments."""
    moments = (_moment(row) for row in rows)
    months = {
        month_of(local_date(moment, asked.zone))
        for moment in moments
        if moment < asked.start
    }
    return [day_range(month, last_day(month), asked.zone) for month in sorted(months)]


def _of_known(refunds: Rows, rows: Rows) -> dict[str, Sequence[Any]]:
    """Those refunds whose payment is among `rows`; nothing depends on others."""
    return {key: row for key, row in refunds.items() if row[8] in rows}


def _moment(row: Sequence[Any]) -> datetime:
    """Exact: until the year 2100 microseconds are whole numbers of a double."""
    return UNIX_EPOCH + timedelta(microseconds=round(row[2] * 1_000_000))


def _rows(condition: str, parameters: Mapping[str, Any]) -> dict[str, Sequence[Any]]:
    return {row[0]: row for row in _fetch(SELECT_EVENTS + condition, parameters)}


def _fetch(sql: str, parameters: Mapping[str, Any]) -> list[Sequence[Any]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()


def _shares_by_event(
    rows: Iterable[Sequence[Any]],
) -> dict[str, tuple[CreditShare, ...]]:
    shares: dict[str, tuple[CreditShare, ...]] = {}
    for event, provider, share_bps in rows:
        shares[event] = (*shares.get(event, ()), CreditShare(provider, share_bps))
    return shares


def _event(row: Sequence[Any], shares: Mapping[str, tuple[CreditShare, ...]]) -> Event:
    key, kind, _, value, lead, procedure, category, cost, refund_of = row
    return Event(
        key,
        kind,
        _moment(row),
        value,
        lead,
        procedure,
        category or Category.SERVICE.value,
        cost,
        shares.get(key, ()),
        refund_of,
    )
