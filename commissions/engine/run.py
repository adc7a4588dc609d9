"""A run: every provider's statement of each month asked for."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from commissions.engine.balances import Opening, Settlement, settle
from commissions.engine.earning import About, Ledger
from commissions.engine.journal import Entry, journal, orphans, unique
from commissions.engine.monthly import lines_of
from commissions.engine.rulebook import RuleBook
from commissions.engine.schemas import PAYMENT, WHOLE_BPS, Event, Inputs, Line
from commissions.rule_language import Draw

# Events between two calls of `tick`.
TICK = 2_000


@dataclass(frozen=True)
class Statement:
    """One provider's month. `earned` is the sum of the rounded lines."""

    provider: str
    month: date
    lines: list[Line]
    settlement: Settlement
    draw: Draw | None = None
    draw_rule: str | None = None

    @property
    def earned_cents(self) -> int:
        return self.settlement.lines_cents


@dataclass(frozen=True)
class Result:
    """Statements by month and provider, and what could not be paid to anybody.

    `uncredited` are payments of these months that nobody, or not everybody, is
    credited with; `orphans` are refunds without their payment.
    """

    statements: list[Statement]
    uncredited: list[str]
    orphans: list[str]


def compute(
    inputs: Inputs,
    months: Sequence[date],
    openings: Mapping[str, Opening] | None = None,
    *,
    only: str | None = None,
    tick: Callable[[int], None] = lambda count: None,
) -> Result:
    """Work out `months` (first days, in order) for every provider.

    `openings` are the balances before the first month. The order of events does not
    matter. With `only` that provider's statements are right, the others' are not.
    `tick` is told how many more events were worked through, and may raise to stop.
    Raises InputRefused for input that the database would refuse.
    """
    book = RuleBook(inputs.rules, inputs.providers)
    ledger = Ledger(book, months, _about(only, inputs.events) if only else None)
    known = unique(inputs.events)
    uncredited = []
    number = 0
    for number, entry in enumerate(journal(known, inputs.zone), start=1):
        ledger.post(entry)
        if entry.month in ledger.months and not _is_credited(entry, inputs):
            uncredited.append(entry.event.id)
        if number % TICK == 0:
            tick(TICK)
    tick(number % TICK)
    statements = list(_statements(ledger, inputs, months, dict(openings or {})))
    return Result(statements, uncredited, orphans(known))


def _about(provider: str, events: Iterable[Event]) -> About:
    """Whose earlier events count where a rule pays a lead only once."""
    return About(
        provider,
        frozenset(
            event.lead
            for event in events
            if any(share.provider == provider for share in event.credits)
        ),
    )


def _is_credited(entry: Entry, inputs: Inputs) -> bool:
    if entry.event.kind != PAYMENT:
        return True
    whole = 0
    for provider, share_bps in entry.event.credits:
        if provider in inputs.providers:
            whole += share_bps
    return whole == WHOLE_BPS


def _statements(
    ledger: Ledger,
    inputs: Inputs,
    months: Sequence[date],
    openings: dict[str, Opening],
) -> Iterator[Statement]:
    for month in months:
        lines = lines_of(ledger, month, inputs.providers)
        for provider in sorted(inputs.providers):
            rule = ledger.book.draw_of(inputs.providers[provider], month)
            draw = rule.terms if rule and isinstance(rule.terms, Draw) else None
            settlement = settle(
                sum(line.amount_cents for line in lines[provider]),
                0,
                openings.get(provider, Opening()),
                draw,
            )
            openings[provider] = settlement.closing
            yield Statement(
                provider,
                month,
                lines[provider],
                settlement,
                draw,
                rule.id if rule else None,
            )
