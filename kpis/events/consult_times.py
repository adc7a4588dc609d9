"""How long a consult takes, and times that are suggested for one."""

from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, time, timedelta

from kpis.events import opening_hours
from medspa.clinic_time import clinic_today, clinic_zone, local_date, start_of_day

CONSULT_LENGTH = timedelta(minutes=30)
# Of each day the first suggested time from each of these hours on.
FROM_HOURS = (10, 14)
SUGGESTED = 3
# A clinic that is closed for longer suggests no times.
SUGGESTED_DAYS_AHEAD = 21


def suggested_times(now: datetime, taken: Collection[datetime] = ()) -> list[datetime]:
    """The next times from tomorrow on, all within opening hours; may be empty.

    Without those during a consult that begins at a moment of `taken`.
    """
    found: list[datetime] = []
    for ahead in range(1, SUGGESTED_DAYS_AHEAD + 1):
        times = _times_of(clinic_today(now) + timedelta(days=ahead))
        found += [at for at in times if not _overlaps(at, taken)]
        if len(found) >= SUGGESTED:
            break
    return found[:SUGGESTED]


def _overlaps(at: datetime, taken: Collection[datetime]) -> bool:
    return any(abs(at - other) < CONSULT_LENGTH for other in taken)


def _times_of(day: date) -> Iterator[datetime]:
    """Full hours, one around each of the usual ones, while the clinic is open."""
    for opens, closes in opening_hours.suggested_ranges(day):
        last = None
        for hour in FROM_HOURS:
            wanted = datetime.combine(day, time(hour), clinic_zone()).astimezone(UTC)
            at = max(wanted, opens)
            if at != last and at + CONSULT_LENGTH <= closes:
                last = at
                yield at


def default_time(now: datetime) -> datetime:
    """What the booking form begins with where no time can be suggested."""
    tomorrow = clinic_today(now) + timedelta(days=1)
    return start_of_day(tomorrow, clinic_zone()) + timedelta(hours=10)


def closed_in_words(when: datetime) -> str:
    """Why nobody is at the clinic during a consult at `when`; empty if it is open."""
    if opening_hours.are_within(when, when + CONSULT_LENGTH):
        return ""
    if holiday := opening_hours.holiday_on(local_date(when, clinic_zone())):
        return f"The clinic is closed that day: {holiday}."
    return "This is outside opening hours."
