"""Payments that nobody, or not everybody, is credited with."""

from datetime import date
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from commissions.models import WHOLE_BPS, Credit
from commissions.months import last_day
from kpis.models import KpiEvent
from kpis.vocabulary import Kind
from medspa.clinic_time import clinic_zone, day_range


def payments_of(month: date) -> QuerySet[KpiEvent]:
    start, end = day_range(month, last_day(month), clinic_zone())
    return (
        KpiEvent.all_objects.counting()
        .of_kind(Kind.INVOICE_PAID)
        .filter(occurred_at__gte=start, occurred_at__lt=end)
    )


def uncredited(month: date) -> Any:
    """Payments of `month` with less than the whole credited, the latest first.

    `credited_bps` says how much is.
    """
    shares = (
        Credit.objects.filter(kpi_event=OuterRef("pk"))
        .order_by()
        .values("kpi_event")
        .annotate(whole=Sum("share_bps"))
        .values("whole")
    )
    return (
        payments_of(month)
        .annotate(credited_bps=Coalesce(Subquery(shares), 0))
        .filter(credited_bps__lt=WHOLE_BPS)
        .annotate(open_bps=WHOLE_BPS - F("credited_bps"))
        .order_by("-occurred_at", "-id")
    )
