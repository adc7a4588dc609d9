"""The database keeps a proof of the keys that its rows are written with."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("medspa", "0006_past_roles_are_todays")]

    operations = [
        migrations.CreateModel(
            name="KeyCheck",
            fields=[
                (
                    "id",
                    models.CharField(max_length=20, primary_key=True, serialize=False),
                ),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("field", "Field encryption"),
                            ("index", "Blind index"),
                        ],
                        max_length=5,
                    ),
                ),
                ("proof", models.BinaryField()),
                ("position", models.JSONField(default=dict)),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False
                    ),
                ),
            ],
            options={"ordering": ["id"], "default_permissions": ()},
        ),
    ]
