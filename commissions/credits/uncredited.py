"""Payments that are not fully credited, which triggers list in `OpenPayment`."""

from datetime import date
from typing import Any

from django.db.models import F

from kpis.models import KpiEvent
from medspa.clinic_time import clinic_zone, day_range
from medspa.months import last_day

# Beyond these the exact number is of no use, and counting them would cost.
UNCREDITED_COUNT_LIMIT = 1_000


def uncredited(month: date) -> Any:
    """Payments of `month` that are not fully credited, the latest first.

    `open_bps` is the part that nobody is credited with.
    """
    start, end = day_range(month, last_day(month), clinic_zone())
    return (
        KpiEvent.all_objects.counting()
        .filter(open_payment__occurred_at__gte=start, open_payment__occurred_at__lt=end)
        .annotate(
            open_bps=F("open_payment__open_bps"),
        )
        .order_by("-open_payment__occurred_at", "-open_payment__event")
    )


def count_uncredited(month: date) -> int:
    """How many there are; one above `UNCREDITED_COUNT_LIMIT` stands for more."""
    return uncredited(month).order_by()[: UNCREDITED_COUNT_LIMIT + 1].count()
