"""Rows of statements for CSV files, which people open, and statements as JSON."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from commissions.models import Statement, StatementLine
from commissions.statements.drafts import TOTAL_FIELDS
from commissions.statements.lines import LineView
from commissions.statements.sources import SourceView
from medspa.formats import clinic_formats
from medspa.money import amount_of

MONTH_COLUMNS = ("Month", "Provider", "Status", "Revision")
MONTH_AMOUNTS = (
    "Earned",
    "Adjustments",
    "Opening",
    "Payable",
    "Closing",
    "Draw balance",
)
LINE_COLUMNS = (
    "Line",
    "What",
    "Date",
    "Rule",
    "Rule version",
    "Calculation",
    "Base",
    "Amount",
    "Corrects",
    "Event ID",
    "Share (%)",
    "Counted",
)
# The columns of amounts say their currency.
AMOUNT_COLUMNS = {"Base", "Amount", "Counted"}


def month_rows(statements: Iterable[Statement]) -> Iterator[Sequence[object]]:
    in_currency = clinic_formats().in_currency
    yield (*MONTH_COLUMNS, *map(in_currency, MONTH_AMOUNTS))
    for row in statements:
        amounts = (
            row.lines_cents,
            row.adjustments_cents,
            row.opening_cents,
            row.payable_cents,
            row.closing_cents,
            row.draw_balance_cents,
        )
        yield (
            f"{row.month:%Y-%m}",
            row.provider.name,
            row.get_status_display(),
            row.revision,
            *map(amount_of, amounts),
        )


def line_rows(lines: Iterable[LineView]) -> Iterator[Sequence[object]]:
    """Each line, followed by the payments and refunds under it: these have no amount,
    but what they add to the line's base."""
    in_currency = clinic_formats().in_currency
    yield [
        in_currency(name) if name in AMOUNT_COLUMNS else name for name in LINE_COLUMNS
    ]
    for view in lines:
        line = view.line
        yield (
            line.position,
            view.title,
            view.on.isoformat() if view.on else "",
            view.rule_sentence,
            line.rule.version,
            view.arithmetic,
            amount_of(line.base_cents),
            amount_of(line.amount_cents),
            f"{view.corrects:%Y-%m}" if view.corrects else "",
            line.event_id or "",
            f"{line.share_bps / 100:g}",
            "",
        )
        for source in view.sources:
            yield _source_row(line.position, source)


def _source_row(position: int, view: SourceView) -> Sequence[object]:
    what = f"{view.what}, {view.procedure}" if view.procedure else view.what
    on = view.on.isoformat() if view.on else ""
    share = f"{view.source.share_bps / 100:g}"
    key = view.source.event
    return (position, what, on, *[""] * 6, key, share, amount_of(view.cents))


def as_json(statement: Statement, lines: Iterable[StatementLine]) -> dict[str, Any]:
    """The statement with the keys of the reference cases, and its lines."""
    return {
        "provider": statement.provider_id,
        "provider_name": statement.provider.name,
        "period": f"{statement.month:%Y-%m}",
        "revision": statement.revision,
        "status": statement.status,
        **{name: getattr(statement, name) for name in TOTAL_FIELDS},
        "lines": [
            {
                "rule": line.rule_id,
                "event": line.event_id,
                "base_cents": line.base_cents,
                "exact": line.exact,
                "amount_cents": line.amount_cents,
                "note": line.engine_line.note,
                "corrects_statement": line.corrects_statement_id,
                "payments": line.sources_json,
            }
            for line in lines
        ],
    }
