"""What the engine reads about a month, from the database."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from commissions.engine import CreditShare, Earner, Event, InputRefused, Inputs, RuleRow
from commissions.engine.rule_language import (
    AnyRule,
    Flat,
    Percent,
    Pool,
    RuleRefused,
    parse_rule,
)
from commissions.models import CommissionRule, Provider
from kpis.choices import Category
from medspa.clinic_time import clinic_zone, day_range, local_date, start_of_day
from medspa.months import last_day

# Lists of ids are passed back as arrays: with them every plan is an index scan, also
# where a bulk load left the server without statistics.
EVENTS = """
SELECT e.id, e.kind, extract(epoch FROM e.occurred_at)::float8,
    coalesce(e.value_cents, 0), e.lead_id,
    e.metadata_json->>'procedure', e.metadata_json->>'category',
    coalesce((e.metadata_json->>'cost_cents')::bigint, 0), e.refund_of_id
FROM kpis_kpievent e LEFT JOIN leads_lead l ON l.id = e.lead_id
LEFT JOIN kpis_kpievent p ON p.id = e.refund_of_id
WHERE e.deleted_at IS NULL AND l.deleted_at IS NULL AND
"""
OF_THE_MONTH = """
e.occurred_at >= %(start)s AND e.occurred_at < %(end)s AND e.kind IN
    ('invoice_paid', 'invoice_refunded', 'consult_show', 'consult_booked')
"""
REFUNDED = "e.id = ANY(%(refunded)s)"
OTHER_REFUNDS = "e.refund_of_id = ANY(%(refunded)s) AND e.occurred_at < %(end)s"
# Refunds that claim to be older than their payment count when the payment does.
EARLY_REFUNDS = """
e.kind = 'invoice_refunded' AND e.occurred_at < %(start)s
    AND p.occurred_at >= %(start)s AND p.occurred_at < %(end)s
"""
# What the month's people did before, where a rule pays only the first time: since such
# rules began, and credited to whom they concern.
BEFORE = """
e.kind = ANY(%(once)s) AND e.occurred_at >= %(began)s AND e.occurred_at < %(start)s
    AND e.lead_id = ANY(%(leads)s) AND EXISTS (SELECT FROM commissions_credit c
        WHERE c.kpi_event_id = e.id AND c.provider_id = ANY(%(concerned)s))
"""
# What one provider's lines depend on: their events, those of the same people, refunds.
OF_ONE = """
 AND (e.lead_id = ANY(%(people)s) OR e.id = ANY(%(mine)s)
    OR e.refund_of_id = ANY(%(mine)s))
"""
MINE = """
SELECT e.id, e.lead_id FROM commissions_credit c
JOIN kpis_kpievent e ON e.id = c.kpi_event_id WHERE c.provider_id = %(provider)s
"""
CREDITS = """
SELECT kpi_event_id, provider_id, share_bps FROM commissions_credit
WHERE kpi_event_id = ANY(%(events)s) ORDER BY kpi_event_id, provider_id
"""
FIRST_PAYMENT = """
SELECT min(p.occurred_at) FROM kpis_kpievent r
JOIN kpis_kpievent p ON p.id = r.refund_of_id
WHERE r.occurred_at >= %(start)s AND r.occurred_at < %(end)s
    AND r.kind = 'invoice_refunded' AND r.deleted_at IS NULL
"""
# What somebody was at the end of the month, so that a later promotion is not applied
# to months gone by.
ROLES = """
SELECT DISTINCT ON (id) id, role FROM commissions_providerhistory
WHERE history_date < %(end)s ORDER BY id, history_date DESC, history_id DESC
"""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SERVICE = Category.SERVICE.value


@dataclass(frozen=True)
class LoadedMonth:
    """The engine's input of one month."""

    inputs: Inputs
    month: date

    @cached_property
    def digest(self) -> str:
        """Of everything that the month's result depends on, and nothing later."""
        return digest_of(self.inputs, self.month)


def load(month: date, provider: str | None = None) -> LoadedMonth:
    """What `month` is worked out from; with `provider` at least what that person's
    lines are."""
    zone = clinic_zone()
    rules = load_rules(month)
    start, end = day_range(month, last_day(month), zone)
    providers = load_providers(end, zone)
    window: dict[str, Any] = {"start": start, "end": end, **_once(rules, providers)}
    if _has_gates(rules):
        window["start"] = _whole_months(window, zone)
    of_one = provider is not None and not _has_part_in_pools(provider, rules)
    if of_one:
        window |= _mine(provider)
    rows = _needed_rows(window, OF_ONE if of_one else "")
    shares = _by_event(_fetch(CREDITS, {"events": list(rows)}))
    events = [_event(row, shares) for _, row in sorted(rows.items())]
    inputs = Inputs(rules, events, providers, zone)
    return LoadedMonth(inputs, month)


def _needed_rows(window: dict[str, Any], narrower: str) -> dict[str, Sequence[Any]]:
    """By id every event that the month can depend on: its own, the payments that its
    refunds take back with all their refunds, and what its people did before."""
    rows = _events(OF_THE_MONTH + narrower, window)
    lists = {
        "refunded": list({row[8] for row in rows.values() if row[8]}),
        "leads": list({row[4] for row in rows.values() if row[4]}),
    }
    for condition in (REFUNDED, OTHER_REFUNDS, EARLY_REFUNDS):
        rows |= _events(condition, window | lists)
    if window["once"]:
        rows |= _events(BEFORE, window | lists)
    return rows


