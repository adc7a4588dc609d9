"""Corrections: what closed months come to today, less what is posted for them."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, Q, Sum, Value, When
from django.db.models.functions import Coalesce

from commissions.engine import (
    CommissionLine,
    Correction,
    cents_by_key,
    compute,
    differences,
)
from commissions.engine.corrections import LineKey
from commissions.engine.schemas import NUMBERED_KINDS
from commissions.models import Statement, StatementLine
from commissions.statements.freshness import (
    mark_reconciled,
    reconciled_months,
    unmark_changed_months,
)
from commissions.statements.loading import load
from medspa.months import previous_month

# A refund or credit that changes an older month is no longer corrected.
LOOK_BACK_MONTHS = 24


@dataclass(frozen=True)
class StatementCorrection:
    """A difference on the closed `statement`; `corrects` is the line it is about."""

    statement: Statement
    correction: Correction
    corrects: StatementLine | None


@dataclass
class FoundCorrections:
    """Corrections by provider; `missing` are months and providers who by now earned
    something there, but have no statement."""

    by_provider: dict[str, list[StatementCorrection]]
    missing: list[tuple[date, str]]


def find_corrections(
    before: date,
    *,
    posting_to: Iterable[Statement] = (),
    provider: str | None = None,
    on_progress: Callable[[int], None] = lambda count: None,
) -> FoundCorrections:
    """What closed months before `before` come to today, less what is posted for them.

    Months that are reconciled are not calculated again. Corrections on the statements
    `posting_to` do not count as posted, because these statements are being rewritten.
    The caller holds the closing lock. `on_progress` is called with numbers of events
    processed, and may raise to stop.
    """
    skipped = {statement.pk for statement in posting_to}
    found = FoundCorrections(defaultdict(list), [])
    unmark_changed_months()
    reconciled = reconciled_months()
    for month, statements in _closed_months(before, provider).items():
        if month in reconciled:
            continue
        fresh = recalculated_lines(month, provider, on_progress)
        corrections = corrections_of_month(statements, fresh, skipped)
        missing = _without_statement(month, fresh)
        for each in corrections:
            found.by_provider[each.statement.provider_id].append(each)
        found.missing += [(month, who) for who in missing]
        if not corrections and not missing and not provider:
            mark_reconciled(month, statements)
    return found


def corrections_of_month(
    statements: Sequence[Statement],
    fresh: Mapping[str, list[CommissionLine]],
    skipped: Collection[str] = (),
) -> list[StatementCorrection]:
    """`fresh` lines by provider, less what is posted for the closed `statements`."""
    posted = _posted_cents(statements, skipped)
    corrections: list[StatementCorrection] = []
    for statement in statements:
        lines = fresh.get(statement.provider_id, [])
        if cents_by_key(lines) != posted.get(statement.pk, {}):
            corrections += corrections_of(statement, lines, skipped)
    return corrections


def _posted_cents(
    statements: Sequence[Statement], skipped: Collection[str]
) -> dict[str, dict[LineKey, int]]:
    """By closed statement the sums of its lines and of their corrections by key."""
    own = Q(statement__in=statements, corrects_statement__isnull=True)
    corrections = Q(
        corrects_statement__in=statements, statement__superseded_at__isnull=True
    ) & ~Q(statement__in=skipped)
    number = Case(
        When(kind__in=[kind.value for kind in NUMBERED_KINDS], then="detail"), default=0
    )
    rows = (
        StatementLine.objects.filter(own | corrections)
        .order_by()
        .annotate(
            of=Coalesce("corrects_statement_id", "statement_id"),
            about=Coalesce("event_id", Value("")),
            number=number,
        )
        .values_list("of", "rule_id", "about", "kind", "number")
        .annotate(cents=Sum("amount_cents"))
        .exclude(cents=0)
    )
    sums: dict[str, dict[LineKey, int]] = defaultdict(dict)
    for statement, rule, event, kind, detail, cents in rows.iterator(5000):
        sums[statement][rule, event, kind, detail] = int(cents)
    return sums


def corrections_of(
    statement: Statement, fresh: Iterable[CommissionLine], skipped: Iterable[str] = ()
) -> list[StatementCorrection]:
    """`fresh` lines of the closed `statement`, less what is posted for it."""
    lines = {
        line.engine_line.key: line
        for line in statement.lines.earned().select_related("rule")
    }
    posted = StatementLine.objects.filter(
        corrects_statement=statement, statement__superseded_at__isnull=True
    ).exclude(statement__in=list(skipped))
    known = [line.engine_line for line in (*lines.values(), *posted)]
    return [
        StatementCorrection(statement, correction, lines.get(correction.key))
        for correction in differences(fresh, known)
    ]


def recalculated_lines(
    month: date,
    provider: str | None = None,
    on_progress: Callable[[int], None] = lambda count: None,
) -> dict[str, list[CommissionLine]]:
    """All lines of `month` as of now by provider, or those of `provider` alone."""
    loaded = load(month, provider)
    result = compute(
        loaded.inputs,
        [month],
        since=loaded.since,
        only=provider,
        on_progress=on_progress,
    )
    return {
        statement.provider: statement.lines
        for statement in result.statements
        if provider is None or statement.provider == provider
    }


def _closed_months(before: date, provider: str | None) -> dict[date, list[Statement]]:
    first = before
    for _ in range(LOOK_BACK_MONTHS):
        first = previous_month(first)
    rows = (
        Statement.objects.current()
        .closed()
        .filter(month__gte=first, month__lt=before)
        .order_by("month", "provider_id")
        .defer("snapshot_json")
    )
    if provider:
        rows = rows.filter(provider=provider)
    months: dict[date, list[Statement]] = defaultdict(list)
    for row in rows:
        months[row.month].append(row)
    return months


def _without_statement(
    month: date, fresh: dict[str, list[CommissionLine]]
) -> list[str]:
    earning = {provider for provider, lines in fresh.items() if lines}
    known = Statement.objects.current().of_month(month)
    return sorted(earning - set(known.values_list("provider", flat=True)))
