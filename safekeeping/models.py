"""The models of this app; each is defined in the folder of its subject."""

from safekeeping.backups.records import (
    Backup,
    BackupDrill,
    BackupKind,
    BackupState,
    LogArchive,
)
from safekeeping.seals.models import Seal, SealedRows

__all__ = [
    "Backup",
    "BackupDrill",
    "BackupKind",
    "BackupState",
    "LogArchive",
    "Seal",
    "SealedRows",
]
