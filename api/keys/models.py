"""API keys: who a program acts for, what it may do, and its secrets."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, IntegerField, Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact, GreaterThan

from medspa.clock import RecordedAtField
from medspa.ids import CuidField
from medspa.validation import Validated

LONGEST_KEY_NAME = 60
USUAL_LIMIT, HIGHEST_LIMIT = 1_000, 60_000


class Cardinality(Func):
    function = "cardinality"
    output_field = IntegerField()
    arity = 1


class ApiKey(Validated):
    """A program that acts for a person, within its scopes and that person's rights.

    `prefix` names the key in the open; secrets are rows of their own, so that two are
    valid while one replaces the other. Nothing but the last use and the end changes.
    """

    id = CuidField(primary_key=True)
    name = models.CharField(max_length=LONGEST_KEY_NAME)
    prefix = models.CharField(max_length=8, unique=True, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="api_keys",
        verbose_name="acts for",
    )
    scopes = ArrayField(models.CharField(max_length=40))
    addresses = ArrayField(
        models.CharField(max_length=50), default=list, blank=True, editable=False
    )
    requests_per_minute = models.IntegerField(default=USUAL_LIMIT)
    expires_at = models.DateTimeField("expires", null=True, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )
    created_at = RecordedAtField()
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)
    last_address = models.GenericIPAddressField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = "API key"
        ordering = ["-created_at", "-id"]
        default_permissions = ("view", "add", "change")
        constraints = [
            models.CheckConstraint(
                name="api_apikey_has_a_name",
                condition=~Q(name=""),
                violation_error_message="Enter a name.",
            ),
            models.CheckConstraint(
                name="api_apikey_prefix_is_short",
                condition=Q(prefix__regex="^[0-9a-z]{8}$"),
                violation_error_message="A prefix has eight letters and digits.",
            ),
            models.CheckConstraint(
                name="api_apikey_has_scopes",
                condition=GreaterThan(Cardinality("scopes"), 0),
                violation_error_message="Choose what the key may do.",
            ),
            models.CheckConstraint(
                name="api_apikey_limit_is_possible",
                condition=Q(requests_per_minute__range=(1, HIGHEST_LIMIT)),
                violation_error_message=(
                    f"Enter a limit from 1 to {HIGHEST_LIMIT:,} requests a minute."
                ),
            ),
            models.CheckConstraint(
                name="api_apikey_expires_after_it_was_made",
                condition=Q(expires_at__isnull=True)
                | Q(expires_at__gt=F("created_at")),
                violation_error_message="The last day can't be in the past.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def is_over(self, now: datetime) -> bool:
        is_expired = self.expires_at is not None and self.expires_at <= now
        return self.revoked_at is not None or is_expired


class ApiSecret(Validated):
    """One secret of a key, of which only its SHA-256 is kept."""

    id = CuidField(primary_key=True)
    key = models.ForeignKey(ApiKey, on_delete=models.CASCADE, related_name="secrets")
    digest = models.BinaryField(unique=True)
    created_at = RecordedAtField()
    ends_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ()
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="api_apisecret_digest_is_sha256",
                condition=Exact(Length("digest"), 32),
                violation_error_message="A secret is kept as its SHA-256.",
            ),
            models.UniqueConstraint(
                name="api_apisecret_one_without_an_end",
                fields=["key"],
                condition=Q(ends_at__isnull=True),
                violation_error_message="The key has another secret without an end.",
            ),
        ]

    def __str__(self) -> str:
        return f"secret of {self.key_id}"


class ApiKeyUse(models.Model):
    """How many requests a key has made in the minute that began at `window_at`.

    The table is unlogged: it costs no wait for the disk, and after a crash every key
    begins a new minute.
    """

    key: Any = models.OneToOneField(
        ApiKey, on_delete=models.CASCADE, primary_key=True, related_name="use"
    )
    window_at = models.DateTimeField()
    requests = models.IntegerField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.key_id}: {self.requests}"
