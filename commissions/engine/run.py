"""The engine's one entry: all statements of the months asked for."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from commissions.engine.balances import (
    MonthTotals,
    OpeningBalance,
    calculate_totals,
)
from commissions.engine.earning import Ledger, ProviderScope
from commissions.engine.journal import JournalEntry, journal, orphans, unique
from commissions.engine.monthly import lines_of
from commissions.engine.rule_language import Draw
from commissions.engine.rulebook import RuleBook
from commissions.engine.schemas import (
    PAYMENT_KIND,
    WHOLE_BPS,
    CommissionLine,
    Event,
    Inputs,
)

# Events between two calls of `on_progress`.
EVENTS_PER_REPORT = 2_000


@dataclass(frozen=True)
class ComputedStatement:
    """One provider's month. `earned` is the sum of the rounded lines."""

    provider: str
    month: date
    lines: list[CommissionLine]
    totals: MonthTotals
    draw: Draw | None = None
    draw_rule: str | None = None

    @property
    def earned_cents(self) -> int:
        return self.totals.lines_cents


@dataclass(frozen=True)
class Result:
    """Statements in order of month and provider, and what could not be paid.

    `uncredited` are payments of these months that are not fully credited; `orphans`
    are refunds without their payment.
    """

    statements: list[ComputedStatement]
    uncredited: list[str]
    orphans: list[str]


def compute(
    inputs: Inputs,
    months: Sequence[date],
    openings: Mapping[str, OpeningBalance] | None = None,
    *,
    only: str | None = None,
    on_progress: Callable[[int], None] = lambda count: None,
) -> Result:
    """Calculate `months` (first days, in order) for every provider.

    `openings` are the balances before the first month. The order of events does not
    matter. With `only` just that provider's statements are right. `on_progress` is
    called with the number of further events processed, and may raise to stop.
    Raises InputRefused for input that the database would refuse.
    """
    book = RuleBook(inputs.rules, inputs.providers)
    ledger = Ledger(book, months, _scope_of(only, inputs.events) if only else None)
    known = unique(inputs.events)
    uncredited = []
    number = 0
    for number, entry in enumerate(journal(known, inputs.zone), start=1):
        ledger.post(entry)
        if entry.month in ledger.months and not _is_credited(entry, inputs):
            uncredited.append(entry.event.id)
        if number % EVENTS_PER_REPORT == 0:
            on_progress(EVENTS_PER_REPORT)
    on_progress(number % EVENTS_PER_REPORT)
    statements = list(_statements(ledger, inputs, months, dict(openings or {})))
    return Result(statements, uncredited, orphans(known))


def _scope_of(provider: str, events: Iterable[Event]) -> ProviderScope:
    """Includes the provider's leads: a rule that pays a lead only once depends on all
    their events."""
    return ProviderScope(
        provider,
        frozenset(
            event.lead
            for event in events
            if any(share.provider == provider for share in event.credits)
        ),
    )


def _is_credited(entry: JournalEntry, inputs: Inputs) -> bool:
    if entry.event.kind != PAYMENT_KIND:
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
    openings: dict[str, OpeningBalance],
) -> Iterator[ComputedStatement]:
    for month in months:
        lines = lines_of(ledger, month, inputs.providers)
        for provider in sorted(inputs.providers):
            rule = ledger.book.draw_of(inputs.providers[provider], month)
            draw = rule.terms if rule and isinstance(rule.terms, Draw) else None
            totals = calculate_totals(
                sum(line.amount_cents for line in lines[provider]),
                0,
                openings.get(provider, OpeningBalance()),
                draw,
            )
            openings[provider] = totals.closing
            yield ComputedStatement(
                provider,
                month,
                lines[provider],
                totals,
                draw,
                rule.id if rule else None,
            )
