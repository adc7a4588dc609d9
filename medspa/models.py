"""The models of this app; each is defined in the folder of its subject."""

from medspa.accounts.models import User
from medspa.jobs.models import LongRun, LongRunQuerySet, RunState

__all__ = ["LongRun", "LongRunQuerySet", "RunState", "User"]
