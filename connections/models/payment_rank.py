"""Which system's row counts when several report the same payment."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from connections.models.external_id import SYSTEM_SHAPE
from medspa.validation import Validated


class PaymentRank(Validated):
    """A system's place in the order that the clinic chose; 1 counts before 2."""

    system = models.CharField(max_length=30, primary_key=True)
    place = models.SmallIntegerField()

    objects: ClassVar[models.Manager] = models.Manager()

    class Meta:
        default_permissions = ()
        ordering = ["place", "system"]
        constraints = [
            models.CheckConstraint(
                name="connections_paymentrank_system_is_a_code",
                condition=Q(system__regex=SYSTEM_SHAPE),
                violation_error_message="A system is a lower-case word.",
            ),
            models.CheckConstraint(
                name="connections_paymentrank_place_is_positive",
                condition=Q(place__gte=1),
                violation_error_message="Places begin with 1.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place}. {self.system}"
