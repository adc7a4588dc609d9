"""Backups as people see them. What counts at a restore are the signed manifests."""

from django.db import models
from django.db.models import Q

from medspa.ids import CuidField
from medspa.validation import Validated


class BackupKind(models.TextChoices):
    FULL = "full", "Full"
    INCREMENTAL = "incremental", "Incremental"
    LOGICAL = "logical", "Export"


class BackupState(models.TextChoices):
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"
    DELETED = "deleted", "Deleted"


class BackupQuerySet(models.QuerySet["Backup"]):
    def done(self) -> "BackupQuerySet":
        return self.filter(state=BackupState.DONE)

    def of_method(self, *, is_export: bool) -> "BackupQuerySet":
        """Exports, or backups of files."""
        exports = Q(kind=BackupKind.LOGICAL)
        return self.filter(exports if is_export else ~exports)


class Backup(Validated):
    """One backup: when, how big, and whether it is in the second destination too.

    `label` names its folder in the destinations; empty until it is known. `parent` is
    the label of the backup on which an incremental one stands.
    """

    id = CuidField(primary_key=True)
    label = models.CharField(max_length=60, blank=True)
    kind = models.CharField(max_length=12, choices=BackupKind)
    state = models.CharField(
        max_length=10, choices=BackupState, default=BackupState.RUNNING
    )
    parent = models.CharField(max_length=60, blank=True)
    size = models.BigIntegerField("bytes stored", default=0)
    database_bytes = models.BigIntegerField("bytes of the database", default=0)
    problem = models.CharField(max_length=300, blank=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    copied_at = models.DateTimeField(
        "in the second destination since", null=True, blank=True
    )

    objects = BackupQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at", "-id"]
        default_permissions = ("view",)
        permissions = [("run_backup", "Can back up, restore and drill")]
        indexes = [
            models.Index(fields=["-started_at"], name="safekeeping_backup_latest")
        ]
        constraints = [
            models.CheckConstraint(
                name="safekeeping_backup_kind_is_known",
                condition=Q(kind__in=BackupKind.values),
                violation_error_message="Choose a kind from the list.",
            ),
            models.CheckConstraint(
                name="safekeeping_backup_state_is_known",
                condition=Q(state__in=BackupState.values),
                violation_error_message="Choose a state from the list.",
            ),
            models.CheckConstraint(
                name="safekeeping_backup_failure_is_said",
                condition=(Q(state=BackupState.FAILED) & ~Q(problem=""))
                | (~Q(state=BackupState.FAILED) & Q(problem="")),
                violation_error_message="Only a failed backup has an error message.",
            ),
            models.UniqueConstraint(
                fields=["label"],
                name="safekeeping_backup_label_is_given_once",
                condition=~Q(label=""),
                violation_error_message="There is a backup with this label.",
            ),
        ]

    def __str__(self) -> str:
        return self.label or self.get_kind_display()
