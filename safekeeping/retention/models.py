"""The nights in which something was removed."""

from django.db import models
from django.db.models import Q

from medspa import clock
from medspa.json_columns import IsObject
from medspa.validation import Validated


class RetentionNight(Validated):
    """What one night removed, by table; `missed` are the nights before it without one.

    A night that was interrupted goes on where it was: its counts are written with each
    chunk.
    """

    night = models.DateField(primary_key=True)
    missed = models.IntegerField("missed nights", default=0)
    counts_json = models.JSONField("counts", default=dict)
    started_at = models.DateTimeField(default=clock.now)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ("view",)
        ordering = ["-night"]
        constraints = [
            models.CheckConstraint(
                name="safekeeping_retentionnight_counts_missed",
                condition=Q(missed__gte=0),
                violation_error_message="Missed nights can't be negative.",
            ),
            models.CheckConstraint(
                name="safekeeping_retentionnight_counts_is_an_object",
                condition=Q(IsObject("counts_json")),
                violation_error_message="The counts must be a JSON object.",
            ),
        ]

    def __str__(self) -> str:
        return f"night of {self.night}"

    @property
    def total(self) -> int:
        return sum(self.counts_json.values())
