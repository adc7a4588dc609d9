"""What the health page says of retention and erasure."""

from datetime import timedelta

from medspa.clinic_time import clinic_today
from medspa.formats import clinic_formats
from medspa.health.lines import HealthGroup, HealthLine, Severity
from safekeeping.retention.models import RetentionNight
from safekeeping.retention.nightly import last_night

RETENTION_LINE = "Retention"


def retention_line() -> HealthLine:
    last = last_night()
    if last is None:
        return HealthLine(
            RETENTION_LINE,
            "The first nightly run hasn't happened yet.",
            group=HealthGroup.SECURITY,
        )
    day = clinic_formats().day_of_year(last.night)
    if last.night < clinic_today() - timedelta(days=1):
        return HealthLine(
            RETENTION_LINE,
            f"The last night was {day}.",
            Severity.WARNING,
            "Keep a worker running: the next night makes up for those missed.",
            HealthGroup.SECURITY,
        )
    return HealthLine(
        RETENTION_LINE,
        f"{_removed(last)} on {day}.{_missed(last)}",
        group=HealthGroup.SECURITY,
    )


def _removed(night: RetentionNight) -> str:
    rows = night.total
    return (
        f"{rows:,} row{'' if rows == 1 else 's'} removed" if rows else "Nothing was due"
    )


def _missed(night: RetentionNight) -> str:
    if not night.missed:
        return ""
    nights = "1 night" if night.missed == 1 else f"{night.missed} nights"
    return f" It made up for {nights} in which no worker ran."
