"""The models of this app; each is defined in the folder of its subject."""

from medspa.accounts.emailed_links import EmailedLink, LinkKind
from medspa.accounts.models import User
from medspa.accounts.reset_requests import ResetRequest
from medspa.alerts.models import Alert, AlertMessage
from medspa.audit.models import AuditEvent
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
    "JobRun",
    "JobRunQuerySet",
    "KeyCheck",
    "LinkKind",
    "Measurement",
    "OwnerLink",
    "RequestMinute",
    "RequestTotal",
    "ResetRequest",
    "RunState",
    "User",
]
