"""Events that happened, their deliveries to endpoints, and how far history was read."""

from typing import Any, ClassVar, Self

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q

from api.webhooks.endpoint import WebhookEndpoint
from medspa.clock import ClockTimestamp, RecordedAtField
from medspa.json_columns import IsObject
from medspa.validation import Validated


class OutboxPosition(models.Model):
    """Which transactions the outbox has read: those visible in `snapshot`.

    History from before `begun_at` is no news. There is one row.
    """

    snapshot = models.TextField()
    begun_at = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.snapshot


class WebhookEvent(Validated):
    """Something that happened and that an endpoint wants to know.

    Ids grow in the order of what happened to each lead. `data` has ids, codes, moments
    and cents, never a name or a contact.
    """

    id = models.BigAutoField(primary_key=True)
    uid = models.UUIDField(unique=True, db_default=RandomUUID(), editable=False)
    type = models.CharField(max_length=30)
    lead_id = models.CharField(max_length=25, blank=True)
    data = models.JSONField(default=dict)
    occurred_at = models.DateTimeField()
    recorded_at = RecordedAtField()

    class Meta:
        default_permissions = ()
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="api_webhookevent_data_is_an_object",
                condition=Q(IsObject("data")),
                violation_error_message="The data must be a JSON object.",
            ),
        ]
        indexes = [models.Index("recorded_at", name="api_webhookevent_recorded")]

    def __str__(self) -> str:
        return self.type

    @property
    def message_id(self) -> str:
        """The `webhook-id`: the same for every attempt and every replay."""
        return f"msg_{self.uid.hex}"


class SendState(models.TextChoices):
    WAITING = "waiting", "Waiting"
    DELIVERED = "delivered", "Delivered"
    FAILED = "failed", "Failed"
    CANCELED = "canceled", "Canceled"


class SendProblem(models.TextChoices):
    """Why an attempt brought no answer."""

    TIMEOUT = "timeout", "No answer within 10 seconds"
    UNREACHABLE = "unreachable", "Can't be reached"
    UNKNOWN_HOST = "unknown_host", "There is no such host"
    PRIVATE_ADDRESS = "private_address", "Its address isn't on the public internet"
    CERTIFICATE = "certificate", "Its certificate isn't valid"
    NO_HTTP = "no_http", "It doesn't speak HTTP"


class WebhookDeliveryQuerySet(models.QuerySet["WebhookDelivery"]):
    def waiting(self) -> Self:
        return self.filter(state=SendState.WAITING)

    def not_delivered(self) -> Self:
        return self.filter(state__in=[SendState.FAILED, SendState.CANCELED])


class WebhookDelivery(Validated):
    """One event for one endpoint, until it was delivered or given up.

    While it waits, it holds back what happened later to the same lead, until
    `holds_until`.
    """

    id = models.BigAutoField(primary_key=True)
    event = models.ForeignKey(
        WebhookEvent, on_delete=models.CASCADE, related_name="deliveries"
    )
    endpoint = models.ForeignKey(
        WebhookEndpoint,
        on_delete=models.CASCADE,
        related_name="deliveries",
        db_index=False,  # the indexes of the page begin with it
    )
    lead_id = models.CharField(max_length=25, blank=True)
    state = models.CharField(
        max_length=10,
        choices=SendState,
        default=SendState.WAITING,
        db_default=SendState.WAITING,
    )
    attempts = models.SmallIntegerField(default=0, db_default=0)
    answer_code = models.SmallIntegerField("answer", null=True, blank=True)
    problem = models.CharField(
        max_length=20, choices=SendProblem, blank=True, db_default=""
    )
    took_ms = models.IntegerField(null=True, blank=True)
    next_at = models.DateTimeField(db_default=ClockTimestamp())
    holds_until = models.DateTimeField()
    gives_up_at = models.DateTimeField()
    last_tried_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = WebhookDeliveryQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        verbose_name = "delivery"
        verbose_name_plural = "deliveries"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                name="api_webhookdelivery_once_an_endpoint",
                fields=["endpoint", "event"],
                violation_error_message="This event goes to the endpoint already.",
            ),
            models.CheckConstraint(
                name="api_webhookdelivery_state_is_known",
                condition=Q(state__in=SendState.values),
                violation_error_message="Choose a state from the list.",
            ),
            models.CheckConstraint(
                name="api_webhookdelivery_ends_once",
                condition=Q(state=SendState.WAITING, ended_at__isnull=True)
                | (~Q(state=SendState.WAITING) & Q(ended_at__isnull=False)),
                violation_error_message="A delivery ends when it no longer waits.",
            ),
        ]
        indexes = [
            models.Index(fields=["endpoint", "-id"], name="api_webhookdelivery_listed"),
            models.Index(
                "endpoint",
                "id",
                name="api_webhookdelivery_due",
                condition=Q(state="waiting"),
            ),
            models.Index(
                "endpoint",
                "lead_id",
                "id",
                name="api_webhookdelivery_order",
                condition=Q(state="waiting"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} to {self.endpoint_id}: {self.state}"
