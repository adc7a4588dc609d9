"""The voided events in the order of the page that lists them."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("kpis", "0018_plain_words")]

    operations = [
        AddIndexConcurrently(
            model_name="kpievent",
            index=models.Index(
                models.F("occurred_at"),
                models.F("id"),
                condition=models.Q(("deleted_at__isnull", False)),
                name="kpis_kpievent_voided",
            ),
        ),
    ]
