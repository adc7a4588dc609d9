"""Legal holds, the nights in which something was removed, and certificates."""

from typing import Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from leads.models import Lead
from medspa import clock
from medspa.clinic_time import clinic_today
from medspa.ids import CuidField
from medspa.json_columns import IsObject
from medspa.validation import Validated


class HoldReason(models.TextChoices):
    LAWSUIT = "lawsuit", "Lawsuit"
    COMPLAINT = "complaint", "Complaint"
    AUTHORITY = "authority", "Request of an authority"
    INSURANCE = "insurance", "Insurance case"
    AUDIT = "audit", "Audit"


class LegalHoldQuerySet(models.QuerySet):
    def in_force(self) -> Self:
        return self.filter(
            Q(until_on__isnull=True) | Q(until_on__gte=clinic_today()),
            lifted_at__isnull=True,
        )

    def of_leads(self, ids: Any) -> Self:
        """Those that keep one of the leads: holds of all leads too."""
        return self.in_force().filter(Q(lead__isnull=True) | Q(lead__in=ids))


class LegalHold(Validated):
    """Nothing of a lead, or of any lead, is removed or erased while it is in force.

    `until_on` is its last day; without one it is in force until it is lifted.
    """

    id = CuidField(primary_key=True)
    lead = models.ForeignKey(
        Lead,
        on_delete=models.PROTECT,
        related_name="legal_holds",
        null=True,
        blank=True,
    )
    reason = models.CharField(max_length=20, choices=HoldReason)
    until_on = models.DateField("until", null=True, blank=True)
    placed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        editable=False,
    )
    placed_at = models.DateTimeField(default=clock.now, editable=False)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        editable=False,
    )
    lifted_at = models.DateTimeField(null=True, editable=False)

    objects = LegalHoldQuerySet.as_manager()

    class Meta:
        default_permissions = ("view", "add", "change")
        ordering = ["-placed_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="safekeeping_legalhold_reason_is_known",
                condition=Q(reason__in=HoldReason.values),
                violation_error_message="Choose a reason from the list.",
            ),
            models.CheckConstraint(
                name="safekeeping_legalhold_lifted_after_placed",
                condition=Q(lifted_at__isnull=True) | Q(lifted_at__gte=F("placed_at")),
                violation_error_message="A hold can't be lifted before it was placed.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_reason_display()}: {self.lead or 'all leads'}"

    def clean(self) -> None:
        if self._state.adding and self.until_on and self.until_on < clinic_today():
            raise ValidationError({"until_on": "Choose today or a later day."})


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


class CertificateKind(models.TextChoices):
    RETENTION = "retention", "Retention"
    ERASURE = "erasure", "Erasure"


class Certificate(Validated):
    """A signed proof, which never changes: see `safekeeping.certificates`."""

    id = CuidField(primary_key=True)
    kind = models.CharField(max_length=10, choices=CertificateKind)
    content_json = models.JSONField("content")
    signature = models.CharField(max_length=64)
    issued_at = models.DateTimeField(default=clock.now)

    class Meta:
        default_permissions = ("view",)
        ordering = ["-issued_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="safekeeping_certificate_kind_is_known",
                condition=Q(kind__in=CertificateKind.values),
                violation_error_message="Choose a kind from the list.",
            ),
            models.CheckConstraint(
                name="safekeeping_certificate_is_signed",
                condition=Q(signature__regex=r"^[0-9a-f]{64}$"),
                violation_error_message="A certificate needs its signature.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} certificate {self.pk}"
