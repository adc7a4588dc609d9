"""Writing drafts in bulk: unchanged drafts stay, and lines keep their ids."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Max
from django.utils import timezone
from psycopg.types.json import Jsonb

from commissions.engine import (
    CommissionLine,
    ComputedStatement,
    LineSource,
    MonthTotals,
)
from commissions.engine.schemas import NUMBERED_KINDS
from commissions.models import Dispute, Statement, StatementLine, Status
from commissions.statements.corrections import StatementCorrection
from medspa.audit.writing import create_with_history, update_with_history
from medspa.ids import new_id

TOTAL_FIELDS = (
    "lines_cents",
    "adjustments_cents",
    "opening_cents",
    "payable_cents",
    "closing_cents",
    "draw_opening_cents",
    "draw_topup_cents",
    "draw_recovered_cents",
    "draw_balance_cents",
)
REWRITTEN_FIELDS = (
    *TOTAL_FIELDS,
    "draw_rule",
    "inputs_digest",
    "computed_at",
    "status",
    "approved_at",
    "approved_by",
)
STORED_COLUMNS = (
    "id",
    "statement_id",
    "position",
    "rule_id",
    "event_id",
    "kind",
    "base_cents",
    "exact",
    "amount_cents",
    "share_bps",
    "rate_bps",
    "detail",
    "sources_json",
    "corrects_statement_id",
    "corrects_id",
)
# After so many new lines the planner's statistics of the table are out of date.
MANY_LINES = 10_000
LineValues = tuple[Any, ...]
# Stored lines by statement, in the order of `STORED_COLUMNS`.
StoredLines = dict[str, list[LineValues]]


@dataclass(frozen=True)
class Draft:
    """What an open statement should be; `row` is the stored one, if there is one."""

    row: Statement | None
    computed: ComputedStatement
    totals: MonthTotals
    corrections: Sequence[StatementCorrection]
    digest: str

    def line_values(self) -> list[LineValues]:
        """Its lines, in the order of `STORED_COLUMNS` from `position` on."""
        rows = [_values(line) for line in self.computed.lines]
        rows += [_correction_values(each) for each in self.corrections]
        return [(position, *row) for position, row in enumerate(rows, start=1)]


def write_drafts(month: date, drafts: Sequence[Draft]) -> tuple[int, int]:
    """Write new and changed drafts; returns how many were written and how many not."""
    known = _known_lines([draft.row for draft in drafts if draft.row])
    changed: list[Draft] = []
    unchanged: list[Draft] = []
    for draft in drafts:
        (changed if _is_changed(draft, known) else unchanged).append(draft)
    _update_digests(unchanged)
    revisions = _last_revisions(month)
    created, updated = [], []
    for draft in changed:
        if draft.row:
            updated.append((draft, _fill(draft.row, draft)))
        else:
            revision = revisions.get(draft.computed.provider, 0) + 1
            row = Statement(month=month, revision=revision)
            created.append((draft, _fill(row, draft)))
    # The database protects the lines of approved statements: status first, then lines.
    create_with_history(Statement, [row for _, row in created], is_clean=True)
    update_with_history(Statement, [row for _, row in updated], REWRITTEN_FIELDS)
    _write_lines([*created, *updated], known)
    return len(changed), len(unchanged)


def _last_revisions(month: date) -> dict[str, int]:
    rows = Statement.objects.of_month(month).order_by().values_list("provider")
    return dict(rows.annotate(last=Max("revision")))


def _fill(row: Statement, draft: Draft) -> Statement:
    row.provider_id = draft.computed.provider
    row.draw_rule_id = draft.computed.draw_rule
    row.inputs_digest = draft.digest
    row.computed_at = timezone.now()
    row.status, row.approved_at, row.approved_by = Status.DRAFT, None, None
    for name in TOTAL_FIELDS:
        setattr(row, name, getattr(draft.totals, name))
    return row


def _is_changed(draft: Draft, known: StoredLines) -> bool:
    row = draft.row
    if row is None or row.draw_rule_id != draft.computed.draw_rule:
        return True
    if any(getattr(row, name) != getattr(draft.totals, name) for name in TOTAL_FIELDS):
        return True
    stored = [contents for _, _, *contents in known.get(row.pk, ())]
    return stored != [list(contents) for contents in draft.line_values()]


def _update_digests(drafts: Iterable[Draft]) -> None:
    """Note the new input of drafts with the same result, without a history row."""
    stale: dict[str, list[str]] = defaultdict(list)
    for draft in drafts:
        if draft.row and draft.row.inputs_digest != draft.digest:
            stale[draft.digest].append(draft.row.pk)
    for digest, ids in stale.items():
        Statement.objects.filter(pk__in=ids).update(inputs_digest=digest)


def _known_lines(rows: Sequence[Statement]) -> StoredLines:
    lines: StoredLines = defaultdict(list)
    found = StatementLine.objects.filter(statement__in=rows).order_by("position")
    for line in found.values_list(*STORED_COLUMNS).iterator(5000):
        lines[line[1]].append(line)
    return lines


def _write_lines(rows: Sequence[tuple[Draft, Statement]], known: StoredLines) -> None:
    """Replace the lines. A line about the same thing keeps its id, and with it its
    disputes and links; foreign keys are checked at the commit.

    By COPY: a month of 40,000 payments has some 60,000 lines.
    """
    written = set()
    copy = f"COPY commissions_statementline ({', '.join(STORED_COLUMNS)}) FROM STDIN"
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM commissions_statementline WHERE statement_id = ANY(%s)",
            [[row.pk for _, row in rows]],
        )
        with cursor.copy(copy) as target:
            for line in _rows_with_ids(rows, known):
                written.add(line[0])
                target.write_row(_to_copy(line))
        if len(written) > MANY_LINES:
            cursor.execute("ANALYZE commissions_statementline")
    gone = {line[0] for _, row in rows for line in known.get(row.pk, ())} - written
    Dispute.objects.filter(line__in=gone).update(line=None)


def _rows_with_ids(
    rows: Sequence[tuple[Draft, Statement]], known: StoredLines
) -> Iterator[LineValues]:
    for draft, row in rows:
        ids = {_identity(line[2:]): line[0] for line in known.get(row.pk, ())}
        for contents in draft.line_values():
            yield (ids.get(_identity(contents)) or new_id(), row.pk, *contents)


def _to_copy(line: LineValues) -> LineValues:
    """With its list of payments as JSON."""
    *contents, sources, statement, corrects = line
    return (*contents, Jsonb(sources), statement, corrects)


def _values(line: CommissionLine) -> LineValues:
    return (
        line.rule,
        line.event,
        line.kind.value,
        line.base_cents,
        str(line.exact),
        line.amount_cents,
        line.share_bps,
        line.rate_bps,
        line.detail,
        as_json(line.sources),
        None,
        None,
    )


def _correction_values(found: StatementCorrection) -> LineValues:
    correction, line = found.correction, found.correction.line
    return (
        line.rule,
        line.event,
        line.kind.value,
        correction.base_cents,
        str(correction.exact),
        correction.amount_cents,
        line.share_bps,
        line.rate_bps,
        line.detail,
        as_json(correction.sources),
        found.statement.pk,
        found.corrects.pk if found.corrects else None,
    )


def _identity(contents: LineValues) -> LineValues:
    """What makes it the same line: rule, event, kind, number, corrected statement."""
    _, rule, event, kind, *_, detail, _, corrects_statement, _ = contents
    number = detail if kind in NUMBERED_KINDS else 0
    return rule, event, kind, number, corrects_statement


def as_json(sources: Iterable[LineSource]) -> list[list[Any]]:
    return [list(source) for source in sources]
