"""The order of months: what has to be done before a month can be run or signed."""

from collections.abc import Collection
from datetime import date

from django.db.models import Max, Q

from commissions.models import Statement, Status
from commissions.refusals import RunRefused
from medspa.clinic_time import clinic_today
from medspa.formats import format_date, format_month
from medspa.months import last_day, month_of, next_month


def has_begun(month: date, today: date | None = None) -> bool:
    return month <= (today or clinic_today())


def is_over(month: date, today: date | None = None) -> bool:
    return last_day(month) < (today or clinic_today())


def check_begun(month: date, today: date | None = None) -> None:
    """Raises RunRefused for a month that hasn't started."""
    if not has_begun(month, today):
        raise RunRefused(
            f"{format_month(month)} hasn't started.", "month_has_not_begun"
        )


def check_over(month: date, today: date | None = None) -> None:
    """Raises RunRefused for a month that is not over."""
    if not is_over(month, today):
        first = next_month(month)
        raise RunRefused(
            f"{format_month(month)} isn't over yet. It can be approved from "
            f"{format_date(first)}.",
            "month_is_not_over",
        )


def earlier_without(month: date, done: Collection[Status]) -> dict[str, date]:
    """By provider the last earlier month whose statement has none of these statuses."""
    return _last_by_provider(month, ~Q(status__in=[status.value for status in done]))


def unpaid_before(month: date) -> dict[str, date]:
    """By provider the last earlier month that pays something and isn't paid."""
    return _last_by_provider(month, ~Q(status=Status.PAID) & Q(payable_cents__gt=0))


def _last_by_provider(month: date, condition: Q) -> dict[str, date]:
    earlier = Statement.objects.current().filter(condition, month__lt=month)
    rows = earlier.order_by().values_list("provider")
    return dict(rows.annotate(last=Max("month")))


def closed_month(day: date) -> str:
    """Why nothing of `day` is recorded any more without a manager; empty if it is."""
    month = month_of(day)
    if not Statement.objects.current().of_month(month).closed().exists():
        return ""
    return f"The commissions of {format_month(month)} are locked."


def has_locked_months() -> bool:
    return Statement.objects.closed().order_by()[:1].exists()
