"""What the apps share: the audit trail and background jobs."""

from factory.django import DjangoModelFactory

from medspa.models import (
    AuditEvent,
    HistoryChange,
    JobRun,
)


class AuditEventFactory(DjangoModelFactory):
    """Somebody signed in."""

    kind = "signed_in"
    name = "Maria"

    class Meta:
        model = AuditEvent


class HistoryChangeFactory(DjangoModelFactory):
    """One row of the history of leads was overwritten."""

    act = "overwrite"
    table_name = "leads_leadhistory"
    ids = ["1"]
    fingerprints = [b"1"]
    why = "erasure"

    class Meta:
        model = HistoryChange


class JobRunFactory(DjangoModelFactory):
    """Work that waits for a worker."""

    kind = "tests.nothing"
    title = "Doing nothing"

    class Meta:
        model = JobRun
