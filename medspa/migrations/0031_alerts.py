"""What was wrong from when to when, and the messages about it."""

import re

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

import medspa.ids


class Migration(migrations.Migration):
    dependencies = [
        ("medspa", "0030_requests_are_counted"),
    ]

    operations = [
        migrations.CreateModel(
            name="Alert",
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
                (
                    "severity",
                    models.SmallIntegerField(choices=[(1, "warning"), (2, "error")]),
                ),
                ("words", models.CharField(max_length=500)),
                ("to_do", models.CharField(max_length=500)),
                ("began_at", models.DateTimeField()),
                ("told_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["-began_at", "-id"],
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "severity__in",
                                [
                                    1,
                                    2,
                                ],
                            )
                        ),
                        name="medspa_alert_severity_is_known",
                        violation_error_message="An alert is a warning or an error.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_at__isnull", True),
                            ("ended_at__gte", models.F("began_at")),
                            _connector="OR",
                        ),
                        name="medspa_alert_ends_after_it_began",
                        violation_error_message="An alert ends after it began.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("name",),
                        name="medspa_alert_is_open_once",
                        violation_error_message="There is an open alert about this.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AlertMessage",
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
                    "kind",
                    models.CharField(
                        choices=[
                            ("began", "Began"),
                            ("reminder", "Still so"),
                            ("over", "Over"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[("email", "Email"), ("webhook", "Webhook")],
                        max_length=10,
                    ),
                ),
                ("target", models.EmailField(blank=True, max_length=254)),
                ("attempts", models.IntegerField(default=0)),
                ("problem", models.CharField(blank=True, max_length=200)),
                ("created_at", models.DateTimeField()),
                ("due_at", models.DateTimeField(blank=True, null=True)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                (
                    "alert",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="messages",
                        to="medspa.alert",
                    ),
                ),
            ],
            options={
                "ordering": ["created_at", "id"],
                "default_permissions": (),
                "indexes": [
                    models.Index(
                        condition=models.Q(("due_at__isnull", False)),
                        fields=["due_at"],
                        name="medspa_alertmessage_due",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["began", "reminder", "over"])),
                        name="medspa_alertmessage_kind_is_known",
                        violation_error_message="Choose a kind of message from the list.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("channel", "email"),
                                models.Q(("target", ""), _negated=True),
                            ),
                            models.Q(("channel", "webhook"), ("target", "")),
                            _connector="OR",
                        ),
                        name="medspa_alertmessage_email_has_an_address",
                        violation_error_message="An email needs an address, a webhook none.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("due_at__isnull", True),
                            ("sent_at__isnull", True),
                            _connector="OR",
                        ),
                        name="medspa_alertmessage_is_due_or_over",
                        violation_error_message="What was sent is not sent again.",
                    ),
                ],
            },
        ),
    ]
