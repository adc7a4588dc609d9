"""The models of api as they are after 0008_exports_without_filters."""

import re

import django.contrib.postgres.fields
import django.contrib.postgres.functions
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models

import api.idempotency.models
import api.keys.models
import api.webhooks.endpoint
import medspa.clock
import medspa.encryption.fields
import medspa.ids
import medspa.json_columns.conditions

MODELS = (
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
            ("revoked_at", models.DateTimeField(blank=True, editable=False, null=True)),
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
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(("name", ""), _negated=True),
                    name="api_apikey_has_a_name",
                    violation_error_message="Enter a name.",
                ),
                models.CheckConstraint(
                    condition=models.Q(("prefix__regex", "^[0-9a-z]{8}$")),
                    name="api_apikey_prefix_is_short",
                    violation_error_message="A prefix has eight letters and digits.",
                ),
                models.CheckConstraint(
                    condition=django.db.models.lookups.GreaterThan(
                        api.keys.models.Cardinality("scopes"), 0
                    ),
                    name="api_apikey_has_scopes",
                    violation_error_message="Choose what the key may do.",
                ),
                models.CheckConstraint(
                    condition=models.Q(("requests_per_minute__range", (1, 60000))),
                    name="api_apikey_limit_is_possible",
                    violation_error_message="Enter a limit from 1 to 60,000 requests a minute.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("expires_at__isnull", True),
                        ("expires_at__gt", models.F("created_at")),
                        _connector="OR",
                    ),
                    name="api_apikey_expires_after_it_was_made",
                    violation_error_message="The last day can't be in the past.",
                ),
            ],
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
            "constraints": [
                models.CheckConstraint(
                    condition=django.db.models.lookups.Exact(
                        django.db.models.functions.text.Length("digest"), 32
                    ),
                    name="api_apisecret_digest_is_sha256",
                    violation_error_message="A secret is kept as its SHA-256.",
                ),
                models.UniqueConstraint(
                    condition=models.Q(("ends_at__isnull", True)),
                    fields=("key",),
                    name="api_apisecret_one_without_an_end",
                    violation_error_message="The key has another secret without an end.",
                ),
            ],
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
            "indexes": [
                models.Index(fields=["created_at"], name="api_idempotentanswer_created")
            ],
            "constraints": [
                models.UniqueConstraint(
                    fields=("key", "name_digest"),
                    name="api_idempotentanswer_once_a_key",
                    violation_error_message="This request was answered already.",
                ),
                models.CheckConstraint(
                    condition=django.db.models.lookups.Exact(
                        django.db.models.functions.text.Length("name_digest"), 32
                    ),
                    name="api_idempotentanswer_name_is_sha256",
                    violation_error_message="The key is kept as its SHA-256.",
                ),
                models.CheckConstraint(
                    condition=django.db.models.lookups.Exact(
                        django.db.models.functions.text.Length("body_digest"), 32
                    ),
                    name="api_idempotentanswer_body_is_sha256",
                    violation_error_message="The body is kept as its SHA-256.",
                ),
                medspa.encryption.fields.EncryptedConstraint(
                    encrypted="answer",
                    indexes=(),
                    name="api_idempotentanswer_answer_is_encrypted",
                    violation_error_message="The answer must be encrypted.",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="OutboxPosition",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True,
                    primary_key=True,
                    serialize=False,
                    verbose_name="ID",
                ),
            ),
            ("snapshot", models.TextField()),
            ("begun_at", models.DateTimeField()),
        ],
        options={
            "default_permissions": (),
        },
    ),
    migrations.CreateModel(
        name="WebhookEndpoint",
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
            ("url", models.CharField(max_length=500, verbose_name="address")),
            (
                "event_types",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.CharField(max_length=30), size=None
                ),
            ),
            (
                "sees_contacts",
                models.BooleanField(
                    default=False, verbose_name="gets emails and phones"
                ),
            ),
            ("failures", models.IntegerField(default=0, editable=False)),
            (
                "failing_since",
                models.DateTimeField(blank=True, editable=False, null=True),
            ),
            (
                "slowed_until",
                models.DateTimeField(blank=True, editable=False, null=True),
            ),
            (
                "disabled_at",
                models.DateTimeField(blank=True, editable=False, null=True),
            ),
            (
                "why_disabled",
                models.CharField(
                    blank=True,
                    choices=[
                        ("by_person", "Disabled by a person"),
                        ("gone", "It answered 410 Gone"),
                        ("failing", "Nothing could be delivered for five days"),
                    ],
                    editable=False,
                    max_length=10,
                ),
            ),
            (
                "created_at",
                medspa.clock.RecordedAtField(
                    db_default=medspa.clock.ClockTimestamp(), editable=False
                ),
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
        ],
        options={
            "verbose_name": "webhook endpoint",
            "ordering": ["-created_at", "-id"],
            "default_permissions": ("view", "add", "change"),
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(("name", ""), _negated=True),
                    name="api_webhookendpoint_has_a_name",
                    violation_error_message="Enter a name.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("url__regex", "^https://[^/?#@]+([/?][^#]*)?$")
                    ),
                    name="api_webhookendpoint_url_is_https",
                    violation_error_message="Enter an address that begins with https://, without a user name.",
                ),
                models.CheckConstraint(
                    condition=django.db.models.lookups.GreaterThan(
                        api.keys.models.Cardinality("event_types"), 0
                    ),
                    name="api_webhookendpoint_has_event_types",
                    violation_error_message="Choose at least one event.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("disabled_at__isnull", True), ("why_disabled", "")),
                        models.Q(
                            ("disabled_at__isnull", False),
                            ("why_disabled__in", ["by_person", "gone", "failing"]),
                        ),
                        _connector="OR",
                    ),
                    name="api_webhookendpoint_disabled_for_a_reason",
                    violation_error_message="A disabled endpoint has a reason.",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="WebhookEvent",
        fields=[
            ("id", models.BigAutoField(primary_key=True, serialize=False)),
            (
                "uid",
                models.UUIDField(
                    db_default=django.contrib.postgres.functions.RandomUUID(),
                    editable=False,
                    unique=True,
                ),
            ),
            ("type", models.CharField(max_length=30)),
            ("lead_id", models.CharField(blank=True, max_length=25)),
            ("data", models.JSONField(default=dict)),
            ("occurred_at", models.DateTimeField()),
            (
                "recorded_at",
                medspa.clock.RecordedAtField(
                    db_default=medspa.clock.ClockTimestamp(), editable=False
                ),
            ),
        ],
        options={
            "ordering": ["-id"],
            "default_permissions": (),
            "indexes": [
                models.Index(models.F("recorded_at"), name="api_webhookevent_recorded")
            ],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(medspa.json_columns.conditions.IsObject("data")),
                    name="api_webhookevent_data_is_an_object",
                    violation_error_message="The data must be a JSON object.",
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="WebhookDelivery",
        fields=[
            ("id", models.BigAutoField(primary_key=True, serialize=False)),
            ("lead_id", models.CharField(blank=True, max_length=25)),
            (
                "state",
                models.CharField(
                    choices=[
                        ("waiting", "Waiting"),
                        ("delivered", "Delivered"),
                        ("failed", "Failed"),
                        ("canceled", "Canceled"),
                    ],
                    db_default="waiting",
                    default="waiting",
                    max_length=10,
                ),
            ),
            ("attempts", models.SmallIntegerField(db_default=0, default=0)),
            (
                "answer_code",
                models.SmallIntegerField(blank=True, null=True, verbose_name="answer"),
            ),
            (
                "problem",
                models.CharField(
                    blank=True,
                    choices=[
                        ("timeout", "No answer within 10 seconds"),
                        ("unreachable", "Can't be reached"),
                        ("unknown_host", "There is no such host"),
                        ("private_address", "Its address isn't on the public internet"),
                        ("certificate", "Its certificate isn't valid"),
                        ("no_http", "It doesn't speak HTTP"),
                    ],
                    db_default="",
                    max_length=20,
                ),
            ),
            ("took_ms", models.IntegerField(blank=True, null=True)),
            ("next_at", models.DateTimeField(db_default=medspa.clock.ClockTimestamp())),
            ("holds_until", models.DateTimeField()),
            ("gives_up_at", models.DateTimeField()),
            ("last_tried_at", models.DateTimeField(blank=True, null=True)),
            ("ended_at", models.DateTimeField(blank=True, null=True)),
            (
                "endpoint",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="deliveries",
                    to="api.webhookendpoint",
                ),
            ),
            (
                "event",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="deliveries",
                    to="api.webhookevent",
                ),
            ),
        ],
        options={
            "verbose_name": "delivery",
            "verbose_name_plural": "deliveries",
            "ordering": ["-id"],
            "default_permissions": (),
            "indexes": [
                models.Index(
                    fields=["endpoint", "-id"], name="api_webhookdelivery_listed"
                ),
                models.Index(
                    models.F("endpoint"),
                    models.F("id"),
                    condition=models.Q(("state", "waiting")),
                    name="api_webhookdelivery_due",
                ),
                models.Index(
                    models.F("endpoint"),
                    models.F("lead_id"),
                    models.F("id"),
                    condition=models.Q(("state", "waiting")),
                    name="api_webhookdelivery_order",
                ),
            ],
            "constraints": [
                models.UniqueConstraint(
                    fields=("endpoint", "event"),
                    name="api_webhookdelivery_once_an_endpoint",
                    violation_error_message="This event goes to the endpoint already.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("state__in", ["waiting", "delivered", "failed", "canceled"])
                    ),
                    name="api_webhookdelivery_state_is_known",
                    violation_error_message="Choose a state from the list.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("ended_at__isnull", True), ("state", "waiting")),
                        models.Q(
                            models.Q(("state", "waiting"), _negated=True),
                            ("ended_at__isnull", False),
                        ),
                        _connector="OR",
                    ),
                    name="api_webhookdelivery_ends_once",
                    violation_error_message="A delivery ends when it no longer waits.",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="WebhookSecret",
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
                    associated_data="api_webhooksecret.secret",
                    clean=api.webhooks.endpoint.secret_as_given,
                ),
            ),
            (
                "created_at",
                medspa.clock.RecordedAtField(
                    db_default=medspa.clock.ClockTimestamp(), editable=False
                ),
            ),
            ("ends_at", models.DateTimeField(blank=True, null=True)),
            (
                "endpoint",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="secrets",
                    to="api.webhookendpoint",
                ),
            ),
        ],
        options={
            "ordering": ["-created_at", "-id"],
            "default_permissions": (),
            "constraints": [
                models.UniqueConstraint(
                    condition=models.Q(("ends_at__isnull", True)),
                    fields=("endpoint",),
                    name="api_webhooksecret_one_without_an_end",
                    violation_error_message="Another secret of the endpoint has no end.",
                ),
                medspa.encryption.fields.EncryptedConstraint(
                    encrypted="secret",
                    indexes=(),
                    name="api_webhooksecret_secret_is_encrypted",
                    violation_error_message="The secret must be encrypted.",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="LeadExport",
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
                "filters",
                models.CharField(
                    blank=True,
                    max_length=200,
                    verbose_name="names of the filters in use",
                ),
            ),
            ("rows", models.IntegerField(blank=True, null=True)),
            ("expires_at", models.DateTimeField(blank=True, null=True)),
            (
                "work",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="+",
                    to="medspa.jobrun",
                ),
            ),
        ],
        options={
            "default_permissions": (),
            "indexes": [
                models.Index(models.F("expires_at"), name="api_leadexport_expires")
            ],
            "constraints": [
                models.UniqueConstraint(
                    fields=("work",),
                    name="api_leadexport_one_for_a_job",
                    violation_error_message="This job already has its export.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("expires_at__isnull", True), ("rows__isnull", True)),
                        models.Q(("expires_at__isnull", False), ("rows__gte", 0)),
                        _connector="OR",
                    ),
                    name="api_leadexport_is_done_or_not",
                    violation_error_message="A finished export has rows and an end.",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="LeadExportChunk",
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
            ("number", models.IntegerField()),
            (
                "lead_ids",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.CharField(max_length=25), size=None
                ),
            ),
            (
                "export",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="chunks",
                    to="api.leadexport",
                ),
            ),
        ],
        options={
            "ordering": ["number"],
            "default_permissions": (),
            "constraints": [
                models.UniqueConstraint(
                    fields=("export", "number"),
                    name="api_leadexportchunk_one_of_a_number",
                    violation_error_message="This part of the export already exists.",
                )
            ],
        },
    ),
)
