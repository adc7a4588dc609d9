"""Tools that read commission statements: one's own, or all for those who may."""

from datetime import date
from typing import Annotated

import msgspec

from api.assistants.values import LeadId, link_to, nothing_there
from api.assistants.views import reading_tool
from api.resources.reports import visible_statements
from api.web.calls import ApiCall
from commissions.models import StatementLine
from commissions.statements.lines import LineView, line_views
from medspa.months import month_of

LINES_TOLD = 100
PAYMENTS_TOLD = 20


class ListStatementLines(msgspec.Struct):
    """A month, and one statement of it or all that may be seen."""

    month: Annotated[date, msgspec.Meta(description="Any day of the month.")]
    statement_id: LeadId | None = None


class ToolLine(msgspec.Struct):
    """A line; explain_line says how its amount comes about."""

    line_id: str
    statement_id: str
    provider: str
    title: str
    amount_cents: int


class ToolLines(msgspec.Struct):
    """The first lines of the month."""

    lines: list[ToolLine]


@reading_tool(
    "Lines of commission statements",
    "The lines of a month's commission statements: the owner's own, or everyone's for "
    "managers.",
)
def list_statement_lines(call: ApiCall, params: ListStatementLines) -> ToolLines:
    statements = visible_statements(call).of_month(month_of(params.month))
    if params.statement_id:
        statements = statements.filter(pk=params.statement_id)
    rows = StatementLine.objects.filter(statement__in=statements.values("pk"))
    rows = rows.select_related("statement__provider").order_by("statement", "position")
    return ToolLines(
        [
            ToolLine(
                view.line.pk,
                view.line.statement_id,
                view.line.statement.provider.name,
                view.title,
                view.line.amount_cents,
            )
            for view in line_views(rows[:LINES_TOLD], 0)
        ]
    )


class ExplainLine(msgspec.Struct):
    line_id: LeadId


class LinePayment(msgspec.Struct):
    what: str
    on: date | None
    procedure: str
    share: str
    cents: int


class ExplainedLine(msgspec.Struct):
    """How a line's amount comes about; `payments` are the first of `payment_count`."""

    line_id: str
    title: str
    amount_cents: int
    base_cents: int
    rule: str
    arithmetic: str
    payments: list[LinePayment]
    payment_count: int
    page: str


@reading_tool(
    "Explain a statement line",
    "How the amount of a line of a commission statement comes about: its rule in "
    "words, the arithmetic, and the payments under it.",
)
def explain_line(call: ApiCall, params: ExplainLine) -> ExplainedLine:
    statements = visible_statements(call)
    rows = StatementLine.objects.filter(
        pk=params.line_id, statement__in=statements.values("pk")
    )
    view = next(iter(line_views(rows, PAYMENTS_TOLD)), None)
    if view is None:
        raise nothing_there("line")
    call.subject = view.line.statement
    return _explained(call, view)


def _explained(call: ApiCall, view: LineView) -> ExplainedLine:
    return ExplainedLine(
        view.line.pk,
        view.title,
        view.line.amount_cents,
        view.line.base_cents,
        view.rule_sentence,
        view.arithmetic,
        [
            LinePayment(one.what, one.on, one.procedure, one.share, one.cents)
            for one in view.sources
        ],
        view.source_count,
        link_to(call, "statement", view.line.statement_id),
    )
