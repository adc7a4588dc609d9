"""When the clinic is open, as booking a consult and the calendar ask for it."""

from datetime import UTC, date, datetime, time

from medspa.clinic_time import clinic_zone, local_date

OPENS, CLOSES = time(9), time(17)
SATURDAY = 5


def open_ranges(day: date) -> list[tuple[datetime, datetime]]:
    """The half-open UTC ranges in which the clinic is open on the local `day`."""
    if day.weekday() >= SATURDAY or holiday_on(day):
        return []
    zone = clinic_zone()
    return [
        (
            datetime.combine(day, OPENS, tzinfo=zone).astimezone(UTC),
            datetime.combine(day, CLOSES, tzinfo=zone).astimezone(UTC),
        )
    ]


def holiday_on(day: date) -> str:
    """The name of the holiday on `day`; empty when it is none."""
    return ""


def are_within(first: datetime, end: datetime) -> bool:
    """Whether the clinic is open from the one moment to the other."""
    ranges = open_ranges(local_date(first, clinic_zone()))
    return any(opens <= first and end <= closes for opens, closes in ranges)
