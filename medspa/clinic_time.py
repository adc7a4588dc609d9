"""The clinic's days: local dates turned into UTC ranges, in this one place."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings


def clinic_zone() -> ZoneInfo:
    return ZoneInfo(settings.CLINIC_TIME_ZONE)


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
