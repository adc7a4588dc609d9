"""Who earns commissions."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from medspa.audit.history import History
from medspa.ids import CuidField
from medspa.reading.short_names import CleanedCharField, not_about_somebody
from medspa.soft_deletion import SoftDeletable


class Role(models.TextChoices):
    SURGEON = "surgeon", "Surgeon"
    PHYSICIAN = "physician", "Physician"
    NURSE = "nurse", "Nurse"
    INJECTOR = "injector", "Injector"
    LASER = "laser", "Laser technician"
    AESTHETICIAN = "aesthetician", "Aesthetician"
    CONSULTANT = "consultant", "Consultant"
    COORDINATOR = "coordinator", "Patient coordinator"
    FRONT_DESK = "frontdesk", "Front desk"


class Provider(SoftDeletable):
    """Somebody who earns commissions."""

    id = CuidField(primary_key=True)
    name = CleanedCharField(max_length=80)
    role = models.CharField(max_length=20, choices=Role)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        related_name="provider",
        null=True,
        blank=True,
        verbose_name="signs in as",
        error_messages={"unique": "Another provider already signs in as this person."},
    )
    created_at = models.DateTimeField("created", default=timezone.now, editable=False)

    history = History()

    class Meta(SoftDeletable.Meta):
        ordering = ["name"]
        constraints = [
            not_about_somebody(
                of="name", name="commissions_provider_name_is_no_persons"
            ),
            models.CheckConstraint(
                name="commissions_provider_has_a_name",
                condition=~Q(name=""),
                violation_error_message="Enter a name.",
            ),
            models.UniqueConstraint(
                Lower("name"),
                name="commissions_provider_name_is_unique",
                condition=Q(deleted_at__isnull=True),
                violation_error_message="There is already a provider with this name.",
            ),
            models.CheckConstraint(
                name="commissions_provider_role_is_known",
                condition=Q(role__in=Role.values),
                violation_error_message="Choose a role from the list.",
            ),
        ]

    def __str__(self) -> str:
        return self.name
