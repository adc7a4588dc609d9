"""Sessions in a table of our own, which says whose they are and where."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("medspa", "0022_history_is_changed_in_one_way"),
    ]

    operations = [
        migrations.CreateModel(
            name="PersonSession",
            fields=[
                (
                    "session_key",
                    models.CharField(
                        max_length=40,
                        primary_key=True,
                        serialize=False,
                        verbose_name="session key",
                    ),
                ),
                ("session_data", models.TextField(verbose_name="session data")),
                (
                    "expire_date",
                    models.DateTimeField(db_index=True, verbose_name="expire date"),
                ),
                ("device", models.CharField(blank=True, max_length=60)),
                (
                    "address",
                    models.GenericIPAddressField(
                        null=True, verbose_name="network address"
                    ),
                ),
                ("begun_at", models.DateTimeField(null=True, verbose_name="signed in")),
                (
                    "seen_at",
                    models.DateTimeField(null=True, verbose_name="last active"),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sessions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
    ]
