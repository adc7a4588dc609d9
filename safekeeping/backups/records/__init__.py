"""The tables of backups."""

from safekeeping.backups.records.backup import Backup, BackupKind, BackupState
from safekeeping.backups.records.drill import BackupDrill
from safekeeping.backups.records.log_archive import LogArchive

__all__ = ["Backup", "BackupDrill", "BackupKind", "BackupState", "LogArchive"]
