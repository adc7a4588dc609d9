"""Every rule of statements, lines and disputes: the row, the change, the sentence."""

from datetime import date

from django.db import models

from tests.factories import (
    DisputeFactory,
    StatementFactory,
    StatementLineFactory,
)
from tests.rules import Rule


def same_revision(row: models.Model) -> dict[str, object]:
    other = StatementFactory(month=row.month, superseded_at=row.computed_at)
    return {"provider": other.provider}


def same_month(row: models.Model) -> dict[str, object]:
    return {"provider": StatementFactory(month=row.month, revision=2).provider}


def disputed_line() -> models.Model:
    line = StatementLineFactory()
    return DisputeFactory(statement=line.statement, line=line)


def same_line(row: models.Model) -> dict[str, object]:
    return {"line": disputed_line().line}


def other_line(row: models.Model) -> dict[str, object]:
    return {"corrects": StatementLineFactory()}


NOT_A_CHOICE = "Choose from the list."
STATEMENTS = [
    Rule(
        "commissions_statement_balances",
        StatementFactory,
        {"payable_cents": 1},
        "Lines + adjustments + opening must equal payable + closing.",
    ),
    Rule(
        "commissions_statement_pays_or_carries",
        StatementFactory,
        {"payable_cents": 1, "closing_cents": -1},
        "The payable amount can't be negative, and a balance is carried "
        "forward only when nothing is payable, except by a draw.",
    ),
    Rule(
        "commissions_statement_draw_balances",
        StatementFactory,
        {"draw_balance_cents": 1},
        "An open draw grows by what was paid and shrinks by what was recovered.",
    ),
    Rule(
        "commissions_statement_month_is_a_first_day",
        StatementFactory,
        {"month": date(2026, 1, 2)},
        "A month must be given as its first day.",
        "month",
    ),
    Rule(
        "commissions_statement_revision_counts_from_one",
        StatementFactory,
        {"revision": 0},
        "Revisions start at 1.",
        "revision",
    ),
    Rule(
        "commissions_statement_status_is_known",
        StatementFactory,
        {"status": "boss"},
        NOT_A_CHOICE,
        "status",
        behind=("commissions_statement_status_is_signed",),
    ),
    Rule(
        "commissions_statement_status_is_signed",
        StatementFactory,
        {"status": "approved"},
        "Each status needs the time and person of every step so far.",
        "status",
    ),
    Rule(
        "commissions_statement_locked_has_a_snapshot",
        StatementFactory,
        {"snapshot_json": {}},
        "Only a locked statement has a snapshot.",
        "status",
    ),
    Rule(
        "commissions_statement_revision_is_unique",
        StatementFactory,
        same_revision,
        "This revision already exists.",
    ),
    Rule(
        "commissions_statement_is_current_once",
        StatementFactory,
        same_month,
        "This month already has a statement.",
    ),
    Rule(
        "commissions_statementline_kind_is_known",
        StatementLineFactory,
        {"kind": "boss"},
        NOT_A_CHOICE,
        "kind",
    ),
    Rule(
        "commissions_statementline_exact_is_a_fraction",
        StatementLineFactory,
        {"exact": "1.5"},
        "Enter the exact amount like 9001/2.",
        "exact",
    ),
    Rule(
        "commissions_statementline_share_is_a_share",
        StatementLineFactory,
        {"share_bps": 10_001},
        "Enter a share from 0 to 100.",
        "share_bps",
    ),
    Rule(
        "commissions_statementline_corrects_one_statement",
        StatementLineFactory,
        other_line,
        "A correction needs the statement it corrects.",
    ),
    Rule(
        "commissions_statementline_sources_are_a_list",
        StatementLineFactory,
        {"sources_json": {}},
        "The payments of a line must be a list.",
        "sources_json",
    ),
    Rule(
        "commissions_dispute_reason_is_known",
        DisputeFactory,
        {"reason": "boss"},
        NOT_A_CHOICE,
        "reason",
    ),
    Rule(
        "commissions_dispute_answer_is_known",
        DisputeFactory,
        {"answer": "boss"},
        NOT_A_CHOICE,
        "answer",
        behind=("commissions_dispute_is_settled_by_somebody",),
    ),
    Rule(
        "commissions_dispute_is_settled_by_somebody",
        DisputeFactory,
        {"answer": "stands"},
        "A resolution needs a time and a person.",
    ),
    Rule(
        "commissions_dispute_is_open_once",
        disputed_line,
        same_line,
        "This line is already disputed.",
    ),
]
