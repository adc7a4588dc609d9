"""Drill-down: the rows behind a number, as many as it says.

A number of people opens leads, each once; an amount opens payments and refunds; a
quotient opens its two parts; spend opens what each campaign cost in each month. The
number itself comes from the same figures as the page.
"""

from kpis.drill.links import DrillLink, address
from kpis.drill.metric_ref import MetricRef, read_metric
from kpis.drill.rows import DrillRow, RowPage, cursor_query, find, lead_ids, read_cursor

__all__ = [
    "DrillLink",
    "DrillRow",
    "MetricRef",
    "RowPage",
    "address",
    "cursor_query",
    "find",
    "lead_ids",
    "read_cursor",
    "read_metric",
]
