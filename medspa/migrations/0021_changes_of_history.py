"""What was removed from history or overwritten in it."""

import django.contrib.postgres.fields
import django.db.models.lookups
from django.db import migrations, models

import medspa.clock


class Migration(migrations.Migration):
    dependencies = [
        ("medspa", "0020_audit_log_of_events"),
    ]

    operations = [
        migrations.CreateModel(
            name="HistoryChange",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "act",
                    models.CharField(
                        choices=[
                            ("remove", "Removed"),
                            ("overwrite", "Overwritten"),
                            ("reencrypt", "Encrypted again"),
                        ],
                        editable=False,
                        max_length=10,
                    ),
                ),
                ("table_name", models.CharField(editable=False, max_length=63)),
                (
                    "ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), editable=False, size=None
                    ),
                ),
                (
                    "fingerprints",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BinaryField(),
                        default=list,
                        editable=False,
                        size=None,
                    ),
                ),
                ("why", models.CharField(editable=False, max_length=200)),
                (
                    "made_at",
                    medspa.clock.RecordedAtField(
                        db_default=medspa.clock.ClockTimestamp(), editable=False
                    ),
                ),
            ],
            options={
                "verbose_name": "change of history",
                "ordering": ["-id"],
                "default_permissions": (),
                "indexes": [
                    models.Index(
                        fields=["table_name", "id"], name="medspa_change_by_table"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("act__in", ["remove", "overwrite", "reencrypt"])
                        ),
                        name="medspa_historychange_act_is_known",
                        violation_error_message="History is removed, overwritten or encrypted.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("act", "remove"),
                            django.db.models.lookups.Exact(
                                models.Func("fingerprints", function="cardinality"),
                                models.Func("ids", function="cardinality"),
                            ),
                            _connector="OR",
                        ),
                        name="medspa_historychange_has_its_fingerprints",
                        violation_error_message="Each overwritten row has its fingerprint.",
                    ),
                ],
            },
        ),
    ]
