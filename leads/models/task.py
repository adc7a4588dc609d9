"""Next steps of leads."""

from datetime import datetime
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from leads.choices import NextStep
from leads.models.lead import Lead
from leads.models.lead_queries import LeadRecordQuerySet
from medspa import clock
from medspa.audit.history import History
from medspa.ids import CuidField
from medspa.soft_deletion import ActiveManager, SoftDeletable

OPEN_TASK = Q(done_at__isnull=True, deleted_at__isnull=True)


class TaskQuerySet(LeadRecordQuerySet):
    def open(self) -> Self:
        """Still to be done, of active leads."""
        return self.filter(OPEN_TASK, lead__deleted_at__isnull=True)

    def due_before(self, moment: datetime) -> Self:
        return self.filter(due_at__lt=moment)


class LivingTaskManager(ActiveManager.from_queryset(TaskQuerySet)):  # type: ignore[misc]
    """Only steps that are not deleted."""


class Task(SoftDeletable):
    """A next step: what from a closed list, by when, and by whom."""

    id = CuidField(primary_key=True)
    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="tasks")
    what = models.CharField("next step", max_length=30, choices=NextStep)
    due_at = models.DateTimeField("due")
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        related_name="tasks",
        null=True,
        blank=True,
        verbose_name="for",
    )
    done_at = models.DateTimeField("done", null=True, blank=True, editable=False)
    created_at = models.DateTimeField("planned", default=timezone.now, editable=False)

    all_objects: ClassVar[Any] = models.Manager.from_queryset(TaskQuerySet)()
    objects: ClassVar[Any] = LivingTaskManager()
    history = History()

    class Meta(SoftDeletable.Meta):
        verbose_name = "next step"
        verbose_name_plural = "next steps"
        ordering = ["due_at", "id"]
        constraints = [
            models.CheckConstraint(
                name="leads_task_what_is_known",
                condition=Q(what__in=NextStep.values),
                violation_error_message="Choose a next step from the list.",
            ),
            models.UniqueConstraint(
                name="leads_task_is_planned_once",
                fields=["lead", "what"],
                condition=OPEN_TASK,
                violation_error_message="This next step already exists.",
            ),
            models.CheckConstraint(
                name="leads_task_done_after_planned",
                condition=Q(done_at__isnull=True) | Q(done_at__gte=F("created_at")),
                violation_error_message="A step can't be done before it was created.",
            ),
        ]
        indexes = [
            models.Index("due_at", "id", name="leads_task_due", condition=OPEN_TASK),
            # The admin lists done ones, too: at a million leads 13 ms to sort them all.
            models.Index(
                "due_at",
                "id",
                name="leads_task_all_due",
                condition=Q(deleted_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_what_display())

    @property
    def is_overdue(self) -> bool:
        return self.done_at is None and self.due_at < clock.now()

    def finish(self) -> bool:
        """Mark the step as done; False when it was done already."""
        if self.done_at is not None:
            return False
        self.done_at = max(clock.now(), self.created_at)
        self.save(update_fields=["done_at"])
        return True

    def reopen(self) -> None:
        """Mark the step as not done.

        Raises ValidationError when the same step was planned again meanwhile.
        """
        self.done_at = None
        self.validate_constraints()
        self.save(update_fields=["done_at"])
