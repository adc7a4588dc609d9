"""Exports that a job makes: which leads are in each file, and for a page the file."""

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from leads.models.import_file import as_it_is
from medspa.encryption.fields import EncryptedConstraint, EncryptedField
from medspa.ids import CuidField
from medspa.models import JobRun
from medspa.validation import Validated


class LeadExport(Validated):
    """The leads that the filters of one job left, newest first.

    For a program only their ids are stored: a download reads the leads as they are
    then. For a page the file of this `form` is stored, as it was when the job ran,
    until it expires or a person in it is erased. `rows` is empty until the job is done.
    """

    id = CuidField(primary_key=True)
    work = models.ForeignKey(
        JobRun,
        on_delete=models.CASCADE,
        related_name="+",
        db_index=False,  # the unique index is one
    )
    filters = models.CharField(
        "names of the filters in use", max_length=200, blank=True
    )
    form = models.CharField(
        "ending of the stored file", max_length=4, blank=True, default="", db_default=""
    )
    rows = models.IntegerField(null=True, blank=True)
    unreadable = models.IntegerField(
        "contacts that couldn't be read", default=0, db_default=0
    )
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                name="api_leadexport_one_for_a_job",
                fields=["work"],
                violation_error_message="This job already has its export.",
            ),
            models.CheckConstraint(
                name="api_leadexport_is_done_or_not",
                condition=Q(rows__isnull=True, expires_at__isnull=True)
                | Q(rows__gte=0, expires_at__isnull=False),
                violation_error_message="A finished export has rows and an end.",
            ),
        ]
        indexes = [models.Index("expires_at", name="api_leadexport_expires")]

    def __str__(self) -> str:
        return str(self.work)

    def is_ready(self, now: datetime) -> bool:
        return self.expires_at is not None and now < self.expires_at


class LeadExportChunk(Validated):
    """Some leads of an export; deleted when it expires.

    `content` is a part of the stored file: compressed, in Base64, encrypted.
    """

    id = CuidField(primary_key=True)
    export = models.ForeignKey(
        LeadExport,
        on_delete=models.CASCADE,
        related_name="chunks",
        db_index=False,  # the unique index begins with it
    )
    number = models.IntegerField()
    lead_ids = ArrayField(models.CharField(max_length=25))
    content = EncryptedField(
        associated_data="api_leadexportchunk.content",
        clean=as_it_is,
        editable=False,
        db_default=b"",  # for a worker of the version before
    )

    class Meta:
        default_permissions = ()
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                name="api_leadexportchunk_one_of_a_number",
                fields=["export", "number"],
                violation_error_message="This part of the export already exists.",
            ),
            EncryptedConstraint(
                name="api_leadexportchunk_is_encrypted",
                encrypted="content",
                indexes=(),
                violation_error_message="The file must be encrypted.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.export}, part {self.number}"
