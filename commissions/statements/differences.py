"""How a closed statement differs from the same month calculated today."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from commissions.engine import Correction, differences
from commissions.models import Statement, StatementLine
from commissions.sentences import line_title
from commissions.statements.corrections import (
    StatementCorrection,
    corrections_of,
    recalculated_lines,
)
from commissions.statements.freshness import reconciled_months
from commissions.statements.lines import sentences_of
from commissions.statements.snapshot import earned_lines
from commissions.statements.sources import SourceView, source_view
from kpis.models import KpiEvent
from medspa.clinic_time import clinic_zone, local_date


@dataclass(frozen=True)
class ChangedLine:
    """One difference: its title, day, rule in words, amount, and what made it."""

    title: str
    on: date | None
    sentence: str
    correction: Correction
    sources: list[SourceView]


@dataclass(frozen=True)
class StatementChanges:
    """All differences since the lock; `posted` are the lines that correct some of them,
    `open_cents` is not posted yet."""

    lines: list[ChangedLine]
    posted: list[StatementLine]
    open_cents: int

    @property
    def total_cents(self) -> int:
        return sum(line.correction.amount_cents for line in self.lines)


def changes_since_lock(statement: Statement) -> StatementChanges:
    """Of a closed statement. A reconciled month needs no calculation: it comes to the
    snapshot and what is posted. Any other is calculated for this provider alone."""
    posted = list(
        StatementLine.objects.filter(
            corrects_statement=statement, statement__superseded_at__isnull=True
        ).select_related("statement")
    )
    if statement.month in reconciled_months():
        corrections = differences([line.engine_line for line in posted], [])
        still_open: list[StatementCorrection] = []
    else:
        mine = recalculated_lines(statement.month, statement.provider_id)
        fresh = mine.get(statement.provider_id, [])
        corrections = differences(fresh, earned_lines(statement.snapshot_json or {}))
        still_open = corrections_of(statement, fresh)
    return StatementChanges(
        _changed_lines(corrections),
        posted,
        sum(each.correction.amount_cents for each in still_open),
    )


def _changed_lines(corrections: Sequence[Correction]) -> list[ChangedLine]:
    sentences = sentences_of({correction.line.rule for correction in corrections})
    keys = {correction.line.event for correction in corrections}
    keys |= {source.event for each in corrections for source in each.sources}
    events = KpiEvent.all_objects.in_bulk(keys - {None})
    return [
        _changed_line(
            correction,
            events.get(correction.line.event or ""),
            sentences[correction.line.rule][1],
            [source_view(source, events) for source in correction.sources],
        )
        for correction in corrections
    ]


def _changed_line(
    correction: Correction,
    event: KpiEvent | None,
    sentence: str,
    sources: list[SourceView],
) -> ChangedLine:
    return ChangedLine(
        line_title(correction.line, event.kind if event else ""),
        local_date(event.occurred_at, clinic_zone()) if event else None,
        sentence,
        correction,
        sources,
    )
