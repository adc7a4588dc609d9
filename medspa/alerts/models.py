"""What was wrong from when to when, and the messages about it."""

from django.db import models
from django.db.models import F, Q

from medspa.health.lines import Severity
from medspa.ids import CuidField


class MessageKind(models.TextChoices):
    BEGAN = "began", "Began"
    REMINDER = "reminder", "Still so"
    OVER = "over", "Over"


class Channel(models.TextChoices):
    EMAIL = "email", "Email"
    WEBHOOK = "webhook", "Webhook"


class Alert(models.Model):
    """A time during which the health line `name` was not ok.

    `words` and `to_do` are those of the line when it was last not ok.
    """

    id = CuidField(primary_key=True)
    name = models.CharField(max_length=60)
    severity = models.SmallIntegerField(
        choices=[(level.value, level.word) for level in Severity if level]
    )
    words = models.CharField(max_length=500)
    to_do = models.CharField(max_length=500)
    began_at = models.DateTimeField()
    told_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ()
        ordering = ["-began_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="medspa_alert_severity_is_known",
                condition=Q(
                    severity__in=[Severity.WARNING.value, Severity.ERROR.value]
                ),
                violation_error_message="An alert is a warning or an error.",
            ),
            models.CheckConstraint(
                name="medspa_alert_ends_after_it_began",
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("began_at")),
                violation_error_message="An alert ends after it began.",
            ),
            models.UniqueConstraint(
                fields=["name"],
                condition=Q(ended_at__isnull=True),
                name="medspa_alert_is_open_once",
                violation_error_message="There is an open alert about this.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AlertMessage(models.Model):
    """One message about an alert to one receiver, and whether it has gone out.

    `target` is an email address; empty for the webhook, whose address is a setting.
    """

    id = CuidField(primary_key=True)
    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="messages")
    kind = models.CharField(max_length=10, choices=MessageKind)
    channel = models.CharField(max_length=10, choices=Channel)
    target = models.EmailField(blank=True)
    attempts = models.IntegerField(default=0)
    problem = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ()
        ordering = ["created_at", "id"]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(due_at__isnull=False),
                name="medspa_alertmessage_due",
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="medspa_alertmessage_kind_is_known",
                condition=Q(kind__in=MessageKind.values),
                violation_error_message="Choose a kind of message from the list.",
            ),
            models.CheckConstraint(
                name="medspa_alertmessage_email_has_an_address",
                condition=Q(channel=Channel.EMAIL.value) & ~Q(target="")
                | Q(channel=Channel.WEBHOOK.value, target=""),
                violation_error_message="An email needs an address, a webhook none.",
            ),
            models.CheckConstraint(
                name="medspa_alertmessage_is_due_or_over",
                condition=Q(due_at__isnull=True) | Q(sent_at__isnull=True),
                violation_error_message="What was sent is not sent again.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.channel}"
