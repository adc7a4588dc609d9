"""What other systems call our leads and events."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from kpis.models import KpiEvent
from leads.models import Lead
from medspa import clock
from medspa.ids import CuidField
from medspa.validation import Validated

SYSTEM_SHAPE = r"^[a-z][a-z_]{1,29}$"
KIND_SHAPE = r"^[a-z][a-z_]{1,29}$"
# Ids of all systems have these letters only, and no sentence fits them.
VALUE = r"^[A-Za-z0-9_.:/=+-]{1,120}$"


class ExternalId(Validated):
    """One object of another system, and the lead or the event that it is here.

    `status` and `status_at` are the newest that was applied: an older one that comes
    late changes nothing.
    """

    id = CuidField(primary_key=True)
    system = models.CharField(max_length=30)
    account = models.CharField(max_length=100, blank=True)
    kind = models.CharField(max_length=30)
    value = models.CharField(max_length=120)
    lead = models.ForeignKey(
        Lead,
        on_delete=models.CASCADE,
        related_name="external_ids",
        null=True,
        blank=True,
    )
    event = models.ForeignKey(
        KpiEvent,
        on_delete=models.CASCADE,
        related_name="external_ids",
        null=True,
        blank=True,
    )
    status = models.CharField(max_length=20, blank=True)
    status_at = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField(default=clock.now)

    objects: ClassVar[models.Manager] = models.Manager()

    class Meta:
        default_permissions = ()
        ordering = ["system", "account", "kind", "value"]
        constraints = [
            models.UniqueConstraint(
                name="connections_externalid_once",
                fields=["system", "account", "kind", "value"],
                violation_error_message="Another lead or event has this id already.",
            ),
            models.CheckConstraint(
                name="connections_externalid_is_of_one_row",
                condition=Q(lead__isnull=False, event__isnull=True)
                | Q(lead__isnull=True, event__isnull=False),
                violation_error_message="An id belongs to a lead or to an event.",
            ),
            models.CheckConstraint(
                name="connections_externalid_names_are_codes",
                condition=Q(system__regex=SYSTEM_SHAPE, kind__regex=KIND_SHAPE),
                violation_error_message="A system and a kind are lower-case words.",
            ),
            models.CheckConstraint(
                name="connections_externalid_value_is_an_id",
                condition=Q(value__regex=VALUE),
                violation_error_message="An id has no spaces and no at sign.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.system} {self.kind} {self.value}"
