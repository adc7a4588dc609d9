"""The engine's input for a month, from the database."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Max
from django.utils.functional import cached_property

from commissions.engine import Earner, InputRefused, Inputs, RoleChange, RuleRow
from commissions.engine.rule_language import (
    AnyRule,
    Flat,
    Pool,
    RuleRefused,
    parse_rule,
)
from commissions.engine.rulebook import pays_single_events
from commissions.models import CommissionRule, Credit, Provider, Statement
from commissions.statements.month_events import (
    AskedMonth,
    OncePerLead,
    OwnEvents,
    events_of_month,
)
from medspa.clinic_time import clinic_zone, day_range, local_date, start_of_day
from medspa.months import last_day, month_of, next_month, previous_month


@dataclass(frozen=True)
class LoadedMonth:
    """The engine's input of one month, and the month of the statements before it."""

    inputs: Inputs
    month: date
    since: date

    @cached_property
    def digest(self) -> str:
        """A hash of everything that the result of the month depends on."""
        return digest_of(self.inputs, self.month, self.since)


def load(month: date, provider: str | None = None) -> LoadedMonth:
    """What `month` is calculated from; with `provider` at least what the lines of that
    provider depend on."""
    empty = without_events(month)
    rules = empty.inputs.rules
    own = None
    if provider is not None and not _has_part_in_pools(provider, rules):
        own = _own_events(provider)
    events = events_of_month(replace(what_to_read(empty, rules), own=own))
    return replace(empty, inputs=replace(empty.inputs, events=events))


def without_events(month: date) -> LoadedMonth:
    """Its rules and providers."""
    zone = clinic_zone()
    _, end = day_range(month, last_day(month), zone)
    inputs = Inputs(load_rules(month), [], load_providers(end, zone), zone)
    return LoadedMonth(inputs, month, statements_before(month))


def what_to_read(loaded: LoadedMonth, rules: Sequence[RuleRow]) -> AskedMonth:
    """Which events `rules` need in that month."""
    zone, first = loaded.inputs.zone, next_month(loaded.since)
    start, end = day_range(loaded.month, last_day(loaded.month), zone)
    return AskedMonth(
        start,
        end,
        start_of_day(first, zone),
        zone,
        needs_whole_months=any(not pays_single_events(rule) for rule in rules),
        once=_once_per_lead(rules, loaded.inputs.providers),
    )


def statements_before(month: date) -> date:
    """The last month before `month` that has statements; else the calendar month
    before. Refunds after it are taken back in `month`."""
    earlier = Statement.objects.current().filter(month__lt=month)
    last = earlier.aggregate(last=Max("month"))["last"]
    return last or previous_month(month)


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
    """All providers as they were just before `end`, with the roles they had: a later
    change of role does not apply to earlier months."""
    versions = Provider.history.filter(history_date__lt=end).order_by(
        "id", "history_date", "history_id"
    )
    roles: dict[str, list[RoleChange]] = {}
    for key, role, moment in versions.values_list("id", "role", "history_date"):
        known = roles.setdefault(key, [])
        if not known or known[-1].role != role:
            known.append(RoleChange(local_date(moment, zone), role))
    return {row.id: _earner(row, roles.get(row.id, []), end, zone) for row in _all()}


def _all() -> Any:
    return Provider.all_objects.order_by("id")


def _earner(
    row: Provider, roles: list[RoleChange], end: datetime, zone: ZoneInfo
) -> Earner:
    left_on = None
    if row.deleted_at is not None and row.deleted_at < end:
        left_on = local_date(row.deleted_at, zone)
    return Earner(
        id=row.id,
        role=roles[-1].role if roles else row.role,
        left_on=left_on,
        roles=tuple(roles) if len(roles) > 1 else (),
    )


def digest_of(inputs: Inputs, month: date, since: date) -> str:
    digest = hashlib.sha256(f"{since}".encode())
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
    return OncePerLead(
        kinds=sorted({terms.event for _, terms in found}),
        providers=[
            key
            for key, provider in providers.items()
            if any(_ever_concerns(rule, provider) for rule, _ in found)
        ],
        by_month=any(not pays_single_events(rule) for rule, _ in found),
    )


def _ever_concerns(rule: RuleRow, provider: Earner) -> bool:
    months = [month_of(change.on) for change in provider.roles]
    return rule.concerns(provider) or any(
        rule.concerns(provider, month) for month in months
    )


def _first_version(rule_id: str, replaced: dict[str, str]) -> str:
    while rule_id in replaced:
        rule_id = replaced[rule_id]
    return rule_id
