"""A locked statement beside what it would be today."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from commissions.engine import Correction, differences
from commissions.models import Statement, StatementLine
from commissions.sentences import line_title
from commissions.statements.corrections import LateChange, changes_of, fresh_lines
from commissions.statements.freshness import settled_months
from commissions.statements.lines import sentences_of
from commissions.statements.snapshot import earned_lines
from kpis.models import KpiEvent
from medspa.clinic_time import clinic_zone, local_date


@dataclass(frozen=True)
class Change:
    """One difference: what it is about, when, by which rule, how much."""

    title: str
    on: date | None
    sentence: str
    correction: Correction


@dataclass(frozen=True)
class Changes:
    """All differences from the snapshot, what of them is posted, what is not yet."""

    all: list[Change]
    posted: list[StatementLine]
    open_cents: int

    @property
    def total_cents(self) -> int:
        return sum(change.correction.amount_cents for change in self.all)


def what_changed(statement: Statement) -> Changes:
    """Of a closed statement. A settled month comes to its snapshot and what is posted;
    any other is worked out again, for this provider alone where that is enough."""
    posted = list(
        StatementLine.objects.filter(
            corrects_statement=statement, statement__superseded_at__isnull=True
        ).select_related("statement")
    )
    if statement.month in settled_months():
        corrections = differences([line.as_engine for line in posted], [])
        still_open: list[LateChange] = []
    else:
        mine = fresh_lines(statement.month, statement.provider_id)
        fresh = mine.get(statement.provider_id, [])
        corrections = differences(fresh, earned_lines(statement.snapshot_json or {}))
        still_open = changes_of(statement, fresh)
    return Changes(
        _changes(corrections),
        posted,
        sum(change.correction.amount_cents for change in still_open),
    )


def _changes(corrections: Sequence[Correction]) -> list[Change]:
    sentences = sentences_of({correction.line.rule for correction in corrections})
    events = KpiEvent.all_objects.in_bulk(
        {correction.line.event for correction in corrections} - {None}
    )
    return [
        _change(
            correction,
            events.get(correction.line.event or ""),
            sentences[correction.line.rule][1],
        )
        for correction in corrections
    ]


def _change(correction: Correction, event: KpiEvent | None, sentence: str) -> Change:
    return Change(
        line_title(correction.line, event.kind if event else ""),
        local_date(event.occurred_at, clinic_zone()) if event else None,
        sentence,
        correction,
    )
