"""Seals: a chain, and the hashes of the rows under each link."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.lookups
from django.db import migrations, models

import medspa.clock


class Migration(migrations.Migration):
    dependencies = [
        ("safekeeping", "0002_rows_of_history_by_transaction"),
    ]

    operations = [
        migrations.CreateModel(
            name="Seal",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("previous_hash", models.BinaryField()),
                ("from_xid", models.BigIntegerField(editable=False)),
                ("to_xid", models.BigIntegerField(editable=False)),
                ("counts", models.JSONField(editable=False)),
                ("root", models.BinaryField()),
                ("hash", models.BinaryField()),
                ("signature", models.BinaryField()),
                (
                    "made_at",
                    medspa.clock.RecordedAtField(
                        db_default=medspa.clock.ClockTimestamp(), editable=False
                    ),
                ),
            ],
            options={
                "ordering": ["-number"],
                "default_permissions": ("view",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("to_xid__gte", models.F("from_xid"))),
                        name="safekeeping_seal_goes_on",
                        violation_error_message="A seal ends after it begins.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SealedRows",
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
                ("table_name", models.CharField(editable=False, max_length=63)),
                ("part", models.IntegerField(editable=False)),
                (
                    "ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), editable=False, size=None
                    ),
                ),
                (
                    "hashes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BinaryField(), editable=False, size=None
                    ),
                ),
                (
                    "seal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parts",
                        to="safekeeping.seal",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "sealed rows",
                "ordering": ["seal", "table_name", "part"],
                "default_permissions": (),
                "indexes": [
                    models.Index(
                        fields=["table_name", "seal"], name="safekeeping_sealed_table"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("seal", "table_name", "part"),
                        name="safekeeping_sealedrows_part_is_one",
                        violation_error_message="This part of the seal exists.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.Exact(
                                models.Func("ids", function="cardinality"),
                                models.Func("hashes", function="cardinality"),
                            )
                        ),
                        name="safekeeping_sealedrows_has_a_hash_for_each",
                        violation_error_message="Each sealed row has its hash.",
                    ),
                ],
            },
        ),
    ]
