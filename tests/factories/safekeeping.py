"""Backups, seals, retention and erasure."""

from datetime import date, timedelta
from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from safekeeping.certificates.signing import issue
from safekeeping.models import (
    Backup,
    BackupDrill,
    Certificate,
    CertificateKind,
    ErasedLead,
    ErasureRequest,
    LegalHold,
    RetentionNight,
    Seal,
    SealedRows,
    SuppressedContact,
)
from tests.factories.leads import LeadFactory
from tests.factories.people import UserFactory


class BackupFactory(DjangoModelFactory):
    """A full backup that is done."""

    label = factory.Sequence(lambda number: f"20261127T{number:06}-full")
    kind = "full"
    state = "done"
    started_at = factory.LazyFunction(timezone.now)

    class Meta:
        model = Backup


class BackupDrillFactory(DjangoModelFactory):
    """A drill that passed."""

    label = "20261127T020000-full"
    target = started_at = finished_at = factory.LazyFunction(timezone.now)

    class Meta:
        model = BackupDrill


class SealFactory(DjangoModelFactory):
    """A link of the chain over nothing."""

    number = factory.Sequence(lambda number: number + 1)
    previous_hash = b""
    from_xid = 1
    to_xid = 2
    server = "1"
    counts = {}
    root = hash = signature = b"1"
    made_at = factory.LazyFunction(timezone.now)

    class Meta:
        model = Seal


class SealedRowsFactory(DjangoModelFactory):
    """One row of the history of leads under a seal."""

    seal = factory.SubFactory(SealFactory)
    table_name = "leads_leadhistory"
    part = 0
    ids = ["1"]
    hashes = [b"1"]

    class Meta:
        model = SealedRows


class LegalHoldFactory(DjangoModelFactory):
    """A hold of one lead."""

    lead = factory.SubFactory(LeadFactory)
    reason = "lawsuit"
    placed_by = factory.SubFactory(UserFactory)

    class Meta:
        model = LegalHold


class ErasureRequestFactory(DjangoModelFactory):
    """A request that waits."""

    lead = factory.SubFactory(LeadFactory)
    reason = "asked"
    requested_by = factory.SubFactory(UserFactory)

    class Meta:
        model = ErasureRequest


class RetentionNightFactory(DjangoModelFactory):
    night = factory.Sequence(lambda number: date(2026, 1, 1) + timedelta(days=number))

    class Meta:
        model = RetentionNight


class CertificateFactory(DjangoModelFactory):
    """A genuine one, of a night in which one lead went."""

    class Meta:
        model = Certificate

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **kwargs: Any) -> Certificate:
        return issue(CertificateKind.RETENTION, {"counts": {"leads.Lead": 1}})


class ErasedLeadFactory(DjangoModelFactory):
    lead_id = factory.Sequence(lambda number: f"c{number:024}")
    id_hash = factory.Sequence(lambda number: f"{number:064x}")

    class Meta:
        model = ErasedLead


class SuppressedContactFactory(DjangoModelFactory):
    digest = factory.Sequence(lambda number: f"{number:064x}")

    class Meta:
        model = SuppressedContact
