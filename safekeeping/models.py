"""The models of this app; each is defined in the folder of its subject."""

from safekeeping.backups.records import (
    Backup,
    BackupDrill,
    BackupKind,
    BackupState,
    LogArchive,
)
from safekeeping.certificates.models import Certificate, CertificateKind
from safekeeping.erasure.models import (
    ErasedLead,
    ErasureReason,
    ErasureRequest,
    ErasureState,
    HoldReason,
    LegalHold,
    SuppressedContact,
)
from safekeeping.retention.models import RetentionNight
from safekeeping.seals.models import Seal, SealedRows

__all__ = [
    "Backup",
    "BackupDrill",
    "BackupKind",
    "BackupState",
    "Certificate",
    "CertificateKind",
    "ErasedLead",
    "ErasureReason",
    "ErasureRequest",
    "ErasureState",
    "HoldReason",
    "LegalHold",
    "LogArchive",
    "RetentionNight",
    "Seal",
    "SealedRows",
    "SuppressedContact",
]
