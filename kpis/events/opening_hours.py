"""When the clinic is open, as booking a consult and the calendar ask for it.

The hours stand in the clinic's settings. Until somebody has entered them, next steps
are due within the usual ones of any day, consults are suggested within those of
weekdays, and no time is called unusual.
"""

from datetime import UTC, date, datetime, timedelta

from leads.services.next_steps import END_OF_DAY, LONGEST_CLOSED, MORNING
from medspa.clinic.current import current_clinic
from medspa.clinic.settings import OpeningWeek
from medspa.clinic_time import clinic_zone, day_range, local_date

SATURDAY = 5

# Half-open ranges of moments in UTC.
Ranges = list[tuple[datetime, datetime]]


def are_known() -> bool:
    return current_clinic().week != OpeningWeek()


def holiday_on(day: date) -> str:
    """The name of the holiday on `day`; empty when it is none."""
    return current_clinic().holiday_on(day)


def open_ranges(day: date) -> Ranges:
    """When the clinic is open on the local `day`; all day where that is not known."""
    if are_known():
        return current_clinic().open_ranges(day)
    zone = clinic_zone()
    return [] if holiday_on(day) else [day_range(day, day, zone)]


def suggested_ranges(day: date) -> Ranges:
    """When a consult may be suggested."""
    if day.weekday() >= SATURDAY and not are_known():
        return []
    return _working_ranges(day)


def _working_ranges(day: date) -> Ranges:
    """When somebody works: the usual hours of each day where they are not known."""
    if are_known():
        return current_clinic().open_ranges(day)
    if holiday_on(day):
        return []
    ends = [
        datetime.combine(day, clock, tzinfo=clinic_zone()).astimezone(UTC)
        for clock in (MORNING, END_OF_DAY)
    ]
    return [(ends[0], ends[1])]


def first_open(moment: datetime) -> datetime:
    """`moment`, or if the clinic is closed then, when it opens within three weeks."""
    day = local_date(moment, clinic_zone())
    for ahead in range(LONGEST_CLOSED + 1):
        for opens, closes in _working_ranges(day + timedelta(days=ahead)):
            if moment < closes:
                return max(moment, opens)
    return moment


def are_within(first: datetime, end: datetime) -> bool:
    """Whether the clinic is open from the one moment to the other."""
    day = local_date(first, clinic_zone())
    if not are_known():
        return not holiday_on(day)
    ranges = open_ranges(day)
    return any(opens <= first and end <= closes for opens, closes in ranges)
