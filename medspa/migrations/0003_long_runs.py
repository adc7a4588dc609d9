"""Work too long for a request, and who may see everybody's."""

import re

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.apps import apps as live_apps
from django.conf import settings
from django.contrib.auth.management import create_permissions
from django.db import migrations, models

import medspa.ids
import medspa.json_shapes
from medspa.roles import sync_groups


def give_permission(apps, schema_editor):
    # Permissions are made after a migrate run; the groups need theirs now.
    create_permissions(live_apps.get_app_config("medspa"), verbosity=0, apps=apps)
    sync_groups(apps)


class Migration(migrations.Migration):
    dependencies = [
        ("medspa", "0002_roles"),
    ]

    operations = [
        migrations.CreateModel(
            name="LongRun",
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
                ("kind", models.CharField(max_length=60)),
                ("key", models.CharField(blank=True, max_length=100)),
                ("title", models.CharField(max_length=200)),
                ("arguments", models.JSONField(blank=True, default=dict)),
                ("after", models.CharField(blank=True, max_length=200)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("running", "Running"),
                            ("done", "Done"),
                            ("failed", "Failed"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("attempt", models.IntegerField(default=0)),
                (
                    "job",
                    models.BigIntegerField(
                        blank=True, null=True, verbose_name="procrastinate's job"
                    ),
                ),
                ("done", models.IntegerField(default=0)),
                (
                    "total",
                    models.IntegerField(
                        default=0, help_text="0 while nobody knows it yet."
                    ),
                ),
                ("outcome", models.CharField(blank=True, max_length=300)),
                ("failure", models.CharField(blank=True, max_length=300)),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now,
                        editable=False,
                        verbose_name="asked for",
                    ),
                ),
                (
                    "started_at",
                    models.DateTimeField(blank=True, editable=False, null=True),
                ),
                (
                    "heartbeat_at",
                    models.DateTimeField(blank=True, editable=False, null=True),
                ),
                (
                    "cancel_asked_at",
                    models.DateTimeField(blank=True, editable=False, null=True),
                ),
                (
                    "finished_at",
                    models.DateTimeField(blank=True, editable=False, null=True),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "long run",
                "ordering": ["-created_at", "-id"],
                "default_permissions": ("view",),
                "indexes": [
                    models.Index(
                        fields=["made_by", "-created_at"],
                        name="medspa_longrun_of_person",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                ["waiting", "running", "done", "failed", "cancelled"],
                            )
                        ),
                        name="medspa_longrun_state_is_known",
                        violation_error_message="Choose a state from the list.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", ""), _negated=True),
                            models.Q(("title", ""), _negated=True),
                        ),
                        name="medspa_longrun_kind_and_title_are_given",
                        violation_error_message="A long run says what it does.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(medspa.json_shapes.IsObject("arguments")),
                        name="medspa_longrun_arguments_are_an_object",
                        violation_error_message="The arguments are a JSON object.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("done__gte", 0),
                            ("total__gte", 0),
                            models.Q(
                                ("total", 0),
                                ("done__lte", models.F("total")),
                                _connector="OR",
                            ),
                        ),
                        name="medspa_longrun_counts_fit",
                        violation_error_message="No more can be done than there is.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("after", ""),
                            models.Q(
                                ("after__startswith", "/"),
                                models.Q(("after__startswith", "//"), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="medspa_longrun_after_is_a_page_of_ours",
                        violation_error_message="The result is shown on a page of this site.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "running"), _negated=True),
                            ("started_at__isnull", False),
                            _connector="OR",
                        ),
                        name="medspa_longrun_has_started",
                        violation_error_message="What is running has started.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("finished_at__isnull", True),
                                ("state__in", ("waiting", "running")),
                            ),
                            models.Q(
                                ("finished_at__isnull", False),
                                ("state__in", ("done", "failed", "cancelled")),
                            ),
                            _connector="OR",
                        ),
                        name="medspa_longrun_has_finished",
                        violation_error_message="What is over has finished, and only that.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("state", "failed"),
                                models.Q(("failure", ""), _negated=True),
                            ),
                            models.Q(
                                models.Q(("state", "failed"), _negated=True),
                                ("failure", ""),
                            ),
                            _connector="OR",
                        ),
                        name="medspa_longrun_failure_is_said",
                        violation_error_message="A failure is said in words, and only that.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("state__in", ("waiting", "running")),
                            models.Q(("key", ""), _negated=True),
                        ),
                        fields=("kind", "key"),
                        name="medspa_longrun_runs_once",
                        violation_error_message="This is being done already.",
                    ),
                ],
            },
        ),
        migrations.RunPython(give_permission, migrations.RunPython.noop),
    ]
