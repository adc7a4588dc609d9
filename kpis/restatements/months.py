"""Months of a longer or shorter range that became others since they were kept."""

from kpis.models import MonthSnapshot
from kpis.period import Window
from kpis.queries.numbers import Numbers
from kpis.restatements import Restatement, restatement
from kpis.restatements.snapshots import month_of

MOST = 24  # months: a page of two years


def restated_months(window: Window) -> list[Restatement]:
    """Of the months that the range touches, newest first."""
    period = window.period
    months = (
        MonthSnapshot.objects.filter(
            month__gte=period.first.replace(day=1), month__lte=period.last
        )
        .order_by("-month")
        .values_list("month", flat=True)
        .distinct()[:MOST]
    )
    found = (
        restatement(Numbers(Window(month_of(month), window.zone, window.as_of)))
        for month in months
    )
    return [one for one in found if one]
