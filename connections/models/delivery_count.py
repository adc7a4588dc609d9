"""How many deliveries were not stored, by day and why."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from connections.models.connection import Connection
from medspa.ids import CuidField
from medspa.validation import Validated


class DeliveryCount(Validated):
    """Deliveries of one day that were refused, ignored or repeated, by their code."""

    id = CuidField(primary_key=True)
    connection = models.ForeignKey(
        Connection,
        on_delete=models.CASCADE,
        related_name="counts",
        db_index=False,  # the unique index begins with it
    )
    day = models.DateField()
    code = models.CharField(max_length=20)
    deliveries = models.IntegerField(default=0)
    last_at = models.DateTimeField()

    objects: ClassVar[models.Manager] = models.Manager()

    class Meta:
        default_permissions = ()
        ordering = ["-day", "code"]
        constraints = [
            models.UniqueConstraint(
                name="connections_deliverycount_once",
                fields=["connection", "day", "code"],
                violation_error_message="This day is counted already.",
            ),
            models.CheckConstraint(
                name="connections_deliverycount_counts",
                condition=Q(deliveries__gte=0),
                violation_error_message="A count can't be negative.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} of {self.day}"
