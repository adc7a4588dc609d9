"""Drills: proofs that a backup can be restored."""

from django.db import models
from django.db.models import Q

from medspa.ids import CuidField
from medspa.validation import Validated


class BackupDrill(Validated):
    """One drill: the moment that was restored, from where, by whose key, how it went.

    `report` has one line for each thing that was checked. `seconds` is how long it took
    until the restored database answered; `lost_seconds` is what would have been lost if
    the server had been destroyed when the drill began.
    """

    id = CuidField(primary_key=True)
    label = models.CharField("backup", max_length=60, blank=True)
    source = models.CharField("from", max_length=300, blank=True)
    key_name = models.CharField("opened by the key of", max_length=20, blank=True)
    is_second = models.BooleanField("from the second destination", default=False)
    target = models.DateTimeField("moment restored", null=True, blank=True)
    seconds = models.FloatField(default=0)
    lost_seconds = models.FloatField(default=0)
    report = models.TextField(blank=True)
    problem = models.CharField(max_length=300, blank=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField()

    class Meta:
        verbose_name = "backup drill"
        ordering = ["-started_at", "-id"]
        default_permissions = ("view",)
        indexes = [
            models.Index(fields=["-started_at"], name="safekeeping_drill_latest")
        ]
        constraints = [
            models.CheckConstraint(
                name="safekeeping_backupdrill_figures_are_not_negative",
                condition=Q(seconds__gte=0, lost_seconds__gte=0),
                violation_error_message="Seconds can't be negative.",
            ),
        ]

    def __str__(self) -> str:
        return self.label or "Drill"

    @property
    def is_passed(self) -> bool:
        return not self.problem
