"""What /metrics says of backups: ages in seconds, left out while there is none."""

from datetime import datetime

from medspa import clock
from medspa.probes.gauges import Gauge
from safekeeping.models import Backup, BackupDrill, LogArchive


def backup_age() -> Gauge:
    done = Backup.objects.done().order_by("-started_at").first()
    return Gauge(
        "medspa_backup_age_seconds",
        "Since the last complete backup began.",
        _age(done.started_at if done else None),
    )


def drill_age() -> Gauge:
    passed = BackupDrill.objects.filter(problem="").order_by("-started_at").first()
    return Gauge(
        "medspa_restore_drill_age_seconds",
        "Since the last restore drill that proved a backup.",
        _age(passed.started_at if passed else None),
    )


def log_lag() -> Gauge:
    return Gauge(
        "medspa_wal_archive_lag_seconds",
        "What was written in these seconds is in no archive yet.",
        _age(LogArchive.current().archived_at),
    )


def _age(moment: datetime | None) -> float | None:
    return max((clock.now() - moment).total_seconds(), 0) if moment else None
