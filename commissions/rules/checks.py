"""Findings on rules: overlaps, gaps, and rules that can never win."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations, pairwise

from commissions.engine import Earner, RuleRow
from commissions.engine.rule_language import Draw, Match, Pool
from commissions.engine.rulebook import group_of, is_monthly, precedence
from medspa.formats import format_date
from medspa.months import next_month


@dataclass(frozen=True)
class RuleFinding:
    """A possible mistake in the rule `rule`; `other` is the rule it conflicts with."""

    rule: str
    sentence: str
    other: str | None = None


def findings(
    rules: Sequence[RuleRow], providers: Mapping[str, Earner]
) -> list[RuleFinding]:
    """All findings on `rules`, which are in force side by side."""
    found = [finding for rule in rules for finding in _findings_alone(rule, providers)]
    # Once for each rule, not for each of the 125,000 pairs of 500 rules.
    earners = {rule.id: _earners_of(rule, providers) for rule in rules}
    for first, second in combinations(sorted(rules, key=precedence), 2):
        if not earners[first.id].isdisjoint(earners[second.id]):
            found += _findings_of_pair(first, second)
    found += _gaps(rules)
    return found


def _findings_alone(
    rule: RuleRow, providers: Mapping[str, Earner]
) -> Iterator[RuleFinding]:
    if is_monthly(rule) and not _covers_a_month(rule):
        yield RuleFinding(
            rule.id, "It never pays: it doesn't cover the first day of a month."
        )
    if (
        rule.provider
        and rule.provider in providers
        and providers[rule.provider].left_on
    ):
        yield RuleFinding(rule.id, "Its provider has left.")
    if isinstance(rule.terms, Pool):
        here = [
            member
            for member in rule.terms.members
            if member in providers and providers[member].left_on is None
        ]
        missing = len(rule.terms.members) - len(here)
        if missing:
            yield RuleFinding(
                rule.id,
                f"{missing} of its members have left; the others share their part.",
            )


def _covers_a_month(rule: RuleRow) -> bool:
    first = rule.effective_from
    start = first if first.day == 1 else next_month(first)
    return rule.covers(start)


def _findings_of_pair(winner: RuleRow, loser: RuleRow) -> Iterator[RuleFinding]:
    """`winner` precedes `loser` wherever the two compete."""
    if not _overlap_in_time(winner, loser):
        return
    if isinstance(winner.terms, Draw) or isinstance(loser.terms, Draw):
        if isinstance(winner.terms, Draw) and isinstance(loser.terms, Draw):
            yield RuleFinding(loser.id, "Another draw takes priority.", winner.id)
        return
    if winner.terms.event != loser.terms.event:
        return
    if group_of(winner) and group_of(winner) == group_of(loser):
        if _covers_all_of(winner, loser):
            yield RuleFinding(
                loser.id,
                "It never applies: another rule always takes priority.",
                winner.id,
            )
    elif _pays_the_same(winner, loser):
        yield RuleFinding(
            loser.id,
            "Both pay for the same events. To pay only one, use an exclusive group.",
            winner.id,
        )


def _pays_the_same(first: RuleRow, second: RuleRow) -> bool:
    one, other = first.terms, second.terms
    if isinstance(one, Draw) or isinstance(other, Draw) or one.type != other.type:
        return False
    if isinstance(one, Pool) and isinstance(other, Pool):
        shared = bool(one.members.keys() & other.members.keys())
        return shared and _matches_overlap(one.match, other.match)
    return _matches_overlap(one.match, other.match)


def _earners_of(rule: RuleRow, providers: Mapping[str, Earner]) -> frozenset[str]:
    """Providers who have not left and whom the rule is for."""
    return frozenset(
        key
        for key, provider in providers.items()
        if provider.left_on is None and rule.concerns(provider)
    )


def _overlap_in_time(first: RuleRow, second: RuleRow) -> bool:
    """Whether there is a day on which both are in force."""
    start = max(first.effective_from, second.effective_from)
    return first.covers(start) and second.covers(start)


def _covers_all_of(winner: RuleRow, loser: RuleRow) -> bool:
    """Whether `winner` is for every provider, day and event that `loser` is for."""
    if isinstance(winner.terms, Draw) or isinstance(loser.terms, Draw):
        return False
    is_wider = (not winner.provider and not winner.role) or (
        (winner.provider, winner.role) == (loser.provider, loser.role)
    )
    ends = winner.effective_to or date.max
    return (
        is_wider
        and winner.effective_from <= loser.effective_from
        and ends >= (loser.effective_to or date.max)
        and _matches_all_of(winner.terms.match, loser.terms.match)
    )


def _matches_all_of(wide: Match, narrow: Match) -> bool:
    return (
        _includes(wide.procedures, narrow.procedures)
        and _includes(wide.categories, narrow.categories)
        and (wide.min_value_cents or 0) <= (narrow.min_value_cents or 0)
    )


def _includes(wide: Sequence[str] | None, narrow: Sequence[str] | None) -> bool:
    if wide is None:
        return True
    return narrow is not None and set(narrow) <= set(wide)


def _matches_overlap(first: Match, second: Match) -> bool:
    return _lists_overlap(first.procedures, second.procedures) and _lists_overlap(
        first.categories, second.categories
    )


def _lists_overlap(first: Sequence[str] | None, second: Sequence[str] | None) -> bool:
    return first is None or second is None or bool(set(first) & set(second))


def _gaps(rules: Sequence[RuleRow]) -> Iterator[RuleFinding]:
    """Days between a rule's end and the next rule of its type, scope and group."""
    series: dict[tuple[object, ...], list[RuleRow]] = {}
    for rule in rules:
        kind = rule.provider, rule.role, rule.terms.type, group_of(rule)
        series.setdefault(kind, []).append(rule)
    for row in series.values():
        ordered = sorted(row, key=lambda rule: rule.effective_from)
        for before, after in pairwise(ordered):
            yield from _gap(before, after)


def _gap(before: RuleRow, after: RuleRow) -> Iterator[RuleFinding]:
    if before.effective_to is None:
        return
    first = before.effective_to + timedelta(days=1)
    if first < after.effective_from:
        last = after.effective_from - timedelta(days=1)
        yield RuleFinding(
            after.id,
            f"No such rule applies from {format_date(first)} to {format_date(last)}.",
            before.id,
        )
