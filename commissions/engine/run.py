"""The engine's one entry: all statements of the months asked for."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from commissions.engine.balances import (
    MonthTotals,
    OpeningBalance,
    calculate_totals,
)
from commissions.engine.items import Ledger, up_to
from commissions.engine.journal import (
    JournalEntry,
    Order,
    journal,
    orphans,
    unique,
)
from commissions.engine.monthly import month_lines, refund_lines
from commissions.engine.once import FirstEvents
from commissions.engine.rule_language import Draw
from commissions.engine.rulebook import MONTHLY, RuleBook
from commissions.engine.schemas import (
    PAYMENT_KIND,
    WHOLE_BPS,
    CommissionLine,
    Inputs,
)
from commissions.engine.single import event_lines
from medspa.months import previous_month

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
    since: date | None = None,
    only: str | None = None,
    on_progress: Callable[[int], None] = lambda count: None,
) -> Result:
    """Calculate `months` (first days, in order) for every provider.

    `openings` are the balances before the first month, `since` the month of the
    statements before it (by default the calendar month before): refunds after it are
    taken back. The order of events does not matter. With `only` just that provider's
    statements are right. `on_progress` is called with the number of further events
    processed, and may raise to stop. Raises InputRefused for input that the database
    would refuse.
    """
    known = unique(inputs.events)
    book = RuleBook(inputs.rules, inputs.providers)
    entries = journal(known, inputs.zone, inputs.times)
    ledger = Ledger(book, only)
    number = 0
    for number, entry in enumerate(entries, start=1):
        ledger.add(entry)
        if number % EVENTS_PER_REPORT == 0:
            on_progress(EVENTS_PER_REPORT)
    on_progress(number % EVENTS_PER_REPORT)
    uncredited = [
        entry.event.id
        for entry in entries
        if entry.month in months and not _is_credited(entry, inputs)
    ]
    calculation = _Calculation(ledger, FirstEvents(book, entries), inputs)
    statements = list(calculation.statements(months, dict(openings or {}), since))
    return Result(statements, uncredited, orphans(known))


def _is_credited(entry: JournalEntry, inputs: Inputs) -> bool:
    if entry.event.kind != PAYMENT_KIND:
        return True
    whole = 0
    for provider, share_bps in entry.event.credits:
        if provider in inputs.providers:
            whole += share_bps
    return whole == WHOLE_BPS


@dataclass(frozen=True)
class _Calculation:
    ledger: Ledger
    first: FirstEvents
    inputs: Inputs

    def statements(
        self,
        months: Sequence[date],
        openings: dict[str, OpeningBalance],
        since: date | None,
    ) -> Iterator[ComputedStatement]:
        for month in months:
            lines = self._lines(month, since or previous_month(month))
            since = month
            for provider in sorted(self.inputs.providers):
                statement = self._statement(
                    provider,
                    month,
                    lines.get(provider, []),
                    openings.get(provider, OpeningBalance()),
                )
                openings[provider] = statement.totals.closing
                yield statement

    def _statement(
        self,
        provider: str,
        month: date,
        lines: list[CommissionLine],
        opening: OpeningBalance,
    ) -> ComputedStatement:
        rule = self.ledger.book.draw_of(self.inputs.providers[provider], month)
        draw = rule.terms if rule and isinstance(rule.terms, Draw) else None
        cents = sum(line.amount_cents for line in lines)
        totals = calculate_totals(cents, 0, opening, draw)
        draw_rule = rule.id if rule else None
        return ComputedStatement(provider, month, lines, totals, draw, draw_rule)

    def _lines(self, month: date, since: date) -> dict[str, list[CommissionLine]]:
        """By provider: by rule, events first, then lines of the month, then refunds
        of earlier months."""
        people = self.inputs.providers
        found: dict[str, list[tuple[Any, ...]]] = {}

        def add(provider: str, line: CommissionLine, *place: Any) -> None:
            if provider in people:
                found.setdefault(provider, []).append((line.rule, *place, line))

        for each in event_lines(self.ledger, self.first, month, since):
            add(each.provider, each.line, 0, *each.order)
        for rule, portions in self.ledger.monthly_rules(month):
            result = month_lines(
                rule, portions, month, up_to(month), self.first, people
            )
            orders: dict[str, Order] = {}
            if not isinstance(rule.terms, MONTHLY):
                orders = {each.entry.event.id: each.entry.order for each in portions}
            for provider, lines in result.lines.items():
                for number, line in enumerate(lines):
                    if line.event:
                        add(provider, line, 0, *orders[line.event])
                    else:
                        add(provider, line, 1, number)
        for provider, line in refund_lines(
            self.ledger, self.first, people, month, since
        ):
            add(provider, line, 2, line.detail)
        return {
            provider: [each[-1] for each in sorted(placed, key=lambda each: each[:-1])]
            for provider, placed in found.items()
        }
