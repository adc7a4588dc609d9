"""Events from outside whose lead or payment is not known yet."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from connections.models.connection import Connection, as_it_is
from connections.models.delivery import ReceivedDelivery
from kpis.models import KpiEvent
from medspa import clock
from medspa.encryption.fields import EncryptedConstraint, EncryptedField
from medspa.ids import CuidField
from medspa.validation import Validated


class WaitWhy(models.TextChoices):
    NOBODY = "nobody", "No one was found"
    SEVERAL = "several", "Several people could be meant"
    NO_PAYMENT = "no_payment", "Its payment hasn't arrived yet"
    NO_BOOKING = "no_booking", "Its appointment hasn't arrived yet"
    REFUSED = "refused", "It couldn't be recorded"


class WaitState(models.TextChoices):
    WAITING = "waiting", "Waiting"
    MATCHED = "matched", "Matched"
    DISMISSED = "dismissed", "Dismissed"


class UnmatchedEvent(Validated):
    """An event that waits for its lead or its payment; it is counted until it is done.

    `content` is a `connections.items.IncomingEvent`, encrypted, and forgotten when it
    no longer waits.
    """

    id = CuidField(primary_key=True)
    connection = models.ForeignKey(
        Connection, on_delete=models.CASCADE, related_name="unmatched", null=True
    )
    delivery = models.ForeignKey(
        ReceivedDelivery,
        on_delete=models.SET_NULL,
        related_name="unmatched",
        null=True,
        blank=True,
    )
    system = models.CharField(max_length=30)
    account = models.CharField(max_length=100, blank=True)
    what = models.CharField(max_length=10)
    object_id = models.CharField(max_length=120)
    parent_id = models.CharField(max_length=120, blank=True)
    content = EncryptedField(
        associated_data="connections_unmatchedevent.content",
        clean=as_it_is,
        blank=True,
        editable=False,
    )
    why = models.CharField(max_length=12, choices=WaitWhy)
    sentence = models.CharField(max_length=300, blank=True)
    state = models.CharField(
        max_length=10, choices=WaitState, default=WaitState.WAITING
    )
    event = models.ForeignKey(
        KpiEvent, on_delete=models.SET_NULL, related_name="+", null=True, blank=True
    )
    made_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager] = models.Manager()

    class Meta:
        default_permissions = ()
        ordering = ["made_at", "id"]
        constraints = [
            models.UniqueConstraint(
                name="connections_unmatchedevent_waits_once",
                fields=["system", "account", "what", "object_id"],
                condition=Q(state=WaitState.WAITING),
                violation_error_message="This event waits already.",
            ),
            models.CheckConstraint(
                name="connections_unmatchedevent_state_is_known",
                condition=Q(state__in=WaitState.values, why__in=WaitWhy.values),
                violation_error_message="Choose a state and a reason from the list.",
            ),
            models.CheckConstraint(
                name="connections_unmatchedevent_ends_once",
                condition=Q(state=WaitState.WAITING, ended_at__isnull=True)
                | (~Q(state=WaitState.WAITING) & Q(ended_at__gte=F("made_at"))),
                violation_error_message="It ends when it no longer waits.",
            ),
            EncryptedConstraint(
                name="connections_unmatchedevent_content_is_encrypted",
                encrypted="content",
                indexes=(),
                violation_error_message="What was received must be encrypted.",
            ),
        ]
        indexes = [
            models.Index(
                "system",
                "account",
                "parent_id",
                name="connections_unmatched_parent",
                condition=Q(state=WaitState.WAITING) & ~Q(parent_id=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.object_id}"