def _has_part_in_pools(provider: str, rules: Iterable[RuleRow]) -> bool:
    """Whether the whole clinic's payments are behind what `provider` earns."""
    return any(
        isinstance(rule.terms, Pool) and provider in rule.terms.members
        for rule in rules
    )


def _mine(provider: str | None) -> dict[str, list[str]]:
    rows = _fetch(MINE, {"provider": provider})
    return {
        "mine": [event for event, _ in rows],
        "people": list({lead for _, lead in rows if lead}),
    }


def _events(condition: str, parameters: dict[str, Any]) -> dict[str, Sequence[Any]]:
    return {row[0]: row for row in _fetch(EVENTS + condition, parameters)}


def _fetch(sql: str, parameters: Any) -> list[Sequence[Any]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()


def load_rules(month: date) -> list[RuleRow]:
    """Rules that begin by the end of `month`: refunds may need ended ones too."""
    rows = list(
        CommissionRule.objects.filter(effective_from__lte=last_day(month)).order_by(
            "id"
        )
    )
    versions = CommissionRule.all_objects.exclude(replaces=None)
    replaced: dict[str, Any] = dict(versions.values_list("id", "replaces"))
    return [
        rule_row(row, terms_of(row), _first_version(row.id, replaced)) for row in rows
    ]


def terms_of(row: CommissionRule) -> AnyRule:
    """The row's rule; raises InputRefused naming the row it cannot be read from."""
    try:
        return parse_rule(row.rule_json)
    except RuleRefused as refusal:
        raise InputRefused(f"The rule {row.pk} cannot be read. {refusal}") from refusal


def rule_row(row: CommissionRule, terms: AnyRule, chain: str = "") -> RuleRow:
    return RuleRow(
        id=row.id,
        terms=terms,
        effective_from=row.effective_from,
        effective_to=row.effective_to,
        provider=row.provider_id,
        role=row.role or None,
        priority=row.priority,
        chain=chain,
    )


def load_providers(end: datetime, zone: ZoneInfo) -> dict[str, Earner]:
    """Everybody, as they were just before `end`."""
    with connection.cursor() as cursor:
        cursor.execute(ROLES, {"end": end})
        roles = dict(cursor.fetchall())
    return {
        row.id: Earner(
            id=row.id,
            role=roles.get(row.id, row.role),
            left_on=local_date(row.deleted_at, zone)
            if row.deleted_at and row.deleted_at < end
            else None,
        )
        for row in Provider.all_objects.order_by("id")
    }


def digest_of(inputs: Inputs, month: date) -> str:
    digest = hashlib.sha256()
    until = last_day(month)
    for rule in inputs.rules:
        ends = min(rule.effective_to, until) if rule.effective_to else until
        digest.update(
            repr((rule.id, str(rule.terms), rule.effective_from, ends)).encode()
        )
        digest.update(
            repr((rule.provider, rule.role, rule.priority, rule.chain)).encode()
        )
    for provider in inputs.providers.values():
        digest.update(repr(astuple(provider)).encode())
    for first in range(0, len(inputs.events), 1_000):
        events = inputs.events[first : first + 1_000]
        digest.update(json.dumps(events, default=str).encode())
    return digest.hexdigest()


def _event(row: Sequence[Any], shares: dict[str, tuple[CreditShare, ...]]) -> Event:
    key, kind, seconds, value, lead, procedure, category, cost, refund_of = row
    return Event(
        key,
        kind,
        # Microseconds survive: until 2100 they fit a double's whole numbers.
        EPOCH + timedelta(microseconds=round(seconds * 1_000_000)),
        value,
        lead,
        procedure,
        category or SERVICE,
        cost,
        shares.get(key, ()),
        refund_of,
    )


def _by_event(rows: Iterable[Sequence[Any]]) -> dict[str, tuple[CreditShare, ...]]:
    shares: dict[str, tuple[CreditShare, ...]] = {}
    for event, provider, share_bps in rows:
        shares[event] = (*shares.get(event, ()), CreditShare(provider, share_bps))
    return shares


def _once(rules: Iterable[RuleRow], providers: dict[str, Earner]) -> dict[str, Any]:
    """Of rules that pay a lead only once: kinds of events, since when, for whom."""
    found = [
        (rule, rule.terms)
        for rule in rules
        if isinstance(rule.terms, Flat) and rule.terms.once_per_lead
    ]
    if not found:
        return {"once": []}
    began = min(rule.effective_from for rule, _ in found)
    return {
        "once": sorted({terms.event for _, terms in found}),
        "began": start_of_day(began, clinic_zone()),
        "concerned": [
            key
            for key, provider in providers.items()
            if any(rule.concerns(provider) for rule, _ in found)
        ],
    }


def _has_gates(rules: Iterable[RuleRow]) -> bool:
    return any(
        isinstance(rule.terms, Percent) and rule.terms.min_period_base_cents
        for rule in rules
    )


def _whole_months(window: dict[str, Any], zone: ZoneInfo) -> datetime:
    """The start of the earliest month of which a payment goes back: whether it had
    reached a rule's minimum takes the whole month to say."""
    with connection.cursor() as cursor:
        cursor.execute(FIRST_PAYMENT, window)
        (first,) = cursor.fetchone()
    if first is None or first >= window["start"]:
        return window["start"]
    month = local_date(first, zone).replace(day=1)
    return day_range(month, month, zone)[0]


def _first_version(rule_id: str, replaced: dict[str, str]) -> str:
    while rule_id in replaced:
        rule_id = replaced[rule_id]
    return rule_id
