"""Certificates, which never change."""

from django.db import models
from django.db.models import Q

from medspa import clock
from medspa.ids import CuidField
from medspa.validation import Validated


class CertificateKind(models.TextChoices):
    RETENTION = "retention", "Retention"
    ERASURE = "erasure", "Erasure"


class Certificate(Validated):
    """A signed proof, which never changes: see `safekeeping.certificates.signing`."""

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
