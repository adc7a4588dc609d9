"""Background jobs as people see them: one row per run."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from medspa.ids import CuidField
from medspa.json_columns import IsObject
from medspa.validation import Validated


class RunState(models.TextChoices):
    WAITING = "waiting", "Waiting"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"
    CANCELED = "cancelled", "Canceled"


ACTIVE_STATES = (RunState.WAITING.value, RunState.RUNNING.value)
FINISHED_STATES = (RunState.DONE.value, RunState.FAILED.value, RunState.CANCELED.value)


class JobRunQuerySet(models.QuerySet["JobRun"]):
    def active(self) -> "JobRunQuerySet":
        return self.filter(state__in=ACTIVE_STATES)

    def visible_to(self, person: Any) -> "JobRunQuerySet":
        """The person's own runs; managers and administrators see everybody's."""
        if person.has_perm("medspa.view_jobrun"):
            return self
        return self.filter(made_by=person.pk)


class JobRun(Validated):
    """One run of a background job: who asked for it, its progress, how it ended.

    `title` and `outcome` are sentences without personal data. `after` is the address
    of the page that shows the result. Two active runs of one kind never have the same
    `key`, so a second request for the same work finds the run that is under way.
    """

    id = CuidField(primary_key=True)
    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=100, blank=True)
    title = models.CharField(max_length=200)
    arguments = models.JSONField(default=dict, blank=True)
    after = models.CharField(max_length=200, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
        db_index=False,
    )
    state = models.CharField(max_length=10, choices=RunState, default=RunState.WAITING)
    attempt = models.IntegerField(default=0)
    job = models.BigIntegerField("queue job", null=True, blank=True)
    done = models.IntegerField(default=0)
    total = models.IntegerField(default=0, help_text="0 until it is known.")
    outcome = models.CharField(max_length=300, blank=True)
    failure = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField("started", default=timezone.now, editable=False)
    started_at = models.DateTimeField(null=True, blank=True, editable=False)
    heartbeat_at = models.DateTimeField(null=True, blank=True, editable=False)
    cancel_asked_at = models.DateTimeField(null=True, blank=True, editable=False)
    finished_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = JobRunQuerySet.as_manager()

    class Meta:
        verbose_name = "background job"
        ordering = ["-created_at", "-id"]
        default_permissions = ("view",)
        indexes = [
            models.Index(
                fields=["made_by", "-created_at"], name="medspa_jobrun_of_person"
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="medspa_jobrun_state_is_known",
                condition=Q(state__in=RunState.values),
                violation_error_message="Choose a state from the list.",
            ),
            models.CheckConstraint(
                name="medspa_jobrun_kind_and_title_are_given",
                condition=~Q(kind="") & ~Q(title=""),
                violation_error_message="A job needs a title.",
            ),
            models.CheckConstraint(
                name="medspa_jobrun_arguments_are_an_object",
                condition=Q(IsObject("arguments")),
                violation_error_message="The arguments are a JSON object.",
            ),
            models.CheckConstraint(
                name="medspa_jobrun_counts_fit",
                condition=Q(done__gte=0, total__gte=0)
                & (Q(total=0) | Q(done__lte=F("total"))),
                violation_error_message="The progress can't exceed the total.",
            ),
            models.CheckConstraint(
                name="medspa_jobrun_after_is_a_page_of_ours",
                condition=Q(after="")
                | (Q(after__startswith="/") & ~Q(after__startswith="//")),
                violation_error_message="The result must be a page of this site.",
            ),
            models.CheckConstraint(
                name="medspa_jobrun_has_started",
                condition=~Q(state=RunState.RUNNING) | Q(started_at__isnull=False),
                violation_error_message="A running job needs a start time.",
            ),
            models.CheckConstraint(
                name="medspa_jobrun_has_finished",
                condition=Q(state__in=ACTIVE_STATES, finished_at__isnull=True)
                | Q(state__in=FINISHED_STATES, finished_at__isnull=False),
                violation_error_message="Only a finished job has an end time.",
            ),
            models.CheckConstraint(
                name="medspa_jobrun_failure_is_said",
                condition=(Q(state=RunState.FAILED) & ~Q(failure=""))
                | (~Q(state=RunState.FAILED) & Q(failure="")),
                violation_error_message="Only a failed job has an error message.",
            ),
            models.UniqueConstraint(
                fields=["kind", "key"],
                name="medspa_jobrun_runs_once",
                condition=Q(state__in=ACTIVE_STATES) & ~Q(key=""),
                violation_error_message="This is already running.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_active(self) -> bool:
        return self.state in ACTIVE_STATES

    @property
    def percent(self) -> int:
        """0–100; 0 while the total is unknown."""
        return self.done * 100 // self.total if self.total else 0
