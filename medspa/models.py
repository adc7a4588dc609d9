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
from medspa.alerts.models import Alert, AlertMessage
from medspa.audit.models import AuditEvent, HistoryChange
from medspa.encryption.models import KeyCheck
from medspa.health.models import Measurement
from medspa.jobs.models import JobRun, JobRunQuerySet, RunState
from medspa.request_counts.models import RequestMinute, RequestTotal
from medspa.setup.models import Clinic, ClinicLogo, OwnerLink

__all__ = [
    "Alert",
    "AlertMessage",
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
    "Measurement",
    "OwnerLink",
    "Passkey",
    "PersonSession",
    "RecoveryCode",
    "RequestMinute",
    "RequestTotal",
    "ResetRequest",
    "RunState",
    "TotpDevice",
    "User",
]
