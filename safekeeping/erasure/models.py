"""Legal holds, requests to erase, the ledger of who was erased, who stays out."""

from typing import Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from leads.models import Lead
from medspa import clock
from medspa.clinic_time import clinic_today
from medspa.ids import CuidField
from medspa.validation import Validated
from safekeeping.certificates.models import Certificate

SHA256_IN_HEX = r"^[0-9a-f]{64}$"


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


class ErasureReason(models.TextChoices):
    ASKED = "asked", "The person asked for it"
    WITHDREW = "withdrew", "The person withdrew their consent"
    MISTAKE = "mistake", "Their data should not be here"


class ErasureState(models.TextChoices):
    WAITING = "waiting", "Waiting for a second administrator"
    DONE = "done", "Erased"
    DECLINED = "declined", "Declined"


class ErasureRequest(Validated):
    """One administrator asks to erase a lead's person, another one decides."""

    id = CuidField(primary_key=True)
    lead = models.ForeignKey(
        Lead, on_delete=models.PROTECT, related_name="erasure_requests"
    )
    reason = models.CharField(max_length=10, choices=ErasureReason)
    state = models.CharField(
        max_length=10,
        choices=ErasureState,
        default=ErasureState.WAITING,
        editable=False,
    )
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )
    requested_at = models.DateTimeField(default=clock.now, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        editable=False,
    )
    decided_at = models.DateTimeField(null=True, editable=False)
    certificate = models.ForeignKey(
        Certificate,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        editable=False,
    )

    class Meta:
        default_permissions = ("view", "add", "change")
        ordering = ["-requested_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="safekeeping_erasurerequest_reason_is_known",
                condition=Q(reason__in=ErasureReason.values),
                violation_error_message="Choose a reason from the list.",
            ),
            models.CheckConstraint(
                name="safekeeping_erasurerequest_state_is_known",
                condition=Q(state__in=ErasureState.values),
                violation_error_message="A request waits, is done or was declined.",
            ),
            models.UniqueConstraint(
                name="safekeeping_erasurerequest_one_waits",
                fields=["lead"],
                condition=Q(state=ErasureState.WAITING),
                violation_error_message="A request for this lead is waiting already.",
            ),
            models.CheckConstraint(
                name="safekeeping_erasurerequest_by_two_people",
                condition=Q(decided_by__isnull=True)
                | ~Q(state=ErasureState.DONE)
                | ~Q(decided_by=F("requested_by")),
                violation_error_message="Another administrator has to approve this.",
            ),
            models.CheckConstraint(
                name="safekeeping_erasurerequest_decided_by_somebody",
                condition=Q(
                    state=ErasureState.WAITING,
                    decided_at__isnull=True,
                    decided_by__isnull=True,
                )
                | ~Q(state=ErasureState.WAITING)
                & Q(decided_at__isnull=False, decided_by__isnull=False),
                violation_error_message="A decided request names who decided it.",
            ),
        ]

    def __str__(self) -> str:
        return f"erasure of {self.lead}"

    @property
    def is_waiting(self) -> bool:
        return self.state == ErasureState.WAITING


class ErasedLead(Validated):
    """One lead of the erasure ledger, and its tombstone for other systems.

    The ledger outside the database holds only `id_hash`, SHA-256 of the id, and the
    moment; after a restore it is replayed.
    """

    lead_id = CuidField(primary_key=True, default=None)
    id_hash = models.CharField(max_length=64, unique=True)
    erased_at = models.DateTimeField(default=clock.now)

    class Meta:
        default_permissions = ()
        ordering = ["erased_at", "lead_id"]
        constraints = [
            models.CheckConstraint(
                name="safekeeping_erasedlead_hash_is_sha256",
                condition=Q(id_hash__regex=SHA256_IN_HEX),
                violation_error_message="The hash of an id is SHA-256.",
            ),
        ]
        indexes = [
            models.Index(fields=["erased_at", "lead_id"], name="safekeeping_erased_by"),
        ]

    def __str__(self) -> str:
        return self.id_hash


class SuppressedContact(Validated):
    """A contact that must not come in again; only its HMAC is kept."""

    digest = models.CharField(primary_key=True, max_length=64)
    added_at = models.DateTimeField(default=clock.now)

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                name="safekeeping_suppressedcontact_is_hmac",
                condition=Q(digest__regex=SHA256_IN_HEX),
                violation_error_message="A contact is kept as its HMAC.",
            ),
        ]

    def __str__(self) -> str:
        return self.digest
