"""The engine's input for a month, from the database."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Min

from commissions.engine import Earner, InputRefused, Inputs, RuleRow
from commissions.engine.rule_language import (
    AnyRule,
    Flat,
    Percent,
    Pool,
    RuleRefused,
    parse_rule,
)
from commissions.models import CommissionRule, Credit, Provider
from commissions.statements.month_events import OncePerLead, OwnEvents, events_of_month
from kpis.choices import Kind
from kpis.models import KpiEvent
from medspa.clinic_time import clinic_zone, day_range, local_date, start_of_day
from medspa.months import last_day, month_of


@dataclass(frozen=True)
class LoadedMonth:
    """The engine's input of one month."""

    inputs: Inputs
    month: date

    @cached_property
    def digest(self) -> str:
        """A hash of everything that the result of the month depends on."""
        return digest_of(self.inputs, self.month)


def load(month: date, provider: str | None = None) -> LoadedMonth:
    """What `month` is calculated from; with `provider` at least what the lines of that
    provider depend on."""
    zone = clinic_zone()
    rules = load_rules(month)
    start, end = day_range(month, last_day(month), zone)
    providers = load_providers(end, zone)
    if _has_minimums(rules):
        start = _start_with_refunded_months(start, end, zone)
    own = None
    if provider is not None and not _has_part_in_pools(provider, rules):
        own = _own_events(provider)
    events = events_of_month(start, end, _once_per_lead(rules, providers), own)
    inputs = Inputs(rules, events, providers, zone)
    return LoadedMonth(inputs, month)


def _has_part_in_pools(provider: str, rules: Iterable[RuleRow]) -> bool:
    """Whether what `provider` earns depends on all payments of the clinic."""
    return any(
        isinstance(rule.terms, Pool) and provider in rule.terms.members
        for rule in rules
    )


def _own_events(provider: str) -> OwnEvents:
    credits = Credit.objects.filter(provider=provider).order_by()
    rows = list(credits.values_list("kpi_event", "kpi_event__lead"))
    leads = {lead for _, lead in rows if lead}
    return OwnEvents([event for event, _ in rows], list(leads))


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
    """All providers as they were just before `end`: a later change of role does not
    apply to earlier months."""
    versions = Provider.history.filter(history_date__lt=end).order_by(
        "id", "-history_date", "-history_id"
    )
    roles: dict[str, str] = dict(versions.distinct("id").values_list("id", "role"))
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


def _once_per_lead(
    rules: Iterable[RuleRow], providers: Mapping[str, Earner]
) -> OncePerLead | None:
    found = [
        (rule, rule.terms)
        for rule in rules
        if isinstance(rule.terms, Flat) and rule.terms.once_per_lead
    ]
    if not found:
        return None
    first_day = min(rule.effective_from for rule, _ in found)
    return OncePerLead(
        kinds=sorted({terms.event for _, terms in found}),
        since=start_of_day(first_day, clinic_zone()),
        providers=[
            key
            for key, provider in providers.items()
            if any(rule.concerns(provider) for rule, _ in found)
        ],
    )


def _has_minimums(rules: Iterable[RuleRow]) -> bool:
    return any(
        isinstance(rule.terms, Percent) and rule.terms.min_period_base_cents
        for rule in rules
    )


def _start_with_refunded_months(
    start: datetime, end: datetime, zone: ZoneInfo
) -> datetime:
    """The start of the earliest month with a payment that is refunded in the month:
    whether that month reached a rule's minimum takes all its payments to say."""
    refunds = KpiEvent.objects.filter(
        kind=Kind.INVOICE_REFUNDED, occurred_at__gte=start, occurred_at__lt=end
    )
    first = refunds.aggregate(first=Min("refund_of__occurred_at"))["first"]
    if first is None or first >= start:
        return start
    month = month_of(local_date(first, zone))
    return day_range(month, month, zone)[0]


def _first_version(rule_id: str, replaced: dict[str, str]) -> str:
    while rule_id in replaced:
        rule_id = replaced[rule_id]
    return rule_id
