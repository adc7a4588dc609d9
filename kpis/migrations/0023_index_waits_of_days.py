"""The waits of a range of days, by person: read from an index alone."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("kpis", "0022_numbers_by_person")]

    operations = [
        AddIndexConcurrently(
            "fact",
            models.Index(
                "created_day",
                include=["assigned_to", "human_wait"],
                condition=models.Q(human_wait__isnull=False),
                name="kpis_fact_waits_of_days",
            ),
        )
    ]
