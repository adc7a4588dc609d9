"""Requests are counted, and slow measurements kept."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("medspa", "0028_a_person_may_leave_an_overwritten_row"),
    ]

    operations = [
        migrations.CreateModel(
            name="Measurement",
            fields=[
                (
                    "name",
                    models.CharField(max_length=40, primary_key=True, serialize=False),
                ),
                ("value", models.FloatField(blank=True, null=True)),
                ("problem", models.CharField(blank=True, max_length=300)),
                ("measured_at", models.DateTimeField()),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="RequestMinute",
            fields=[
                ("minute", models.DateTimeField(primary_key=True, serialize=False)),
                ("requests", models.IntegerField(default=0)),
                ("errors", models.IntegerField(default=0)),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("errors__gte", 0), ("errors__lte", models.F("requests"))
                        ),
                        name="medspa_requestminute_errors_are_requests",
                        violation_error_message="More errors than requests.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RequestTotal",
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
                ("view", models.CharField(max_length=100)),
                ("status", models.SmallIntegerField()),
                ("requests", models.BigIntegerField(default=0)),
                ("milliseconds", models.BigIntegerField(default=0)),
                (
                    "buckets",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), size=None
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("view", "status"),
                        name="medspa_requesttotal_once_a_view_and_status",
                        violation_error_message="These requests are counted already.",
                    )
                ],
            },
        ),
    ]
