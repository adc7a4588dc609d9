"""The cells of KPI tables: hundreds on a page, so they are no template of their own."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from kpis.page.table import Cell, Line

register = template.Library()
SMALL = mark_safe(' class="kpi-small"')
LINK = '<a class="kpi-rows-link" href="{}{}">{}</a>'


@register.simple_tag
def figures(line: Line, rows_address: str) -> SafeString:
    """The line's cells; `rows_address` comes before what opens a number's rows."""
    return format_html_join(
        "\n",
        "<td{}>{}</td>",
        (
            (SMALL if cell.small else "", _written(cell, rows_address))
            for cell in line.cells
        ),
    )


def _written(cell: Cell, rows_address: str) -> str:
    if not cell.rows:
        return cell.text
    return format_html(LINK, rows_address, cell.rows, cell.text)
