"""Payments that nobody, or not everybody, is credited with, as triggers keep them."""

from datetime import date
from typing import Any

from django.db.models import F

from commissions.models import WHOLE_BPS
from kpis.models import KpiEvent
from medspa.clinic_time import clinic_zone, day_range
from medspa.months import last_day

# A month with more than these is not mended one by one; their number says nothing.
COUNTED = 1_000


def uncredited(month: date) -> Any:
    """Payments of `month` with less than the whole credited, the latest first.

    `open_bps` says how much is open, `credited_bps` how much is not.
    """
    start, end = day_range(month, last_day(month), clinic_zone())
    return (
        KpiEvent.all_objects.counting()
        .filter(open_payment__occurred_at__gte=start, open_payment__occurred_at__lt=end)
        .annotate(
            open_bps=F("open_payment__open_bps"),
            credited_bps=WHOLE_BPS - F("open_payment__open_bps"),
        )
        .order_by("-open_payment__occurred_at", "-open_payment__event")
    )


def count_uncredited(month: date) -> int:
    """Exactly up to `COUNTED`, one more beyond."""
    return uncredited(month).order_by()[: COUNTED + 1].count()
