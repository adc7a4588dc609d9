"""Bulk actions: what was done with many leads at once, so that it can be undone."""

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from leads.models.lead_lists import LONGEST_SLUG, lost_reason_choices
from leads.models.stage import PipelineStage
from medspa.ids import CUID_LENGTH, CuidField
from medspa.lists.fields import ListedCodeField
from medspa.models import JobRun
from medspa.validation import Validated


class BulkAction(models.TextChoices):
    TAG = "tag", "Tagged"
    UNTAG = "untag", "Untagged"
    ASSIGN = "assign", "Assigned"
    MOVE = "move", "Moved"
    DELETE = "delete", "Deleted"


def _ids() -> Any:
    return ArrayField(
        models.CharField(max_length=CUID_LENGTH, blank=True), default=list, blank=True
    )


def _stage() -> Any:
    return models.ForeignKey(
        PipelineStage,
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
        db_index=False,
    )


def _work() -> Any:
    return models.ForeignKey(
        JobRun,
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
        db_index=False,
    )


class BulkRun(Validated):
    """One action on many leads, with its counts; its chunks hold the leads.

    `work` and `undo_work` are the jobs that do and undo it, if there are too many leads
    for one request. A chosen lead that is in none of the three counts was not reached
    before the job was canceled or refused.
    """

    id = CuidField(primary_key=True)
    act = models.CharField(max_length=10, choices=BulkAction)
    target = models.CharField(max_length=CUID_LENGTH, blank=True)
    target_name = models.CharField(max_length=150, blank=True)
    lost_reason = ListedCodeField(
        max_length=LONGEST_SLUG, choices=lost_reason_choices, blank=True
    )
    scheduled_for = models.DateTimeField("consult date", null=True, blank=True)
    # The stage that is retired when the moved leads have left it, and the stage in
    # which new leads start from then on, if that changes.
    retires = _stage()
    new_entry = _stage()
    chosen = models.IntegerField(default=0)
    changed = models.IntegerField(default=0)
    skipped = models.IntegerField(default=0)
    failed = models.IntegerField(default=0)
    restored = models.IntegerField("undone", default=0)
    reasons = ArrayField(
        models.CharField(max_length=300),
        default=list,
        blank=True,
        help_text="Why leads were skipped or failed.",
    )
    reason_counts = ArrayField(
        models.IntegerField(),
        default=list,
        blank=True,
        help_text="How many for each reason.",
    )
    work = _work()
    undo_work = _work()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
    )
    created_at = models.DateTimeField("done", default=timezone.now, editable=False)
    undone_at = models.DateTimeField("undone", null=True, blank=True, editable=False)

    class Meta:
        verbose_name = "bulk action"
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="leads_bulkrun_act_is_known",
                condition=Q(act__in=BulkAction.values),
                violation_error_message="Choose an action from the list.",
            ),
            models.CheckConstraint(
                name="leads_bulkrun_adds_up",
                condition=Q(changed__gte=0, skipped__gte=0, failed__gte=0)
                & Q(chosen__gte=F("changed") + F("skipped") + F("failed"))
                & Q(restored__gte=0, restored__lte=F("changed")),
                violation_error_message="More leads were changed than selected.",
            ),
            models.CheckConstraint(
                name="leads_bulkrun_counts_every_reason",
                condition=Q(reason_counts__len=F("reasons__len")),
                violation_error_message="Each reason needs a count of leads.",
            ),
        ]

    def __str__(self) -> str:
        return self.sentence

    @property
    def sentence(self) -> str:
        """`12 leads tagged: Botox.`"""
        leads = "1 lead" if self.changed == 1 else f"{self.changed:,} leads"
        what = f"{leads} {self.get_act_display().lower()}"
        if self.retires:
            what = f"“{self.retires}” archived, {what}"
        return f"{what}: {self.target_name}." if self.target_name else f"{what}."

    @property
    def undo_sentence(self) -> str:
        """`Undone.`, or `Undone for 3 leads. 2 changed since and were kept.`"""
        if not (others := self.changed - self.restored):
            return "Undone."
        leads = "1 lead" if self.restored == 1 else f"{self.restored:,} leads"
        were = "was" if others == 1 else "were"
        return f"Undone for {leads}. {others:,} changed since and {were} kept."

    @property
    def left(self) -> int:
        """How many of the chosen leads were not reached."""
        return self.chosen - self.changed - self.skipped - self.failed

    @property
    def reason_summary(self) -> list[str]:
        """The most frequent first: `12 × already had the tag`."""
        counted = sorted(
            zip(self.reason_counts, self.reasons, strict=True), reverse=True
        )
        return [f"{count:,} × {why}" for count, why in counted]

    @property
    def running(self) -> JobRun | None:
        """The job that is running for it now."""
        for work in (self.work, self.undo_work):
            if work is not None and work.is_active:
                return work
        return None


class BulkChunk(Validated):
    """Some of the leads of a run, changed in one transaction and undone in one.

    `before` holds, for each changed lead, the row that the run made (a tag's link, a
    stage period) or the value that was there (who worked the lead); it is empty where
    the lead alone is enough.
    """

    id = CuidField(primary_key=True)
    run = models.ForeignKey(
        BulkRun,
        on_delete=models.CASCADE,
        related_name="chunks",
        db_index=False,  # the unique index begins with it
    )
    number = models.IntegerField()
    lead_ids = _ids()
    changed_ids = _ids()
    before = _ids()
    done_at = models.DateTimeField(null=True, blank=True, editable=False)
    undone_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = "part of a bulk action"
        verbose_name_plural = "parts of bulk actions"
        ordering = ["run", "number"]
        constraints = [
            models.UniqueConstraint(
                name="leads_bulkchunk_number_is_unique",
                fields=["run", "number"],
                violation_error_message="This part already exists.",
            ),
            models.CheckConstraint(
                name="leads_bulkchunk_remembers_every_lead",
                condition=Q(before__len=F("changed_ids__len")),
                violation_error_message="Each lead needs the values to restore.",
            ),
            models.CheckConstraint(
                name="leads_bulkchunk_undoes_what_is_done",
                condition=Q(undone_at__isnull=True) | Q(done_at__isnull=False),
                violation_error_message="Only what was done can be undone.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run}, part {self.number}"
