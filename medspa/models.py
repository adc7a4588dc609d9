"""The models of this app; each is defined in the folder of its subject."""

from medspa.accounts.models import User
from medspa.jobs.models import JobRun, JobRunQuerySet, RunState

__all__ = ["JobRun", "JobRunQuerySet", "RunState", "User"]
