"""What the page of backups shows."""

from dataclasses import dataclass
from datetime import time

from django.conf import settings

from medspa.formats import clinic_formats
from medspa.health.lines import HealthLine
from safekeeping.backups.health import backup_line, drill_line, log_line
from safekeeping.backups.storage.config import (
    BackupConfig,
    BackupRefused,
    are_exports,
    current_config,
    is_configured,
)
from safekeeping.backups.storage.sizes import in_words
from safekeeping.models import Backup, BackupDrill, LogArchive

BACKUPS_SHOWN = 40
DRILLS_SHOWN = 10


@dataclass(frozen=True)
class BackupRow:
    backup: Backup
    size: str
    seconds: float | None


@dataclass(frozen=True)
class DrillLine:
    """`report`: of each check whether it is right, and its words."""

    drill: BackupDrill
    report: list[tuple[bool, str]]


@dataclass(frozen=True)
class Place:
    """A destination: its address, and what is known of it."""

    name: str
    address: str
    words: str
    is_well: bool


@dataclass(frozen=True)
class BackupsPageData:
    lines: list[HealthLine]
    places: list[Place]
    keep: str
    at: str
    is_export: bool
    backups: list[BackupRow]
    drills: list[DrillLine]


def read_backups_page() -> BackupsPageData:
    config, problem = _config()
    places = _places(config, LogArchive.current()) if config else []
    if problem:
        places = [Place("First", settings.BACKUP_DIR, problem, False)]
    return BackupsPageData(
        [backup_line(), log_line(), drill_line()],
        places,
        config.keep if config else "",
        _night(config),
        are_exports(),
        [_row(backup) for backup in Backup.objects.all()[:BACKUPS_SHOWN]],
        [_drill(drill) for drill in BackupDrill.objects.all()[:DRILLS_SHOWN]],
    )


def _night(config: BackupConfig | None) -> str:
    """When backups are due, as the clinic writes times; "" without a schedule."""
    if not config or not config.at:
        return ""
    return clinic_formats().time(time.fromisoformat(config.at))


def _config() -> tuple[BackupConfig | None, str]:
    """How backups are set up, or why that can't be used."""
    if not is_configured():
        return None, ""
    try:
        config = current_config()
        _ = config.role_url
        return config, ""
    except BackupRefused as refusal:
        return None, str(refusal)


def _places(config: BackupConfig, log: LogArchive) -> list[Place]:
    first = Place("First", config.first, log.problem or "Works.", not log.problem)
    if not config.second:
        words = "If the server burns down, its backups are gone too. Set BACKUP_SECOND."
        return [first, Place("Second", "", words, False)]
    words = log.copy_problem or ("Works." if log.copied_at else "Nothing copied yet.")
    return [first, Place("Second", config.second, words, not log.copy_problem)]


def _row(backup: Backup) -> BackupRow:
    ended = backup.finished_at
    seconds = (ended - backup.started_at).total_seconds() if ended else None
    return BackupRow(backup, in_words(backup.size) if backup.size else "", seconds)


def _drill(drill: BackupDrill) -> DrillLine:
    lines = [line.partition(": ") for line in drill.report.splitlines()]
    return DrillLine(drill, [(mark == "ok", words) for mark, _, words in lines])
