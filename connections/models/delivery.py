"""What other systems sent, as far as it may be stored."""

import json
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from connections.models.connection import Connection, as_it_is
from medspa import clock
from medspa.encryption.fields import EncryptedConstraint, EncryptedField
from medspa.ids import CuidField
from medspa.validation import Validated


class DeliveryState(models.TextChoices):
    WAITING = "waiting", "Waiting"
    DONE = "done", "Done"
    IGNORED = "ignored", "Ignored"
    PARKED = "parked", "Parked"
    DISMISSED = "dismissed", "Dismissed"


# A delivery in one of these is not touched again; its content is forgotten.
ENDED_STATES = (DeliveryState.DONE, DeliveryState.IGNORED, DeliveryState.DISMISSED)


class ReceivedDelivery(Validated):
    """One projection of a delivery: allow-listed values, encrypted, until it is done.

    `key` is the delivery's id in the other system or a hash of the projection: the
    same delivery is stored once. `dropped` are names of keys that were left out.
    """

    id = CuidField(primary_key=True)
    connection = models.ForeignKey(
        Connection,
        on_delete=models.CASCADE,
        related_name="deliveries",
        db_index=False,  # the unique index begins with it
    )
    key = models.CharField(max_length=120)
    kind = models.CharField(max_length=60)
    data = EncryptedField(
        associated_data="connections_receiveddelivery.data",
        clean=as_it_is,
        blank=True,
        editable=False,
    )
    dropped = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    state = models.CharField(
        max_length=10, choices=DeliveryState, default=DeliveryState.WAITING
    )
    reason = models.CharField("why", max_length=40, blank=True)
    sentence = models.CharField("why in words", max_length=300, blank=True)
    attempts = models.SmallIntegerField(default=0)
    received_at = models.DateTimeField("received", default=clock.now)
    ended_at = models.DateTimeField("ended", null=True, blank=True)

    objects: ClassVar[models.Manager] = models.Manager()

    class Meta:
        verbose_name_plural = "received deliveries"
        default_permissions = ()
        ordering = ["-received_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                name="connections_receiveddelivery_once",
                fields=["connection", "key"],
                violation_error_message="This delivery was received already.",
            ),
            models.CheckConstraint(
                name="connections_receiveddelivery_state_is_known",
                condition=Q(state__in=DeliveryState.values),
                violation_error_message="Choose a state from the list.",
            ),
            models.CheckConstraint(
                name="connections_receiveddelivery_has_a_key",
                condition=~Q(key="") & ~Q(kind=""),
                violation_error_message="A delivery needs a key and a kind.",
            ),
            models.CheckConstraint(
                name="connections_receiveddelivery_parked_for_a_reason",
                condition=~Q(state=DeliveryState.PARKED) | ~Q(reason=""),
                violation_error_message="A parked delivery needs a reason.",
            ),
            models.CheckConstraint(
                name="connections_receiveddelivery_ends_once",
                condition=Q(state__in=ENDED_STATES, ended_at__gte=F("received_at"))
                | (~Q(state__in=ENDED_STATES) & Q(ended_at__isnull=True)),
                violation_error_message="A delivery ends after it was received.",
            ),
            models.CheckConstraint(
                name="connections_receiveddelivery_counts_attempts",
                condition=Q(attempts__gte=0),
                violation_error_message="Attempts can't be negative.",
            ),
            EncryptedConstraint(
                name="connections_receiveddelivery_data_is_encrypted",
                encrypted="data",
                indexes=(),
                violation_error_message="What was received must be encrypted.",
            ),
        ]
        indexes = [
            models.Index(
                fields=["connection", "received_at"],
                name="connections_delivery_received",
            ),
            models.Index(
                "received_at",
                "id",
                name="connections_delivery_open",
                condition=Q(
                    state__in=[DeliveryState.WAITING, DeliveryState.PARKED],
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.received_at:%Y-%m-%d %H:%M}"

    @property
    def content(self) -> dict[str, Any]:
        """The projection's values; empty once the delivery has ended."""
        return json.loads(self.data) if self.data else {}
