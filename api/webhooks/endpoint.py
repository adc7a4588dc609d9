"""Webhook endpoints: where events are sent, which ones, and what signs them."""

from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.lookups import GreaterThan

from api.keys.models import Cardinality
from api.webhooks.addresses import NOT_HTTPS
from medspa.clock import RecordedAtField
from medspa.encryption.fields import EncryptedConstraint, EncryptedField
from medspa.ids import CuidField
from medspa.validation import Validated

LONGEST_ENDPOINT_NAME, LONGEST_URL = 60, 500


def secret_as_given(text: str) -> str:
    return text


class WhyDisabled(models.TextChoices):
    BY_PERSON = "by_person", "Disabled by a person"
    GONE = "gone", "It answered 410 Gone"
    FAILING = "failing", "Nothing could be delivered for five days"


class WebhookEndpointQuerySet(models.QuerySet["WebhookEndpoint"]):
    def on(self) -> Self:
        return self.filter(disabled_at=None)


class WebhookEndpoint(Validated):
    """An address of another system that is told of events.

    `failing_since` is the first failed attempt since anything was delivered, `failures`
    how many there were. Nothing is sent before `slowed_until`.
    """

    id = CuidField(primary_key=True)
    name = models.CharField(max_length=LONGEST_ENDPOINT_NAME)
    url = models.CharField("address", max_length=LONGEST_URL)
    event_types = ArrayField(models.CharField(max_length=30))
    sees_contacts = models.BooleanField("gets emails and phones", default=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )
    failures = models.IntegerField(default=0, editable=False)
    failing_since = models.DateTimeField(null=True, blank=True, editable=False)
    slowed_until = models.DateTimeField(null=True, blank=True, editable=False)
    disabled_at = models.DateTimeField(null=True, blank=True, editable=False)
    why_disabled = models.CharField(
        max_length=10, choices=WhyDisabled, blank=True, editable=False
    )
    created_at = RecordedAtField()

    objects: ClassVar[Any] = WebhookEndpointQuerySet.as_manager()

    class Meta:
        verbose_name = "webhook endpoint"
        ordering = ["-created_at", "-id"]
        default_permissions = ("view", "add", "change")
        constraints = [
            models.CheckConstraint(
                name="api_webhookendpoint_has_a_name",
                condition=~Q(name=""),
                violation_error_message="Enter a name.",
            ),
            models.CheckConstraint(
                name="api_webhookendpoint_url_is_https",
                condition=Q(url__regex="^https://[^/?#@]+([/?][^#]*)?$"),
                violation_error_message=NOT_HTTPS,
            ),
            models.CheckConstraint(
                name="api_webhookendpoint_has_event_types",
                condition=GreaterThan(Cardinality("event_types"), 0),
                violation_error_message="Choose at least one event.",
            ),
            models.CheckConstraint(
                name="api_webhookendpoint_disabled_for_a_reason",
                condition=Q(disabled_at__isnull=True, why_disabled="")
                | Q(disabled_at__isnull=False, why_disabled__in=WhyDisabled.values),
                violation_error_message="A disabled endpoint has a reason.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_on(self) -> bool:
        return self.disabled_at is None


class WebhookSecret(Validated):
    """One secret of an endpoint; all that have not ended sign each request."""

    id = CuidField(primary_key=True)
    endpoint = models.ForeignKey(
        WebhookEndpoint, on_delete=models.CASCADE, related_name="secrets"
    )
    secret = EncryptedField(
        associated_data="api_webhooksecret.secret", clean=secret_as_given
    )
    created_at = RecordedAtField()
    ends_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ()
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                name="api_webhooksecret_one_without_an_end",
                fields=["endpoint"],
                condition=Q(ends_at__isnull=True),
                violation_error_message="Another secret of the endpoint has no end.",
            ),
            EncryptedConstraint(
                name="api_webhooksecret_secret_is_encrypted",
                encrypted="secret",
                indexes=(),
                violation_error_message="The secret must be encrypted.",
            ),
        ]

    def __str__(self) -> str:
        return f"secret of {self.endpoint_id}"
