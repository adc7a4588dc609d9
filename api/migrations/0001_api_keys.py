"""API keys, their secrets and use, and answers that are kept for a day."""

import re

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models

import api.idempotency.models
import api.keys.models
import medspa.clock
import medspa.encryption.fields
import medspa.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ApiKey",
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
                ("prefix", models.CharField(editable=False, max_length=8, unique=True)),
                (
                    "scopes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), size=None
                    ),
                ),
                (
                    "addresses",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=50),
                        blank=True,
                        default=list,
                        editable=False,
                        size=None,
                    ),
                ),
                ("requests_per_minute", models.IntegerField(default=1000)),
                (
                    "expires_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="expires"),
                ),
                (
                    "created_at",
                    medspa.clock.RecordedAtField(
                        db_default=medspa.clock.ClockTimestamp(), editable=False
                    ),
                ),
                (
                    "revoked_at",
                    models.DateTimeField(blank=True, editable=False, null=True),
                ),
                (
                    "last_used_at",
                    models.DateTimeField(blank=True, editable=False, null=True),
                ),
                (
                    "last_address",
                    models.GenericIPAddressField(blank=True, editable=False, null=True),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="api_keys",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="acts for",
                    ),
                ),
            ],
            options={
                "verbose_name": "API key",
                "ordering": ["-created_at", "-id"],
                "default_permissions": ("view", "add", "change"),
            },
        ),
        migrations.CreateModel(
            name="ApiKeyUse",
            fields=[
                (
                    "key",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="use",
                        serialize=False,
                        to="api.apikey",
                    ),
                ),
                ("window_at", models.DateTimeField()),
                ("requests", models.IntegerField()),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="ApiSecret",
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
                ("digest", models.BinaryField(unique=True)),
                (
                    "created_at",
                    medspa.clock.RecordedAtField(
                        db_default=medspa.clock.ClockTimestamp(), editable=False
                    ),
                ),
                ("ends_at", models.DateTimeField(blank=True, null=True)),
                (
                    "key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="secrets",
                        to="api.apikey",
                    ),
                ),
            ],
            options={
                "ordering": ["-created_at", "-id"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="IdempotentAnswer",
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
                ("name_digest", models.BinaryField()),
                ("body_digest", models.BinaryField()),
                ("status", models.SmallIntegerField()),
                (
                    "answer",
                    medspa.encryption.fields.EncryptedField(
                        associated_data="api_idempotentanswer.answer",
                        clean=api.idempotency.models.as_it_is,
                    ),
                ),
                (
                    "created_at",
                    medspa.clock.RecordedAtField(
                        db_default=medspa.clock.ClockTimestamp(), editable=False
                    ),
                ),
                (
                    "key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="api.apikey",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.AddConstraint(
            model_name="apikey",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True),
                name="api_apikey_has_a_name",
                violation_error_message="Enter a name.",
            ),
        ),
        migrations.AddConstraint(
            model_name="apikey",
            constraint=models.CheckConstraint(
                condition=models.Q(("prefix__regex", "^[0-9a-z]{8}$")),
                name="api_apikey_prefix_is_short",
                violation_error_message="A prefix has eight letters and digits.",
            ),
        ),
        migrations.AddConstraint(
            model_name="apikey",
            constraint=models.CheckConstraint(
                condition=django.db.models.lookups.GreaterThan(
                    api.keys.models.Cardinality("scopes"), 0
                ),
                name="api_apikey_has_scopes",
                violation_error_message="Choose what the key may do.",
            ),
        ),
        migrations.AddConstraint(
            model_name="apikey",
            constraint=models.CheckConstraint(
                condition=models.Q(("requests_per_minute__range", (1, 60000))),
                name="api_apikey_limit_is_possible",
                violation_error_message="Enter a limit from 1 to 60000 requests a minute.",
            ),
        ),
        migrations.AddConstraint(
            model_name="apikey",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("expires_at__isnull", True),
                    ("expires_at__gt", models.F("created_at")),
                    _connector="OR",
                ),
                name="api_apikey_expires_after_it_was_made",
                violation_error_message="The last day can't be in the past.",
            ),
        ),
        migrations.AddConstraint(
            model_name="apisecret",
            constraint=models.CheckConstraint(
                condition=django.db.models.lookups.Exact(
                    django.db.models.functions.text.Length("digest"), 32
                ),
                name="api_apisecret_digest_is_sha256",
                violation_error_message="A secret is kept as its SHA-256.",
            ),
        ),
        migrations.AddConstraint(
            model_name="apisecret",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ends_at__isnull", True)),
                fields=("key",),
                name="api_apisecret_one_without_an_end",
                violation_error_message="The key has another secret without an end.",
            ),
        ),
        migrations.AddIndex(
            model_name="idempotentanswer",
            index=models.Index(
                fields=["created_at"], name="api_idempotentanswer_created"
            ),
        ),
        migrations.AddConstraint(
            model_name="idempotentanswer",
            constraint=models.UniqueConstraint(
                fields=("key", "name_digest"),
                name="api_idempotentanswer_once_a_key",
                violation_error_message="This request was answered already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="idempotentanswer",
            constraint=models.CheckConstraint(
                condition=django.db.models.lookups.Exact(
                    django.db.models.functions.text.Length("name_digest"), 32
                ),
                name="api_idempotentanswer_name_is_sha256",
                violation_error_message="The key is kept as its SHA-256.",
            ),
        ),
        migrations.AddConstraint(
            model_name="idempotentanswer",
            constraint=models.CheckConstraint(
                condition=django.db.models.lookups.Exact(
                    django.db.models.functions.text.Length("body_digest"), 32
                ),
                name="api_idempotentanswer_body_is_sha256",
                violation_error_message="The body is kept as its SHA-256.",
            ),
        ),
        migrations.AddConstraint(
            model_name="idempotentanswer",
            constraint=medspa.encryption.fields.EncryptedConstraint(
                encrypted="answer",
                indexes=(),
                name="api_idempotentanswer_answer_is_encrypted",
                violation_error_message="The answer must be encrypted.",
            ),
        ),
    ]
