"""The table of the audit log."""

import re

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import medspa.clock
import medspa.ids
import medspa.json_columns.conditions


class Migration(migrations.Migration):
    dependencies = [
        ("medspa", "0016_people_are_invited_by_email"),
    ]

    operations = [
        migrations.CreateModel(
            name="AuditEvent",
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
                ("kind", models.CharField(editable=False, max_length=60)),
                ("name", models.CharField(editable=False, max_length=150)),
                (
                    "address",
                    models.GenericIPAddressField(
                        editable=False, null=True, verbose_name="IP address"
                    ),
                ),
                (
                    "subject_type",
                    models.CharField(blank=True, editable=False, max_length=60),
                ),
                (
                    "subject_id",
                    models.CharField(blank=True, editable=False, max_length=25),
                ),
                ("details", models.JSONField(blank=True, default=dict, editable=False)),
                (
                    "occurred_at",
                    medspa.clock.RecordedAtField(
                        db_default=medspa.clock.ClockTimestamp(), editable=False
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "audit event",
                "ordering": ["-occurred_at", "-id"],
                "default_permissions": ("view",),
                "indexes": [
                    models.Index(
                        fields=["occurred_at", "id"], name="medspa_audit_by_time"
                    ),
                    models.Index(
                        fields=["person", "occurred_at", "id"],
                        name="medspa_audit_by_person",
                    ),
                    models.Index(
                        fields=["kind", "occurred_at", "id"],
                        name="medspa_audit_by_kind",
                    ),
                    models.Index(
                        fields=["subject_id", "occurred_at", "id"],
                        name="medspa_audit_by_subject",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__regex", "^[a-z][a-z_]*$")),
                        name="medspa_auditevent_kind_is_named",
                        violation_error_message="An event has the name of a kind.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True),
                        name="medspa_auditevent_says_who",
                        violation_error_message="An event says who did it.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("subject_id", ""), ("subject_type", "")),
                            models.Q(
                                models.Q(("subject_type", ""), _negated=True),
                                models.Q(("subject_id", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="medspa_auditevent_subject_is_whole",
                        violation_error_message="A subject has a type and an id.",
                    ),
                    models.CheckConstraint(
                        condition=medspa.json_columns.conditions.IsObject("details"),
                        name="medspa_auditevent_details_is_an_object",
                        violation_error_message="Details are a JSON object.",
                    ),
                ],
            },
        ),
    ]
