"""Which fields still differ between a lead here and its contact in GoHighLevel."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from connections.models.connection import Connection
from leads.models import Lead
from medspa import clock
from medspa.ids import CuidField
from medspa.validation import Validated


class ComparedField(models.TextChoices):
    FIRST_NAME = "first_name", "First name"
    EMAIL = "email", "Email"
    PHONE = "phone", "Phone"


class FieldDifference(Validated):
    """A field that differed after the last full comparison had taken in the rest.

    It holds no value: both are read again when somebody looks.
    """

    id = CuidField(primary_key=True)
    connection = models.ForeignKey(
        Connection,
        on_delete=models.CASCADE,
        related_name="differences",
        db_index=False,  # the unique index begins with it
    )
    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="differences")
    field = models.CharField(max_length=20, choices=ComparedField)
    found_at = models.DateTimeField("found", default=clock.now)

    objects: ClassVar[models.Manager] = models.Manager()

    class Meta:
        default_permissions = ()
        ordering = ["-found_at", "id"]
        constraints = [
            models.UniqueConstraint(
                name="connections_fielddifference_once",
                fields=["connection", "lead", "field"],
                violation_error_message="This difference is known already.",
            ),
            models.CheckConstraint(
                name="connections_fielddifference_field_is_compared",
                condition=Q(field__in=ComparedField.values),
                violation_error_message="Choose a field from the list.",
            ),
        ]

    def __str__(self) -> str:
        return self.get_field_display()
