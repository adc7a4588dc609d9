"""The tables of safekeeping."""

from safekeeping.models.backup import Backup, BackupKind, BackupState
from safekeeping.models.drill import BackupDrill
from safekeeping.models.log_archive import LogArchive

__all__ = ["Backup", "BackupDrill", "BackupKind", "BackupState", "LogArchive"]
