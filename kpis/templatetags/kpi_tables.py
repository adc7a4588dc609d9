"""The cells of KPI tables: hundreds on a page, which a template would print slowly."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from kpis.page.table import Cell, TableLine

register = template.Library()
SMALL_CLASS = mark_safe(' class="kpi-small"')
ROWS_LINK = '<a class="kpi-rows-link" href="{}{}">{}</a>'


@register.simple_tag
def figures(line: TableLine, rows_address: str) -> SafeString:
    """The cells of a line; `rows_address` is what comes before a cell's `rows`."""
    return format_html_join(
        "\n",
        "<td{}>{}</td>",
        (
            (SMALL_CLASS if cell.small else "", _cell_html(cell, rows_address))
            for cell in line.cells
        ),
    )


def _cell_html(cell: Cell, rows_address: str) -> str:
    if not cell.rows:
        return cell.text
    return format_html(ROWS_LINK, rows_address, cell.rows, cell.text)
