"""What can be undone together, and the undos."""

from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from connections.models.connection import Connection
from medspa import clock
from medspa.ids import CuidField
from medspa.models import JobRun
from medspa.validation import Validated

UNDO_WITHIN = timedelta(days=30)


def _person() -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
    )


class IntakeBatch(Validated):
    """One imported file or one backfill; its items are the outcomes of this batch."""

    id = CuidField(primary_key=True)
    title = models.CharField(max_length=150)
    connection = models.ForeignKey(
        Connection,
        on_delete=models.CASCADE,
        related_name="batches",
        null=True,
        blank=True,
    )
    made_by = _person()
    made_at = models.DateTimeField("imported", default=clock.now)

    objects: ClassVar[models.Manager] = models.Manager()

    class Meta:
        default_permissions = ()
        verbose_name_plural = "intake batches"
        ordering = ["-made_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="connections_intakebatch_has_a_title",
                condition=~Q(title=""),
                violation_error_message="An import needs a title.",
            ),
        ]
        indexes = [models.Index("made_at", name="connections_intakebatch_made")]

    def __str__(self) -> str:
        return self.title


class UndoRun(Validated):
    """One undo: of a batch, or of what a connection sent from `since` until `until`.

    It holds no value: which items it took back, and why others stay as they are, is
    noted at the items (`ItemOutcome.undo`).
    """

    id = CuidField(primary_key=True)
    batch = models.ForeignKey(
        IntakeBatch,
        on_delete=models.CASCADE,
        related_name="undos",
        null=True,
        blank=True,
        db_index=False,  # the unique index is one
    )
    connection = models.ForeignKey(
        Connection,
        on_delete=models.CASCADE,
        related_name="undos",
        null=True,
        blank=True,
    )
    since = models.DateTimeField(null=True, blank=True)
    until = models.DateTimeField(null=True, blank=True)
    work = models.ForeignKey(
        JobRun,
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
        db_index=False,
    )
    made_by = _person()
    made_at = models.DateTimeField("started", default=clock.now)
    ended_at = models.DateTimeField("ended", null=True, blank=True)

    objects: ClassVar[models.Manager] = models.Manager()

    class Meta:
        default_permissions = ()
        ordering = ["-made_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                name="connections_undorun_one_for_a_batch",
                fields=["batch"],
                violation_error_message="This import was already undone.",
            ),
            models.UniqueConstraint(
                name="connections_undorun_one_at_a_time",
                fields=["connection"],
                condition=Q(ended_at__isnull=True),
                violation_error_message="Someone is undoing this connection already.",
            ),
            models.CheckConstraint(
                name="connections_undorun_is_of_a_batch_or_a_period",
                condition=Q(
                    batch__isnull=False,
                    connection__isnull=True,
                    since__isnull=True,
                    until__isnull=True,
                )
                | Q(
                    batch__isnull=True,
                    connection__isnull=False,
                    since__isnull=False,
                    until__isnull=False,
                    until__gt=F("since"),
                ),
                violation_error_message="The end must be after the start.",
            ),
        ]

    def __str__(self) -> str:
        return str(self.batch or self.connection)
