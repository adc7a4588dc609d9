"""The cells of KPI tables: hundreds on a page, which a template would print slowly."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from kpis.page.heatmap import HeatmapCell, HeatmapRow
from kpis.page.table import Cell, TableLine

register = template.Library()
SMALL_CLASS = mark_safe(' class="kpi-small"')
ROWS_LINK = '<a class="kpi-rows-link" href="{}{}">{}</a>'
HOUR = '<td class="heat-{}">{}<span class="kpi-in-time{}">{}</span></td>'
EMPTY_HOUR = mark_safe('<td class="heat-0"></td>')


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


@register.simple_tag
def hours(row: HeatmapRow, rows_address: str) -> SafeString:
    """The cells of an hour, one for each weekday."""
    cells = (_hour_html(cell, rows_address) for cell in row.cells)
    return format_html_join("", "{}", ((cell,) for cell in cells))


def _hour_html(cell: HeatmapCell, rows_address: str) -> SafeString:
    if not cell.level:
        return EMPTY_HOUR
    link = _cell_html(cell.leads, rows_address)
    small = " kpi-small" if cell.in_time.small else ""
    return format_html(HOUR, cell.level, link, small, cell.in_time.text)


def _cell_html(cell: Cell, rows_address: str) -> str:
    if not cell.rows:
        return cell.text
    return format_html(ROWS_LINK, rows_address, cell.rows, cell.text)
