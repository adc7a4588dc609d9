"""The day on which a payment or refund was made, as people enter it."""

from datetime import date, datetime, time

from kpis.events.refusals import PaymentRefused
from kpis.extension_points import closed_days
from medspa.clinic_time import clinic_today, clinic_zone
from medspa.months import months_earlier

# Corrections of older months are not looked for any more.
MONTHS_BACK = 24


def moment_of(day: date | None, *, may_reopen: bool = False) -> datetime | None:
    """The moment for money that moved on `day`; None for now.

    An earlier day has no time of its own: noon at the clinic. Raises PaymentRefused for
    a day that has not come, is too long ago, or is in a month that is closed; there
    only those who `may_reopen` it record something.
    """
    today = clinic_today()
    if day is None or day == today:
        return None
    if day > today:
        raise PaymentRefused("The day can't be in the future.", "day_in_the_future")
    if day < months_earlier(today, MONTHS_BACK):
        raise PaymentRefused(
            f"The day can't be more than {MONTHS_BACK} months ago.", "day_too_long_ago"
        )
    if not may_reopen:
        for reason in filter(None, (hook(day) for hook in closed_days)):
            raise PaymentRefused(f"{reason} Ask a manager to record it.", "day_closed")
    return datetime.combine(day, time(12), tzinfo=clinic_zone())
