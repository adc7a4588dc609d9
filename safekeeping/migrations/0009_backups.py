import re
from typing import Any

import django.core.validators
from django.apps import apps as live_apps
from django.contrib.auth.management import create_permissions
from django.db import migrations, models

import medspa.ids
from medspa.roles import sync_groups


def grant(apps: Any, editor: Any) -> None:
    # Permissions are made after a migrate run; the groups need them now.
    config = live_apps.get_app_config("safekeeping")
    create_permissions(config, verbosity=0, apps=apps)
    sync_groups(apps)


class Migration(migrations.Migration):
    dependencies = [("safekeeping", "0008_administrators_read_the_audit_log")]

    operations = [
        migrations.CreateModel(
            name="Backup",
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
                ("label", models.CharField(blank=True, max_length=60)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("full", "Full"),
                            ("incremental", "Incremental"),
                            ("logical", "Export"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("running", "Running"),
                            ("done", "Done"),
                            ("failed", "Failed"),
                            ("deleted", "Deleted"),
                        ],
                        default="running",
                        max_length=10,
                    ),
                ),
                ("parent", models.CharField(blank=True, max_length=60)),
                (
                    "size",
                    models.BigIntegerField(default=0, verbose_name="bytes stored"),
                ),
                (
                    "database_bytes",
                    models.BigIntegerField(
                        default=0, verbose_name="bytes of the database"
                    ),
                ),
                ("problem", models.CharField(blank=True, max_length=300)),
                ("started_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                (
                    "copied_at",
                    models.DateTimeField(
                        blank=True,
                        null=True,
                        verbose_name="in the second destination since",
                    ),
                ),
            ],
            options={
                "ordering": ["-started_at", "-id"],
                "permissions": [("run_backup", "Can back up, restore and drill")],
                "default_permissions": ("view",),
                "indexes": [
                    models.Index(
                        fields=["-started_at"], name="safekeeping_backup_latest"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["full", "incremental", "logical"])
                        ),
                        name="safekeeping_backup_kind_is_known",
                        violation_error_message="Choose a kind from the list.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["running", "done", "failed", "deleted"])
                        ),
                        name="safekeeping_backup_state_is_known",
                        violation_error_message="Choose a state from the list.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("state", "failed"),
                                models.Q(("problem", ""), _negated=True),
                            ),
                            models.Q(
                                models.Q(("state", "failed"), _negated=True),
                                ("problem", ""),
                            ),
                            _connector="OR",
                        ),
                        name="safekeeping_backup_failure_is_said",
                        violation_error_message="Only a failed backup has an error message.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("label", ""), _negated=True),
                        fields=("label",),
                        name="safekeeping_backup_label_is_given_once",
                        violation_error_message="There is a backup with this label.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BackupDrill",
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
                    "label",
                    models.CharField(blank=True, max_length=60, verbose_name="backup"),
                ),
                (
                    "source",
                    models.CharField(blank=True, max_length=300, verbose_name="from"),
                ),
                (
                    "key_name",
                    models.CharField(
                        blank=True, max_length=20, verbose_name="opened by the key of"
                    ),
                ),
                (
                    "is_second",
                    models.BooleanField(
                        default=False, verbose_name="from the second destination"
                    ),
                ),
                (
                    "target",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="moment restored"
                    ),
                ),
                ("seconds", models.FloatField(default=0)),
                ("lost_seconds", models.FloatField(default=0)),
                ("report", models.TextField(blank=True)),
                ("problem", models.CharField(blank=True, max_length=300)),
                ("started_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "backup drill",
                "ordering": ["-started_at", "-id"],
                "default_permissions": ("view",),
                "indexes": [
                    models.Index(
                        fields=["-started_at"], name="safekeeping_drill_latest"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("lost_seconds__gte", 0), ("seconds__gte", 0)
                        ),
                        name="safekeeping_backupdrill_figures_are_not_negative",
                        violation_error_message="Seconds can't be negative.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LogArchive",
            fields=[
                (
                    "id",
                    models.SmallIntegerField(
                        default=1, primary_key=True, serialize=False
                    ),
                ),
                ("archived_at", models.DateTimeField(blank=True, null=True)),
                ("position", models.CharField(blank=True, max_length=20)),
                ("problem", models.CharField(blank=True, max_length=300)),
                ("looked_at", models.DateTimeField(blank=True, null=True)),
                ("copied_at", models.DateTimeField(blank=True, null=True)),
                ("copy_problem", models.CharField(blank=True, max_length=300)),
            ],
            options={
                "verbose_name": "archive of the log",
                "verbose_name_plural": "archive of the log",
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("id", 1)),
                        name="safekeeping_logarchive_is_one_row",
                        violation_error_message="There is one archive of the log.",
                    )
                ],
            },
        ),
        migrations.RunPython(grant, migrations.RunPython.noop),
    ]
