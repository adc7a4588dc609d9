"""The models of this app; each is defined in the folder of its subject."""

from medspa.accounts.emailed_links import EmailedLink, LinkKind
from medspa.accounts.models import User
from medspa.accounts.reset_requests import ResetRequest
from medspa.encryption.models import KeyCheck
from medspa.jobs.models import JobRun, JobRunQuerySet, RunState
from medspa.setup.models import Clinic, ClinicLogo, OwnerLink

__all__ = [
    "Clinic",
    "ClinicLogo",
    "EmailedLink",
    "JobRun",
    "JobRunQuerySet",
    "KeyCheck",
    "LinkKind",
    "OwnerLink",
    "ResetRequest",
    "RunState",
    "User",
]
