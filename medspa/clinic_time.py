"""The clinic's time zone: its days as UTC ranges, and moments that people enter."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.dateparse import parse_datetime

from medspa.clinic.current import current_clinic
from medspa.formats import clinic_formats
from medspa.refusals import Refused

# The date of one moment is at most a day away in any other zone.
ZONES_DIFFER = timedelta(days=1)


class SkippedTime(Refused):
    """The clocks go forward over this local time, so it never comes."""

    code = "time_is_skipped"


def clinic_zone() -> ZoneInfo:
    return current_clinic().zone


def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The first moment of the local date `day`, in UTC.

    Where a clock change skips midnight, the day starts at the change.
    """
    return datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC)


def day_range(first: date, last: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The half-open UTC range of the local dates `first` to `last`, both included."""
    return start_of_day(first, zone), start_of_day(last + timedelta(days=1), zone)


def local_date(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()


def clinic_today(now: datetime | None = None) -> date:
    return local_date(now or datetime.now(UTC), clinic_zone())


def read_day(text: str) -> date | None:
    """A date written as `2026-03-01`; None for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def read_moment(text: str) -> datetime | None:
    """A moment with its offset, as our addresses and hidden inputs carry it."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def read_local_moment(text: str) -> datetime | None:
    """What a person entered as day and time, without an offset: the clinic's time.

    Raises SkippedTime.
    """
    try:
        entered = parse_datetime(text)
    except ValueError:
        return None
    if entered is None or entered.tzinfo is not None:
        return None
    return local_moment(entered, clinic_zone())


def local_moment(entered: datetime, zone: ZoneInfo) -> datetime:
    """The moment at which the clocks of `zone` show `entered`.

    The first of two, where the clocks go back. Raises SkippedTime, which names the next
    time that there is.
    """
    if _exists(entered, zone):
        return entered.replace(tzinfo=zone)
    following = entered.replace(second=0, microsecond=0)
    while not _exists(following, zone):
        following += timedelta(minutes=1)
    written = clinic_formats()
    raise SkippedTime(
        f"{written.time(entered)} on {written.day_of_year(entered)} does not exist: "
        f"the clocks go forward. The next time is {written.time(following)}."
    )


def _exists(local: datetime, zone: ZoneInfo) -> bool:
    try:
        shown = local.replace(tzinfo=zone).astimezone(UTC).astimezone(zone)
    except OverflowError:  # at both ends of the calendar
        return True
    return shown.replace(tzinfo=None) == local
