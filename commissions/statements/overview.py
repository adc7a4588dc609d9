"""What the pages of a month and of a year show of all statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from commissions.models import Statement, Status
from commissions.statements.order_of_months import has_begun, is_over
from medspa.clinic_time import clinic_today
from medspa.months import next_month, previous_month

FIGURES = (
    "lines_cents",
    "adjustments_cents",
    "opening_cents",
    "payable_cents",
    "closing_cents",
)

# Of any year: only the months' names are used.
MONTHS_OF_A_YEAR = [date(2000, number, 1) for number in range(1, 13)]


@dataclass(frozen=True)
class Overview:
    """A month's statements; `totals` are their sums by the names of `FIGURES`."""

    month: date
    statements: Sequence[Statement]

    @property
    def totals(self) -> dict[str, int]:
        return {
            name: sum(getattr(row, name) for row in self.statements) for name in FIGURES
        }

    @property
    def has_draws(self) -> bool:
        return any(
            row.draw_rule_id or row.draw_balance_cents for row in self.statements
        )

    @property
    def counts(self) -> list[tuple[str, int]]:
        """How many statements have each status, without those that none has."""
        by_status = {
            str(status.label): sum(row.status == status for row in self.statements)
            for status in Status
        }
        return [(label, count) for label, count in by_status.items() if count]

    @property
    def seen(self) -> str:
        """When the latest statement was calculated: a signature covers no later one."""
        latest = max((row.computed_at for row in self.statements), default=None)
        return latest.isoformat() if latest else ""

    @property
    def previous(self) -> date:
        return previous_month(self.month)

    @property
    def next(self) -> date | None:
        following = next_month(self.month)
        return following if has_begun(following) else None

    @property
    def is_over(self) -> bool:
        return is_over(self.month)

    @property
    def has_begun(self) -> bool:
        return has_begun(self.month)

    @property
    def can_approve(self) -> bool:
        return self.is_over and self._any(Status.DRAFT)

    @property
    def can_lock(self) -> bool:
        return self._any(Status.APPROVED)

    @property
    def can_pay(self) -> bool:
        return self._any(Status.LOCKED)

    def _any(self, status: Status) -> bool:
        return any(row.status == status for row in self.statements)


def overview(month: date) -> Overview:
    return Overview(month, list(statements_of(month)))


def statements_of(month: date) -> QuerySet[Statement]:
    open_disputes = Count("disputes", filter=Q(disputes__settled_at__isnull=True))
    return (
        Statement.objects.current()
        .of_month(month)
        .select_related("provider")
        .defer("snapshot_json")
        .annotate(open_disputes=open_disputes)
        .order_by("provider__name")
    )


def default_month(now: datetime | None = None) -> date:
    """Last month, which is being closed."""
    return previous_month(clinic_today(now))


class ByMonth:
    """Cents for each month of a year."""

    months: Sequence[int | None]

    @property
    def by_month(self) -> list[tuple[date, int | None]]:
        return [*zip(MONTHS_OF_A_YEAR, self.months, strict=True)]


@dataclass(frozen=True)
class YearRow(ByMonth):
    """One provider's year to date; `months` are payable cents of each month."""

    name: str
    months: Sequence[int | None]
    totals: dict[str, int]


def year_rows(year: int, who: Q | None = None) -> list[YearRow]:
    """Year to date of all providers, or of those of the statements that match `who`."""
    statements = Statement.objects.current().filter(month__year=year)
    if who is not None:
        statements = statements.filter(who)
    paid = statements.values_list("provider", "month", "payable_cents").order_by()
    months: dict[str, dict[int, int]] = {}
    for provider, month, cents in paid:
        months.setdefault(provider, {})[month.month] = cents
    people = statements.order_by("provider__name").values("provider", "provider__name")
    sums: Any = people.annotate(**_sums())
    return [
        YearRow(
            row["provider__name"],
            [months[row["provider"]].get(number) for number in range(1, 13)],
            {name: row[f"sum_{name}"] for name in FIGURES},
        )
        for row in sums
    ]


@dataclass(frozen=True)
class YearTotals(ByMonth):
    """The sums of all providers; None for a month without statements."""

    months: Sequence[int | None]
    totals: dict[str, int]


def year_totals(rows: Sequence[YearRow]) -> YearTotals:
    months = [
        [cents for cents in column if cents is not None]
        for column in zip(*(row.months for row in rows), strict=True)
    ]
    return YearTotals(
        [sum(column) if column else None for column in months],
        {name: sum(row.totals[name] for row in rows) for name in FIGURES},
    )


def _sums() -> dict[str, Any]:
    return {f"sum_{name}": Sum(name) for name in FIGURES}
