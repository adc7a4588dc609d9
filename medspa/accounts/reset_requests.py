"""Who asked for a new password, kept for a day so that nobody asks too often."""

import hashlib

from django.db import models
from django.utils import timezone


class ResetRequest(models.Model):
    """One request by the "Forgot password?" page, whether or not anyone has the email.

    `email_hash` is of the lower-case address that was entered.
    """

    email_hash = models.CharField(max_length=64)
    address = models.GenericIPAddressField("network address", null=True)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.address} at {self.created_at}"


def hash_of(email: str) -> str:
    return hashlib.sha256(email.lower().encode()).hexdigest()
