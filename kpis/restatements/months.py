"""The months within a range whose numbers have changed since they ended."""

from kpis.models import MonthSnapshot
from kpis.period import Window, whole_month
from kpis.queries.numbers import KpiData
from kpis.restatements.data import RestatedMonth
from kpis.restatements.reading import restated_month
from medspa.months import month_of

MOST_RESTATED_MONTHS = 24  # a page of two years


def restated_months(window: Window) -> list[RestatedMonth]:
    """Of the months that the range touches, newest first."""
    period = window.period
    months = (
        MonthSnapshot.objects.filter(
            month__gte=month_of(period.first), month__lte=period.last
        )
        .order_by("-month")
        .values_list("month", flat=True)
        .distinct()[:MOST_RESTATED_MONTHS]
    )
    found = (
        restated_month(KpiData(Window(whole_month(month), window.zone, window.as_of)))
        for month in months
    )
    return [month for month in found if month]
