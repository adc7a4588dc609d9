"""The tables of backups."""

from safekeeping.backups.models.backup import Backup, BackupKind, BackupState
from safekeeping.backups.models.drill import BackupDrill
from safekeeping.backups.models.log_archive import LogArchive

__all__ = ["Backup", "BackupDrill", "BackupKind", "BackupState", "LogArchive"]
