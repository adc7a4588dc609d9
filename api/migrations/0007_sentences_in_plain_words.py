"""Sentences of constraints in plain words; nothing changes in the database."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("api", "0006_exports_of_programs"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterConstraint(
            model_name="apikey",
            name="api_apikey_limit_is_possible",
            constraint=models.CheckConstraint(
                condition=models.Q(("requests_per_minute__range", (1, 60000))),
                name="api_apikey_limit_is_possible",
                violation_error_message="Enter a limit from 1 to 60,000 requests a minute.",
            ),
        ),
    ]
