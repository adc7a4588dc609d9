"""When a backup and a drill are due. Pure arithmetic: the clock is an argument.

A worker that was away makes up once for what was missed.
"""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

FULL_EVERY = timedelta(days=7)
DRILL_EVERY = timedelta(days=7)
# A backup that failed is tried again after this.
LATE_AFTER = timedelta(hours=1)


def last_moment_due(now: datetime, at: str, zone: ZoneInfo) -> datetime:
    """The latest time of day `at`, like 02:00 by the clinic's clock, until now."""
    local = now.astimezone(zone)
    clock = time.fromisoformat(at)
    due = datetime.combine(local.date(), clock, zone)
    if due > local:
        due = datetime.combine(local.date() - timedelta(days=1), clock, zone)
    return due


def is_backup_due(
    now: datetime,
    at: str,
    zone: ZoneInfo,
    last_done: datetime | None,
    last_tried: datetime | None,
) -> bool:
    """The moments are those when backups began. The first one is due at once."""
    if last_tried and now - last_tried < LATE_AFTER:
        return False
    return last_done is None or last_done < last_moment_due(now, at, zone)


def is_full_due(now: datetime, last_full: datetime | None) -> bool:
    """Early by half a day, so that it doesn't move to the next night each week."""
    return last_full is None or now - last_full > FULL_EVERY - timedelta(hours=12)


def is_drill_due(
    now: datetime, last_passed: datetime | None, last_tried: datetime | None
) -> bool:
    if last_tried and now - last_tried < LATE_AFTER:
        return False
    return last_passed is None or now - last_passed > DRILL_EVERY
