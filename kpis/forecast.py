"""What the open opportunities may bring, by the month they are expected in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import TruncMonth

from kpis.period import Window
from leads.models import Opportunity
from leads.vocabulary import Outcome
from medspa.money import round_half_away


@dataclass(frozen=True)
class Expected:
    """The open opportunities of one month; `month` is its first day or None."""

    month: date | None
    count: int
    value_cents: int
    weighted_exact: Fraction
    overdue: int

    @property
    def weighted_cents(self) -> int:
        return round_half_away(self.weighted_exact)


def forecast(window: Window) -> list[Expected]:
    """Expected value times the stage's chance, by month; undated ones last."""
    months = (
        Opportunity.objects.filter(
            lead__deleted_at__isnull=True,
            lead__stays__left_at__isnull=True,
            lead__stays__stage__outcome=Outcome.OPEN,
        )
        .values(month=TruncMonth("expected_date"))
        .annotate(
            count=Count("id"),
            cents=Sum("expected_value_cents"),
            weighted=Sum(
                F("expected_value_cents") * F("lead__stays__stage__win_probability_bps")
            ),
            overdue=Count("id", filter=Q(expected_date__lt=window.today)),
        )
        .order_by(F("month").asc(nulls_last=True))
    )
    return [
        Expected(
            row["month"],
            row["count"],
            int(row["cents"]),
            Fraction(int(row["weighted"]), 10_000),
            row["overdue"],
        )
        for row in months
    ]


def all_months(months: Sequence[Expected]) -> Expected:
    """The whole pipeline, its exact weighted value rounded once."""
    return Expected(
        None,
        sum(month.count for month in months),
        sum(month.value_cents for month in months),
        sum((month.weighted_exact for month in months), Fraction(0)),
        sum(month.overdue for month in months),
    )
