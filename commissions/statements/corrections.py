"""What changed in closed months since they were locked."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection

from commissions.engine import Correction, Line, cents_by_key, compute, differences
from commissions.engine.corrections import Key
from commissions.models import Statement, StatementLine
from commissions.statements.freshness import (
    forget_touched,
    settle_month,
    settled_months,
)
from commissions.statements.loading import load
from medspa.months import previous_month

# A refund or credit that comes later than this stays with its closed month.
LOOK_BACK_MONTHS = 24
POSTED = """
SELECT coalesce(l.corrects_statement_id, l.statement_id), l.rule_id,
    coalesce(l.event_id, ''), l.kind,
    CASE WHEN l.kind IN ('bracket', 'whole') THEN l.detail ELSE 0 END,
    sum(l.amount_cents)
FROM commissions_statementline l
JOIN commissions_statement s ON s.id = l.statement_id
WHERE (l.statement_id = ANY(%(ids)s) AND l.corrects_statement_id IS NULL)
    OR (l.corrects_statement_id = ANY(%(ids)s) AND s.superseded_at IS NULL
        AND l.statement_id <> ALL(%(skipped)s))
GROUP BY 1, 2, 3, 4, 5 HAVING sum(l.amount_cents) <> 0
"""


@dataclass
class Late:
    """What closed months would come to today. `missing` are months and providers
    who earned something then and have no statement yet."""

    changes: dict[str, list["LateChange"]]
    missing: list[tuple[date, str]]


@dataclass(frozen=True)
class LateChange:
    """A difference on a closed statement; `corrects` is the line it is about."""

    statement: Statement
    correction: Correction
    corrects: StatementLine | None


def late_changes(
    before: date,
    *,
    posting_to: Iterable[Statement] = (),
    provider: str | None = None,
    tick: Callable[[int], None] = lambda count: None,
) -> Late:
    """Closed months before `before` as of today, less what they came to and less the
    corrections posted meanwhile, by provider.

    Corrections on the statements `posting_to` do not count as posted: they are about
    to be worked out again. The caller holds the closing lock. `tick` is told of
    events worked through, and may raise to stop.
    """
    skipped = {statement.pk for statement in posting_to}
    late = Late(defaultdict(list), [])
    forget_touched()
    settled = settled_months()
    for month, statements in _closed_months(before, provider).items():
        if month in settled:
            continue
        fresh = fresh_lines(month, provider, tick)
        changes = changes_of_month(statements, fresh, skipped)
        missing = _without_statement(month, fresh)
        for change in changes:
            late.changes[change.statement.provider_id].append(change)
        late.missing += [(month, who) for who in missing]
        if not changes and not missing and not provider:
            settle_month(month, statements)
    return late


def changes_of_month(
    statements: Sequence[Statement],
    fresh: Mapping[str, list[Line]],
    skipped: Collection[str] = (),
) -> list[LateChange]:
    """`fresh` lines by provider less what is posted for the closed `statements`."""
    posted = _posted_cents(statements, skipped)
    changes: list[LateChange] = []
    for statement in statements:
        lines = fresh.get(statement.provider_id, [])
        if cents_by_key(lines) != posted.get(statement.pk, {}):
            changes += changes_of(statement, lines, skipped)
    return changes


def _posted_cents(
    statements: Sequence[Statement], skipped: Collection[str]
) -> dict[str, dict[Key, int]]:
    """By closed statement what its lines and their corrections come to."""
    sums: dict[str, dict[Key, int]] = defaultdict(dict)
    parameters = {"ids": [row.pk for row in statements], "skipped": list(skipped)}
    with connection.cursor() as cursor:
        cursor.execute(POSTED, parameters)
        for statement, rule, event, kind, bracket, cents in cursor.fetchall():
            sums[statement][rule, event, kind, bracket] = int(cents)
    return sums


def changes_of(
    statement: Statement, fresh: Iterable[Line], skipped: Iterable[str] = ()
) -> list[LateChange]:
    """`fresh` lines of the closed `statement`, less what is posted for it."""
    lines = {
        line.as_engine.key: line
        for line in statement.lines.earned().select_related("rule")
    }
    posted = StatementLine.objects.filter(
        corrects_statement=statement, statement__superseded_at__isnull=True
    ).exclude(statement__in=list(skipped))
    known = [line.as_engine for line in (*lines.values(), *posted)]
    return [
        LateChange(statement, correction, lines.get(correction.key))
        for correction in differences(fresh, known)
    ]


def fresh_lines(
    month: date,
    provider: str | None = None,
    tick: Callable[[int], None] = lambda count: None,
) -> dict[str, list[Line]]:
    """Everybody's lines of `month` as of now; those of `provider` alone if given."""
    result = compute(load(month, provider).inputs, [month], only=provider, tick=tick)
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


def _without_statement(month: date, fresh: dict[str, list[Line]]) -> list[str]:
    earning = {provider for provider, lines in fresh.items() if lines}
    known = Statement.objects.current().of_month(month)
    return sorted(earning - set(known.values_list("provider", flat=True)))
