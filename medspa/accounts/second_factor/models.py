"""What people prove themselves with beside a password, and browsers that are known."""

from typing import ClassVar

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import Q
from django.utils import timezone

from medspa.accounts.devices import LONGEST_DEVICE
from medspa.encryption.fields import EncryptedConstraint, EncryptedField
from medspa.ids import CuidField
from medspa.reading.cleaning import clean_text
from medspa.validation import Validated

LONGEST_PASSKEY_NAME = 60


def lock_owner(person: models.Model) -> None:
    """Who changes somebody's second steps does so one after the other."""
    owners = get_user_model().objects.select_for_update(no_key=True)
    owners.filter(pk=person.pk).first()


def _owner(related_name: str) -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name=related_name
    )


class TotpDevice(Validated):
    """An authenticator app that shows a new code every 30 seconds (RFC 6238).

    Until its first code was entered it is only being set up. `last_step` is the time
    step of the last code that was accepted, `drift` by how many steps the phone's clock
    was ahead then, `failures` how many wrong codes there were since.
    """

    id = CuidField(primary_key=True)
    person = _owner("totp_devices")
    secret = EncryptedField(
        associated_data="medspa_totpdevice.secret", clean=clean_text, editable=False
    )
    last_step = models.BigIntegerField(default=-1, editable=False)
    drift = models.SmallIntegerField(default=0, editable=False)
    failures = models.IntegerField(default=0, editable=False)
    failed_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField("added", default=timezone.now, editable=False)
    confirmed_at = models.DateTimeField(null=True, blank=True, editable=False)
    last_used_at = models.DateTimeField("last used", null=True, editable=False)

    objects: ClassVar[models.Manager["TotpDevice"]] = models.Manager()

    class Meta:
        default_permissions = ()
        verbose_name = "authenticator app"
        constraints = [
            EncryptedConstraint(
                encrypted="secret",
                indexes=(),
                name="medspa_totpdevice_secret_is_encrypted",
                violation_error_message="The secret must be encrypted.",
            ),
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(confirmed_at__isnull=False),
                name="medspa_totpdevice_is_the_only_one",
                violation_error_message="There is already an authenticator app.",
            ),
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(confirmed_at__isnull=True),
                name="medspa_totpdevice_is_set_up_once_at_a_time",
                violation_error_message="An authenticator app is being set up already.",
            ),
            models.CheckConstraint(
                condition=Q(drift__gte=-1, drift__lte=1),
                name="medspa_totpdevice_drift_is_one_step",
                violation_error_message="A clock may be one step off.",
            ),
            models.CheckConstraint(
                condition=Q(failures__gte=0),
                name="medspa_totpdevice_failures_are_counted",
                violation_error_message="Failures are counted from zero.",
            ),
        ]

    def __str__(self) -> str:
        return "Authenticator app"


class Passkey(Validated):
    """A passkey (WebAuthn): a key pair whose private half stays on somebody's device.

    `is_synced` says that the device keeps copies of it elsewhere. `transports` are how
    the browser reaches it, as the browser says, comma-separated.
    """

    id = CuidField(primary_key=True)
    person = _owner("passkeys")
    name = models.CharField(max_length=LONGEST_PASSKEY_NAME)
    credential_id = models.BinaryField(max_length=1023)
    credential_hash = models.CharField(max_length=64, unique=True, editable=False)
    public_key = models.BinaryField(max_length=1023)
    sign_count = models.BigIntegerField(default=0, editable=False)
    transports = models.CharField(max_length=100, blank=True, editable=False)
    is_synced = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField("added", default=timezone.now, editable=False)
    last_used_at = models.DateTimeField("last used", null=True, editable=False)

    objects: ClassVar[models.Manager["Passkey"]] = models.Manager()

    class Meta:
        default_permissions = ()
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(name__regex=r"\S"),
                name="medspa_passkey_has_a_name",
                violation_error_message="Enter a name for the passkey.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RecoveryCode(models.Model):
    """A code that works once, for somebody whose phone is gone; only its hash is kept.

    A code has 79 random bits, so nothing is found by trying.
    """

    id = CuidField(primary_key=True)
    person = _owner("recovery_codes")
    code_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    used_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects: ClassVar[models.Manager["RecoveryCode"]] = models.Manager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"recovery code of {self.created_at:%Y-%m-%d}"


class KnownDevice(models.Model):
    """A browser in which somebody has signed in before.

    Its cookie holds a random token, of which only the hash is kept.
    """

    id = CuidField(primary_key=True)
    person = _owner("known_devices")
    token_hash = models.CharField(max_length=64, editable=False)
    device = models.CharField(max_length=LONGEST_DEVICE, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    last_used_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar[models.Manager["KnownDevice"]] = models.Manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["person", "token_hash"],
                name="medspa_knowndevice_is_known_once",
                violation_error_message="This device is known already.",
            ),
        ]

    def __str__(self) -> str:
        return self.device
