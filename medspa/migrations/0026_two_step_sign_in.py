"""Authenticator apps, passkeys, recovery codes, and browsers that are known."""

import re

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import medspa.encryption.fields
import medspa.ids
import medspa.reading.cleaning


class Migration(migrations.Migration):
    dependencies = [
        ("medspa", "0025_sessions_name_their_person"),
    ]

    operations = [
        migrations.CreateModel(
            name="RecoveryCode",
            fields=[
                (
                    "id",
                    medspa.ids.CuidField(
                        db_collation="C",
                        default=medspa.ids.new_id,
                        editable=False,
                        max_length=25,
                        primary_key=True,
                        serialize=False,
                        validators=[
                            django.core.validators.RegexValidator(
                                re.compile("c[0-9a-z]{24}"), "This is not a valid id."
                            )
                        ],
                    ),
                ),
                (
                    "code_hash",
                    models.CharField(editable=False, max_length=64, unique=True),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False
                    ),
                ),
                (
                    "used_at",
                    models.DateTimeField(blank=True, editable=False, null=True),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="recovery_codes",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="KnownDevice",
            fields=[
                (
                    "id",
                    medspa.ids.CuidField(
                        db_collation="C",
                        default=medspa.ids.new_id,
                        editable=False,
                        max_length=25,
                        primary_key=True,
                        serialize=False,
                        validators=[
                            django.core.validators.RegexValidator(
                                re.compile("c[0-9a-z]{24}"), "This is not a valid id."
                            )
                        ],
                    ),
                ),
                ("token_hash", models.CharField(editable=False, max_length=64)),
                ("device", models.CharField(blank=True, max_length=60)),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False
                    ),
                ),
                (
                    "last_used_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="known_devices",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("person", "token_hash"),
                        name="medspa_knowndevice_is_known_once",
                        violation_error_message="This device is known already.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Passkey",
            fields=[
                (
                    "id",
                    medspa.ids.CuidField(
                        db_collation="C",
                        default=medspa.ids.new_id,
                        editable=False,
                        max_length=25,
                        primary_key=True,
                        serialize=False,
                        validators=[
                            django.core.validators.RegexValidator(
                                re.compile("c[0-9a-z]{24}"), "This is not a valid id."
                            )
                        ],
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                ("credential_id", models.BinaryField(max_length=1023)),
                (
                    "credential_hash",
                    models.CharField(editable=False, max_length=64, unique=True),
                ),
                ("public_key", models.BinaryField(max_length=1023)),
                ("sign_count", models.BigIntegerField(default=0, editable=False)),
                (
                    "transports",
                    models.CharField(blank=True, editable=False, max_length=100),
                ),
                ("is_synced", models.BooleanField(default=False, editable=False)),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now,
                        editable=False,
                        verbose_name="added",
                    ),
                ),
                (
                    "last_used_at",
                    models.DateTimeField(
                        editable=False, null=True, verbose_name="last used"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="passkeys",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["created_at", "id"],
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("name__regex", "\\S")),
                        name="medspa_passkey_has_a_name",
                        violation_error_message="Enter a name for the passkey.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TotpDevice",
            fields=[
                (
                    "id",
                    medspa.ids.CuidField(
                        db_collation="C",
                        default=medspa.ids.new_id,
                        editable=False,
                        max_length=25,
                        primary_key=True,
                        serialize=False,
                        validators=[
                            django.core.validators.RegexValidator(
                                re.compile("c[0-9a-z]{24}"), "This is not a valid id."
                            )
                        ],
                    ),
                ),
                (
                    "secret",
                    medspa.encryption.fields.EncryptedField(
                        associated_data="medspa_totpdevice.secret",
                        clean=medspa.reading.cleaning.clean_text,
                        editable=False,
                    ),
                ),
                ("last_step", models.BigIntegerField(default=-1, editable=False)),
                ("drift", models.SmallIntegerField(default=0, editable=False)),
                ("failures", models.IntegerField(default=0, editable=False)),
                (
                    "failed_at",
                    models.DateTimeField(blank=True, editable=False, null=True),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now,
                        editable=False,
                        verbose_name="added",
                    ),
                ),
                (
                    "confirmed_at",
                    models.DateTimeField(blank=True, editable=False, null=True),
                ),
                (
                    "last_used_at",
                    models.DateTimeField(
                        editable=False, null=True, verbose_name="last used"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="totp_devices",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "authenticator app",
                "default_permissions": (),
                "constraints": [
                    medspa.encryption.fields.EncryptedConstraint(
                        encrypted="secret",
                        indexes=(),
                        name="medspa_totpdevice_secret_is_encrypted",
                        violation_error_message="The secret must be encrypted.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("confirmed_at__isnull", False)),
                        fields=("person",),
                        name="medspa_totpdevice_is_the_only_one",
                        violation_error_message="There is already an authenticator app.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("confirmed_at__isnull", True)),
                        fields=("person",),
                        name="medspa_totpdevice_is_set_up_once_at_a_time",
                        violation_error_message="An authenticator app is being set up already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("drift__gte", -1), ("drift__lte", 1)),
                        name="medspa_totpdevice_drift_is_one_step",
                        violation_error_message="A clock may be one step off.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("failures__gte", 0)),
                        name="medspa_totpdevice_failures_are_counted",
                        violation_error_message="Failures are counted from zero.",
                    ),
                ],
            },
        ),
    ]
