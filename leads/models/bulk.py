"""What was done with many leads at once, so that it can be taken back."""

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from medspa.ids import CUID_LENGTH, CuidField
from medspa.validation import Validated


class BulkAct(models.TextChoices):
    TAG = "tag", "Tagged"
    UNTAG = "untag", "Untagged"
    ASSIGN = "assign", "Assigned"
    MOVE = "move", "Moved"
    DELETE = "delete", "Deleted"


def _ids() -> Any:
    return ArrayField(
        models.CharField(max_length=CUID_LENGTH, blank=True), default=list, blank=True
    )


class BulkRun(Validated):
    """One bulk act. The leads that it changed, and beside each what undo needs.

    `before` holds the row that the run made (a tag's link, a stay) or the value that
    was there (who worked the lead); it is empty where the lead alone is enough.
    """

    id = CuidField(primary_key=True)
    act = models.CharField(max_length=10, choices=BulkAct)
    target = models.CharField(max_length=CUID_LENGTH, blank=True)
    target_name = models.CharField(max_length=150, blank=True)
    lead_ids = _ids()
    before = _ids()
    skipped = models.IntegerField(default=0)
    failed = models.IntegerField(default=0)
    reasons = ArrayField(
        models.CharField(max_length=300),
        default=list,
        blank=True,
        help_text="Why leads were skipped or failed, each with how many.",
    )
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
        verbose_name = "bulk act"
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="leads_bulkrun_act_is_known",
                condition=Q(act__in=BulkAct.values),
                violation_error_message="Choose an act from the list.",
            ),
            models.CheckConstraint(
                name="leads_bulkrun_remembers_every_lead",
                condition=Q(before__len=F("lead_ids__len")),
                violation_error_message="Each lead needs what undo puts back.",
            ),
        ]

    def __str__(self) -> str:
        return self.sentence

    @property
    def done(self) -> int:
        return len(self.lead_ids)

    @property
    def sentence(self) -> str:
        """`12 leads tagged: Botox.`"""
        leads = "1 lead" if self.done == 1 else f"{self.done:,} leads"
        what = f"{leads} {self.get_act_display().lower()}"
        return f"{what}: {self.target_name}." if self.target_name else f"{what}."
