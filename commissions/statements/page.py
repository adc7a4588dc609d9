"""What the page of one statement shows."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.paginator import Page, Paginator

from commissions.models import Dispute, Statement, StatementLine
from commissions.statements.lines import LineView, line_views, sentences_of
from commissions.statements.sources import SourceView

# Payments shown under a line; a page of its own shows all.
SOURCES_SHOWN = 20
SOURCES_PER_PAGE = 100


@dataclass(frozen=True)
class StatementContents:
    """A page of a statement's lines, and what stands above and below them.

    `vanished` are disputes of lines that a later run removed, `revisions` the other
    revisions of the same month.
    """

    page: Page
    lines: list[LineView]
    draw_sentence: str
    vanished: list[Dispute]
    revisions: list[Statement]


def read_contents(statement: Statement, page_number: str | None) -> StatementContents:
    pages = Paginator(statement.lines.all(), StatementLine.PAGE_SIZE)
    page = pages.get_page(page_number)
    vanished = statement.disputes.filter(line=None).select_related("raised_by")
    others = Statement.objects.filter(
        provider=statement.provider_id, month=statement.month
    ).exclude(pk=statement.pk)
    return StatementContents(
        page,
        line_views(page.object_list, SOURCES_SHOWN),
        draw_sentence(statement),
        list(vanished),
        list(others.defer("snapshot_json").order_by("revision")),
    )


@dataclass(frozen=True)
class LineSources:
    """A line with a page of the payments and refunds under it."""

    shown: LineView
    page: Page
    sources: Sequence[SourceView]


def read_line_sources(line: StatementLine, page_number: str | None) -> LineSources:
    (shown,) = line_views([line])
    page = Paginator(shown.sources, SOURCES_PER_PAGE).get_page(page_number)
    return LineSources(shown, page, list(page.object_list))


def draw_sentence(statement: Statement) -> str:
    """The rule of the statement's draw in words; empty without one."""
    if not statement.draw_rule_id:
        return ""
    return sentences_of([statement.draw_rule_id])[statement.draw_rule_id][1]
