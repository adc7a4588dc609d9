"""The models of this app, which live beside what works with them."""

from medspa.accounts.models import User
from medspa.jobs.models import LongRun, LongRunQuerySet, RunState

__all__ = ["LongRun", "LongRunQuerySet", "RunState", "User"]
