"""The models of this app; each is defined in the folder of its subject."""

from medspa.accounts.emailed_links import EmailedLink, LinkKind
from medspa.accounts.models import User
from medspa.accounts.reset_requests import ResetRequest
from medspa.accounts.second_factor.models import (
    KnownDevice,
    Passkey,
    RecoveryCode,
    TotpDevice,
)
from medspa.accounts.session_rows import PersonSession
from medspa.audit.models import AuditEvent, HistoryChange
from medspa.encryption.models import KeyCheck
from medspa.jobs.models import JobRun, JobRunQuerySet, RunState
from medspa.setup.models import Clinic, ClinicLogo, OwnerLink

__all__ = [
    "AuditEvent",
    "Clinic",
    "ClinicLogo",
    "EmailedLink",
    "HistoryChange",
    "JobRun",
    "JobRunQuerySet",
    "KeyCheck",
    "KnownDevice",
    "LinkKind",
    "OwnerLink",
    "Passkey",
    "PersonSession",
    "RecoveryCode",
    "ResetRequest",
    "RunState",
    "TotpDevice",
    "User",
]
