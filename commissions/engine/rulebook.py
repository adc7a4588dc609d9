"""Which rules pay a provider for an event: dates, conditions, groups."""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from commissions.engine.rule_language import Bonus, Draw, Flat, Percent, Pool, Tiered
from commissions.engine.schemas import Earner, Event, RuleRow
from medspa.months import month_of

MONTHLY = (Tiered, Bonus, Pool)


# Year, month, and how many dates on which a rule begins or ends have passed: on all
# days with the same value the same rules are in force.
RulePeriod = tuple[int, int, int]


class Candidate(NamedTuple):
    """A rule that pays an event if its amount is at least `least_cents`.

    `is_single`: its lines are about one event each.
    """

    rule: RuleRow
    least_cents: int
    group: str | None
    is_single: bool


class RuleBook:
    """Rules in order of precedence: priority, narrower match, lower id."""

    def __init__(
        self, rules: Iterable[RuleRow], providers: Mapping[str, Earner]
    ) -> None:
        ordered = sorted(rules, key=precedence)
        self.rules = {rule.id: rule for rule in ordered}
        self.providers = providers
        self.draws = [rule for rule in ordered if isinstance(rule.terms, Draw)]
        self.pools = [rule for rule in ordered if isinstance(rule.terms, Pool)]
        # Those of one provider for one event; a pool is nobody's own.
        self._earning = [
            rule for rule in ordered if not isinstance(rule.terms, Draw | Pool)
        ]
        self._by_provider: dict[tuple[str, str], list[RuleRow]] = {}
        self._boundaries = sorted(
            {day for rule in ordered for day in boundaries_of(rule)}
        )
        self._periods: dict[date, RulePeriod] = {}
        self._matching: dict[tuple[object, ...], list[Candidate]] = {}

    def winners(
        self, provider: str, event: Event, day: date, taken: Collection[str] = ()
    ) -> list[Candidate]:
        """The rules that pay `provider` for `event` as of its local `day`.

        The groups `taken` were won by a pool.
        """
        return one_per_group(self._own(provider, event, day), event.value_cents, taken)

    def pools_of(self, event: Event, day: date) -> list[Candidate]:
        """The pools that count the payment `event`, whoever it is credited to.

        In a group a pool wins only before every rule that covers a credited provider.
        """
        candidates = self._candidates(None, self.pools, event, day)
        return [
            pool
            for pool in one_per_group(candidates, event.value_cents)
            if pool.group is None or not self._is_outranked(pool, event, day)
        ]

    def _is_outranked(self, pool: Candidate, event: Event, day: date) -> bool:
        return any(
            each.group == pool.group
            and event.value_cents >= each.least_cents
            and precedence(each.rule) < precedence(pool.rule)
            for share in event.credits
            for each in self._own(share.provider, event, day)
        )

    def _own(self, provider: str, event: Event, day: date) -> list[Candidate]:
        earner = self.providers.get(provider)
        if earner is None:
            return []
        role = earner.role_in(month_of(day)) if earner.roles else earner.role
        key = provider, role
        if key not in self._by_provider:
            self._by_provider[key] = [
                rule for rule in self._earning if rule.concerns(earner, month_of(day))
            ]
        return self._candidates(provider, self._by_provider[key], event, day)

    def _candidates(
        self, whose: str | None, rules: Sequence[RuleRow], event: Event, day: date
    ) -> list[Candidate]:
        """Those of `rules` in force that match such events, found once a period."""
        period = self._periods.get(day) or self._periods.setdefault(
            day, self._period(day)
        )
        key = whose, event.kind, event.procedure, event.category, period
        if key not in self._matching:
            self._matching[key] = [
                Candidate(
                    rule, minimum_value(rule), group_of(rule), pays_single_events(rule)
                )
                for rule in rules
                if in_force(rule, day) and matches(rule, event)
            ]
        return self._matching[key]

    def _period(self, day: date) -> RulePeriod:
        return day.year, day.month, bisect_right(self._boundaries, day)

    def draw_of(self, provider: Earner, month: date) -> RuleRow | None:
        """The one draw in force on the month's first day."""
        for rule in self.draws:
            if rule.concerns(provider, month) and rule.covers(month):
                return rule if provider.is_here(month) else None
        return None


def precedence(rule: RuleRow) -> tuple[int, int, str]:
    keys = 0 if isinstance(rule.terms, Draw) else rule.terms.match.key_count
    return -rule.priority, -keys, rule.id


def boundaries_of(rule: RuleRow) -> Iterator[date]:
    """The first day with the rule and the first without it."""
    yield rule.effective_from
    if rule.effective_to is not None and rule.effective_to < date.max:
        yield rule.effective_to + timedelta(days=1)


def in_force(rule: RuleRow, day: date) -> bool:
    """Whether the rule counts on `day`; monthly rules: on the month's first day."""
    return rule.covers(month_of(day) if isinstance(rule.terms, MONTHLY) else day)


def matches(rule: RuleRow, event: Event) -> bool:
    """Whether kind, procedure and category match, whatever the amount."""
    terms = rule.terms
    if isinstance(terms, Draw) or terms.event != event.kind:
        return False
    match = terms.match
    return (match.procedures is None or event.procedure in match.procedures) and (
        match.categories is None or event.category in match.categories
    )


def minimum_value(rule: RuleRow) -> int:
    """The least amount that the rule pays for, in cents."""
    if isinstance(rule.terms, Draw):
        return 0
    return rule.terms.match.min_value_cents or 0


def one_per_group(
    candidates: Sequence[Candidate], value_cents: int, won: Collection[str] = ()
) -> list[Candidate]:
    """Of those that pay such an amount the first of each group that is not `won`."""
    taken = set(won)
    winners = []
    for each in candidates:
        if value_cents < each.least_cents or each.group in taken:
            continue
        if each.group:
            taken.add(each.group)
        winners.append(each)
    return winners


def group_of(rule: RuleRow) -> str | None:
    return None if isinstance(rule.terms, Draw) else rule.terms.group


def is_monthly(rule: RuleRow) -> bool:
    return isinstance(rule.terms, MONTHLY)


def pays_single_events(rule: RuleRow) -> bool:
    """Whether a payment's line depends on no other payment of its month."""
    terms = rule.terms
    return (
        isinstance(terms, Percent | Flat)
        and terms.cap_cents is None
        and not terms.min_period_base_cents
    )


def pays_once(rule: RuleRow) -> bool:
    return rule.terms.type == "flat" and rule.terms.once_per_lead
