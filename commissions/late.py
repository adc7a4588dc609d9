"""What changed in closed months since they were locked."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from commissions.engine import Correction, Line, compute, differences
from commissions.loading import load
from commissions.models import Statement, StatementLine
from commissions.months import previous_month

# A refund or credit that comes later than this stays with its closed month.
LOOK_BACK_MONTHS = 24


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
    before: date, *, posting_to: Iterable[Statement] = (), provider: str | None = None
) -> Late:
    """Closed months before `before` as of today, less what they came to and less the
    corrections posted meanwhile, by provider.

    Corrections on the statements `posting_to` do not count as posted: they are about
    to be worked out again.
    """
    skipped = {statement.pk for statement in posting_to}
    late = Late(defaultdict(list), [])
    for month, statements in _closed_months(before, provider).items():
        fresh = _fresh_if_changed(month, statements)
        for statement in statements if fresh else ():
            lines = fresh.get(statement.provider_id, [])
            late.changes[statement.provider_id] += changes_of(statement, lines, skipped)
        late.missing += [(month, who) for who in _without_statement(month, fresh)]
    return late


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


def fresh_lines(month: date) -> dict[str, list[Line]]:
    """Everybody's lines of `month` as of now."""
    result = compute(load(month).inputs, [month])
    return {statement.provider: statement.lines for statement in result.statements}


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


def _fresh_if_changed(
    month: date, statements: list[Statement]
) -> dict[str, list[Line]]:
    """Everybody's lines as of now; empty if the month's input is what it was.

    A month with corrections is looked at again even when its input is back to what
    it was: the corrections then have to be taken back.
    """
    loaded = load(month)
    corrected = StatementLine.objects.filter(
        corrects_statement__in=statements, statement__superseded_at__isnull=True
    )
    unchanged = all(row.inputs_digest == loaded.digest for row in statements)
    if unchanged and not corrected.exists():
        return {}
    result = compute(loaded.inputs, [month])
    return {statement.provider: statement.lines for statement in result.statements}


def _without_statement(month: date, fresh: dict[str, list[Line]]) -> list[str]:
    earning = {provider for provider, lines in fresh.items() if lines}
    known = Statement.objects.current().of_month(month)
    return sorted(earning - set(known.values_list("provider", flat=True)))
