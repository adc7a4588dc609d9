"""Which rules pay whom for what: dates, scope, conditions, groups."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from commissions.engine.schemas import Event, Provider, RuleRow
from commissions.rule_language import Bonus, Draw, Flat, Percent, Pool, Tiered

MONTHLY = (Tiered, Bonus, Pool)


# Days of one month between which no rule begins or ends.
Era = tuple[int, int, int]


class Candidate(NamedTuple):
    """A rule that matches an event if the amount is large enough."""

    rule: RuleRow
    least_cents: int
    group: str | None


class RuleBook:
    """Rules in the order in which they win: priority, narrower match, lower id."""

    def __init__(
        self, rules: Iterable[RuleRow], providers: Mapping[str, Provider]
    ) -> None:
        ordered = sorted(rules, key=precedence)
        self.rules = {rule.id: rule for rule in ordered}
        self.draws = [rule for rule in ordered if isinstance(rule.terms, Draw)]
        # A pool without a group competes with nobody and is nobody's own.
        self.pools = [
            rule
            for rule in ordered
            if isinstance(rule.terms, Pool) and not rule.terms.group
        ]
        self.has_pools_in_groups = any(
            isinstance(rule.terms, Pool) and rule.terms.group for rule in ordered
        )
        self.has_monthly = any(is_monthly(rule) for rule in ordered)
        # Whether months before those asked for decide about anything in them.
        self.looks_back = any(looks_back(rule) for rule in ordered)
        earning = [
            rule
            for rule in ordered
            if not isinstance(rule.terms, Draw) and rule not in self.pools
        ]
        self._by_provider = {
            provider.id: [
                rule
                for rule in earning
                if isinstance(rule.terms, Pool) or rule.concerns(provider)
            ]
            for provider in providers.values()
        }
        self._boundaries = sorted({day for rule in ordered for day in changes_on(rule)})
        self._eras: dict[date, Era] = {}
        self._matching: dict[tuple[object, ...], list[Candidate]] = {}

    def winners(self, provider: str, event: Event, day: date) -> Sequence[RuleRow]:
        """The rules that pay `provider` for `event` as of its local `day`."""
        rules = self._by_provider.get(provider, [])
        candidates = self._candidates(provider, rules, event, day)
        return one_per_group(candidates, event.value_cents)

    def pools_of(self, event: Event, day: date) -> Sequence[RuleRow]:
        """The pools of the whole clinic that take the payment `event`."""
        candidates = self._candidates(None, self.pools, event, day)
        return one_per_group(candidates, event.value_cents)

    def _candidates(
        self, whose: str | None, rules: Sequence[RuleRow], event: Event, day: date
    ) -> list[Candidate]:
        """Those of `rules` in force and about such events, looked up once an era."""
        era = self._eras.get(day) or self._eras.setdefault(day, self._era(day))
        key = whose, event.kind, event.procedure, event.category, era
        if key not in self._matching:
            self._matching[key] = [
                Candidate(rule, smallest(rule), group_of(rule))
                for rule in rules
                if in_force(rule, day) and is_about(rule, event)
            ]
        return self._matching[key]

    def _era(self, day: date) -> Era:
        return day.year, day.month, bisect_right(self._boundaries, day)

    def draw_of(self, provider: Provider, month: date) -> RuleRow | None:
        """The one draw in force on the month's first day."""
        for rule in self.draws:
            if rule.concerns(provider) and rule.covers(month):
                return rule if provider.is_here(month) else None
        return None


def precedence(rule: RuleRow) -> tuple[int, int, str]:
    keys = 0 if isinstance(rule.terms, Draw) else rule.terms.match.key_count
    return -rule.priority, -keys, rule.id


def changes_on(rule: RuleRow) -> Iterator[date]:
    """The first day with the rule and the first without it."""
    yield rule.effective_from
    if rule.effective_to is not None and rule.effective_to < date.max:
        yield rule.effective_to + timedelta(days=1)


def in_force(rule: RuleRow, day: date) -> bool:
    """Rules for a whole month are those of its first day."""
    return rule.covers(day.replace(day=1) if isinstance(rule.terms, MONTHLY) else day)


def is_about(rule: RuleRow, event: Event) -> bool:
    """Whether kind, procedure and category match; the amount is not asked."""
    terms = rule.terms
    if isinstance(terms, Draw) or terms.event != event.kind:
        return False
    match = terms.match
    return (match.procedures is None or event.procedure in match.procedures) and (
        match.categories is None or event.category in match.categories
    )


def smallest(rule: RuleRow) -> int:
    """The least amount that the rule is about, in cents."""
    if isinstance(rule.terms, Draw):
        return 0
    return rule.terms.match.min_value_cents or 0


def one_per_group(candidates: Sequence[Candidate], value_cents: int) -> list[RuleRow]:
    taken = set()
    winners = []
    for rule, least, group in candidates:
        if value_cents < least or group in taken:
            continue
        if group:
            taken.add(group)
        winners.append(rule)
    return winners


def group_of(rule: RuleRow) -> str | None:
    return None if isinstance(rule.terms, Draw) else rule.terms.group


def is_monthly(rule: RuleRow) -> bool:
    return isinstance(rule.terms, MONTHLY)


def looks_back(rule: RuleRow) -> bool:
    """Flat sums are remembered until they are taken back, minimums are a month's."""
    terms = rule.terms
    return isinstance(terms, Flat) or (
        isinstance(terms, Percent) and terms.min_period_base_cents is not None
    )


def pays_each_event(rule: RuleRow) -> bool:
    return isinstance(rule.terms, Percent | Flat)
