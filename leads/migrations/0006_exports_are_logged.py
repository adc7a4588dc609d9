"""Who exported how many leads is kept; the file is not."""

import re

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import medspa.ids


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0005_bulk_acts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ExportLog",
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
                ("filters", models.CharField(blank=True, max_length=200)),
                ("row_count", models.IntegerField(default=0, verbose_name="rows")),
                (
                    "is_complete",
                    models.BooleanField(default=False, verbose_name="complete"),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now,
                        editable=False,
                        verbose_name="begun",
                    ),
                ),
                (
                    "exported_by",
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
                "verbose_name": "export of leads",
                "verbose_name_plural": "exports of leads",
                "ordering": ["-created_at", "-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("row_count__gte", 0)),
                        name="leads_exportlog_rows_are_counted",
                        violation_error_message="There are no fewer than no rows.",
                    )
                ],
            },
        ),
    ]
