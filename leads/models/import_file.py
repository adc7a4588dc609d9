"""The rows of a large import while a worker takes them in."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from medspa.encryption.fields import EncryptedConstraint, EncryptedField
from medspa.ids import CuidField
from medspa.models import JobRun
from medspa.validation import Validated


def as_it_is(text: str) -> str:
    """Clean nothing: the content is written by the program."""
    return text


class ImportFile(Validated):
    """One large import: what its columns are, and what came of each of its rows.

    `content` is a `leads.intake.files.payload.ImportPayload`, emptied after a day; the
    rows stand in chunks. Rows in none of the counts were not reached.
    """

    id = CuidField(primary_key=True)
    work = models.ForeignKey(
        JobRun,
        on_delete=models.CASCADE,
        related_name="+",
        db_index=False,  # the unique index is one
    )
    content = EncryptedField(
        associated_data="leads_importfile.content",
        clean=as_it_is,
        blank=True,
        editable=False,
    )
    rows = models.IntegerField()
    created = models.IntegerField(default=0)
    updated = models.IntegerField(default=0)
    restored = models.IntegerField(default=0)
    skipped = models.IntegerField(default=0)
    failed_rows = ArrayField(
        models.IntegerField(),
        default=list,
        blank=True,
        help_text="Numbers of rows, as a spreadsheet program shows them.",
    )
    failed_reasons = ArrayField(
        models.CharField(max_length=300), default=list, blank=True
    )
    is_settled = models.BooleanField("holds only failed rows", default=False)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                name="leads_importfile_one_for_a_run",
                fields=["work"],
                violation_error_message="This job already has its rows.",
            ),
            models.CheckConstraint(
                name="leads_importfile_adds_up",
                condition=Q(
                    created__gte=0, updated__gte=0, restored__gte=0, skipped__gte=0
                )
                & Q(
                    rows__gte=F("created")
                    + F("updated")
                    + F("restored")
                    + F("skipped")
                    + F("failed_rows__len")
                ),
                violation_error_message="More rows were imported than the file has.",
            ),
            models.CheckConstraint(
                name="leads_importfile_says_why",
                condition=Q(failed_reasons__len=F("failed_rows__len")),
                violation_error_message="Each failed row needs a reason.",
            ),
            EncryptedConstraint(
                name="leads_importfile_is_sealed",
                encrypted="content",
                indexes=(),
                violation_error_message="The rows must be encrypted.",
            ),
        ]

    def __str__(self) -> str:
        return str(self.work)

    @property
    def failed(self) -> int:
        return len(self.failed_rows)

    @property
    def done(self) -> int:
        return self.created + self.updated + self.restored + self.skipped + self.failed

    @property
    def has_changed_leads(self) -> bool:
        return bool(self.created or self.updated or self.restored)

    @property
    def left(self) -> int:
        """How many rows were not reached."""
        return self.rows - self.done

    @property
    def sentence(self) -> str:
        restored = f"{self.restored:,} restored, " if self.restored else ""
        return (
            f"{self.created:,} created, {self.updated:,} updated, {restored}"
            f"{self.skipped:,} skipped, {self.failed:,} failed."
        )


class ImportChunk(Validated):
    """Some rows of a large import, encrypted.

    `content` is a `leads.intake.files.payload.PayloadRows`. When the chunk is done only
    its failed rows stay, until they are downloaded or a day old.
    """

    id = CuidField(primary_key=True)
    file = models.ForeignKey(
        ImportFile,
        on_delete=models.CASCADE,
        related_name="chunks",
        db_index=False,  # the unique index begins with it
    )
    number = models.IntegerField()
    content = EncryptedField(
        associated_data="leads_importchunk.content", clean=as_it_is, editable=False
    )
    is_done = models.BooleanField("holds only failed rows", default=False)

    class Meta:
        default_permissions = ()
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                name="leads_importchunk_one_of_a_number",
                fields=["file", "number"],
                violation_error_message="This part of the import already exists.",
            ),
            EncryptedConstraint(
                name="leads_importchunk_is_encrypted",
                encrypted="content",
                indexes=(),
                violation_error_message="The rows must be encrypted.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file}, part {self.number}"
