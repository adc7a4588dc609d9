"""Lines of a statement as pages and files show them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from commissions.models import (
    CommissionRule,
    Dispute,
    Provider,
    Statement,
    StatementLine,
)
from commissions.sentences import (
    arithmetic,
    difference,
    line_title,
    rule_sentence,
)
from commissions.statements.sources import (
    SourceView,
    events_of,
    procedure_of,
    source_views,
)
from kpis.models import KpiEvent
from medspa.clinic_time import clinic_zone, local_date


@dataclass(frozen=True)
class LineView:
    """A line with its event, rule in words, arithmetic and disputes.

    `event` is None for a line of the whole month, and when the event was erased;
    `payment` is the one that a refund is about. `sources` are the first payments and
    refunds under the line, of which there are `source_count`.
    """

    line: StatementLine
    title: str
    on: date | None
    event: KpiEvent | None
    procedure: str
    rule_sentence: str
    arithmetic: str
    corrects: date | None
    disputes: Sequence[Dispute]
    payment: KpiEvent | None
    sources: Sequence[SourceView]
    source_count: int

    @property
    def sources_cents(self) -> int:
        """What all of them together add to the base, those that aren't shown, too."""
        return sum(source.cents for source in self.line.sources)

    @property
    def open_dispute(self) -> Dispute | None:
        return next((each for each in self.disputes if not each.settled_at), None)


def line_views(
    lines: Iterable[StatementLine], most_sources: int | None = None
) -> list[LineView]:
    """By seven queries at most: events, their payments, rules, names of pool members,
    disputes, corrected months and corrected lines. With `most_sources` only so many
    payments under each line."""
    lines = list(lines)
    events = events_of(lines, most_sources)
    sentences = sentences_of({line.rule_id for line in lines})
    disputes = _disputes(lines)
    corrected = {line.corrects_statement_id for line in lines if line.is_correction}
    months = dict(Statement.objects.filter(pk__in=corrected).values_list("pk", "month"))
    before = _amounts({line.corrects_id for line in lines if line.corrects_id})
    return [
        _view(
            line,
            events,
            source_views(line, events, most_sources),
            sentences[line.rule_id],
            disputes.get(line.pk, []),
            months.get(line.corrects_statement_id or ""),
            before.get(line.corrects_id or ""),
        )
        for line in lines
    ]


def _amounts(keys: set[str]) -> dict[str, int]:
    rows = StatementLine.objects.filter(pk__in=keys)
    return dict(rows.values_list("pk", "amount_cents")) if keys else {}


def sentences_of(rules: Iterable[str]) -> dict[str, tuple[CommissionRule, str]]:
    found = CommissionRule.all_objects.in_bulk(list(rules))
    names = member_names(found.values())
    return {
        key: (
            rule,
            rule_sentence(rule.rule, rule.effective_from, rule.effective_to, names),
        )
        for key, rule in found.items()
    }


def member_names(rules: Iterable[CommissionRule]) -> dict[str, str]:
    """The names of the members of pools among `rules`."""
    members = {member for rule in rules for member in rule.rule_json.get("members", ())}
    if not members:
        return {}
    people = Provider.all_objects.filter(pk__in=members)
    return dict(people.values_list("pk", "name"))


def _view(
    line: StatementLine,
    events: dict[str, KpiEvent],
    sources: Sequence[SourceView],
    rule: tuple[CommissionRule, str],
    disputes: list[Dispute],
    corrects: date | None,
    was_cents: int | None,
) -> LineView:
    row, sentence = rule
    line.rule = row
    event = events.get(line.event_id or "")
    engine = line.engine_line
    is_correction = line.is_correction
    return LineView(
        line=line,
        title=line_title(engine, event.kind if event else ""),
        on=local_date(event.occurred_at, clinic_zone()) if event else None,
        event=event,
        procedure=procedure_of(event, events),
        rule_sentence=sentence,
        arithmetic=difference(engine, was_cents)
        if is_correction
        else arithmetic(engine, row.rule, _paid(event)),
        corrects=corrects,
        disputes=disputes,
        payment=events.get(event.refund_of_id or "") if event else None,
        sources=sources,
        source_count=len(line.sources_json),
    )


def _paid(event: KpiEvent | None) -> tuple[int, int] | None:
    """A payment's value and product cost."""
    if event is None or event.value_cents is None:
        return None
    return event.value_cents, event.metadata_json.get("cost_cents") or 0


def _disputes(lines: Sequence[StatementLine]) -> dict[str, list[Dispute]]:
    found: dict[str, list[Dispute]] = {}
    rows = Dispute.objects.filter(line__in=[line.pk for line in lines])
    for dispute in rows.select_related("raised_by", "settled_by"):
        found.setdefault(str(dispute.line_id), []).append(dispute)
    return found
