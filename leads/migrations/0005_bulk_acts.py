"""Bulk acts are kept with what they changed, so that they can be taken back."""

import re

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import medspa.ids


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0004_stays_begin_in_living_stages"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="BulkRun",
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
                    "act",
                    models.CharField(
                        choices=[
                            ("tag", "Tagged"),
                            ("untag", "Untagged"),
                            ("assign", "Assigned"),
                            ("move", "Moved"),
                            ("delete", "Deleted"),
                        ],
                        max_length=10,
                    ),
                ),
                ("target", models.CharField(blank=True, max_length=25)),
                ("target_name", models.CharField(blank=True, max_length=150)),
                (
                    "lead_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(blank=True, max_length=25),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "before",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(blank=True, max_length=25),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                ("skipped", models.IntegerField(default=0)),
                ("failed", models.IntegerField(default=0)),
                (
                    "reasons",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=300),
                        blank=True,
                        default=list,
                        help_text="Why leads were skipped or failed, each with how many.",
                        size=None,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now,
                        editable=False,
                        verbose_name="done",
                    ),
                ),
                (
                    "undone_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="undone"
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "bulk act",
                "ordering": ["-created_at", "-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("act__in", ["tag", "untag", "assign", "move", "delete"])
                        ),
                        name="leads_bulkrun_act_is_known",
                        violation_error_message="Choose an act from the list.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("before__len", models.F("lead_ids__len"))),
                        name="leads_bulkrun_remembers_every_lead",
                        violation_error_message="Each lead needs what undo puts back.",
                    ),
                ],
            },
        ),
    ]
