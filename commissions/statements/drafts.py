"""Writing drafts in bulk: unchanged ones stay, lines keep their ids."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Max
from django.utils import timezone
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from commissions.engine import Line, LineKind, Settlement
from commissions.engine import Statement as Computed
from commissions.models import Dispute, Statement, StatementLine, Status
from commissions.statements.corrections import LateChange
from medspa.ids import new_id

TOTALS = (
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
REWRITTEN = (
    *TOTALS,
    "draw_rule",
    "inputs_digest",
    "computed_at",
    "status",
    "approved_at",
    "approved_by",
)
COLUMNS = (
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
    "corrects_statement_id",
    "corrects_id",
)
# So many new lines that the server's picture of the table is out of date.
MANY_LINES = 10_000
TIERS = (LineKind.BRACKET.value, LineKind.WHOLE.value)
Row = tuple[Any, ...]
# Stored lines by statement, in the order of `COLUMNS`.
Known = dict[str, list[Row]]


@dataclass(frozen=True)
class Draft:
    """What a statement should be; `row` is the open one that is there already."""

    row: Statement | None
    computed: Computed
    settlement: Settlement
    changes: Sequence[LateChange]
    digest: str

    def contents(self) -> list[Row]:
        """Its lines without ids, in the order of `COLUMNS` from `position` on."""
        rows = [_row(line) for line in self.computed.lines]
        rows += [_correction_row(change) for change in self.changes]
        return [(position, *row) for position, row in enumerate(rows, start=1)]


def write_drafts(month: date, drafts: Sequence[Draft]) -> tuple[int, int]:
    """Write what is new or different; returns how many changed and how many not."""
    known = _known_lines([draft.row for draft in drafts if draft.row])
    changed: list[Draft] = []
    unchanged: list[Draft] = []
    for draft in drafts:
        (changed if _differs(draft, known) else unchanged).append(draft)
    _note_digests(unchanged)
    revisions = _last_revisions(month)
    created, updated = [], []
    for draft in changed:
        if draft.row:
            updated.append((draft, _fill(draft.row, draft)))
        else:
            revision = revisions.get(draft.computed.provider, 0) + 1
            row = Statement(month=month, revision=revision)
            created.append((draft, _fill(row, draft)))
    # An approved statement's lines stay; its approval falls before they change.
    bulk_create_with_history([row for _, row in created], Statement)
    bulk_update_with_history([row for _, row in updated], Statement, list(REWRITTEN))
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
    for name in TOTALS:
        setattr(row, name, getattr(draft.settlement, name))
    return row


def _differs(draft: Draft, known: Known) -> bool:
    row = draft.row
    if row is None or row.draw_rule_id != draft.computed.draw_rule:
        return True
    if any(getattr(row, name) != getattr(draft.settlement, name) for name in TOTALS):
        return True
    stored = [contents for _, _, *contents in known.get(row.pk, ())]
    return stored != [list(contents) for contents in draft.contents()]


def _note_digests(drafts: Iterable[Draft]) -> None:
    """The same result of other input: no new version of the statement."""
    stale: dict[str, list[str]] = defaultdict(list)
    for draft in drafts:
        if draft.row and draft.row.inputs_digest != draft.digest:
            stale[draft.digest].append(draft.row.pk)
    for digest, ids in stale.items():
        Statement.objects.filter(pk__in=ids).update(inputs_digest=digest)


# Lines ----------------------------------------------------------------------


def _known_lines(rows: Sequence[Statement]) -> Known:
    lines: Known = defaultdict(list)
    found = StatementLine.objects.filter(statement__in=rows).order_by("position")
    for line in found.values_list(*COLUMNS).iterator(5000):
        lines[line[1]].append(line)
    return lines


def _write_lines(rows: Sequence[tuple[Draft, Statement]], known: Known) -> None:
    """Replace the lines. What is about the same thing keeps its id, and with it the
    disputes and links that name it; foreign keys are checked at the commit."""
    kept = set()
    copy = f"COPY commissions_statementline ({', '.join(COLUMNS)}) FROM STDIN"
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM commissions_statementline WHERE statement_id = ANY(%s)",
            [[row.pk for _, row in rows]],
        )
        with cursor.copy(copy) as target:
            for line in _rows_with_ids(rows, known):
                kept.add(line[0])
                target.write_row(line)
        if len(kept) > MANY_LINES:
            cursor.execute("ANALYZE commissions_statementline")
    gone = {line[0] for _, row in rows for line in known.get(row.pk, ())} - kept
    Dispute.objects.filter(line__in=gone).update(line=None)


def _rows_with_ids(
    rows: Sequence[tuple[Draft, Statement]], known: Known
) -> Iterator[Row]:
    for draft, row in rows:
        ids = {_about(line[2:]): line[0] for line in known.get(row.pk, ())}
        for contents in draft.contents():
            yield (ids.get(_about(contents)) or new_id(), row.pk, *contents)


def _row(line: Line) -> Row:
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
        None,
        None,
    )


def _correction_row(change: LateChange) -> Row:
    correction, line = change.correction, change.correction.line
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
        change.statement.pk,
        change.corrects.pk if change.corrects else None,
    )


def _about(contents: Row) -> Row:
    """What makes it the same line: rule, event, kind, tier, corrected statement."""
    _, rule, event, kind, *_, detail, corrects_statement, _ = contents
    bracket = detail if kind in TIERS else 0
    return rule, event, kind, bracket, corrects_statement
