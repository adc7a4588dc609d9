"""Whether a lead has a consult on some days: read from a small index of its bookings."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models.fields.json import KeyTextTransform


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("kpis", "0026_index_lengths_and_undated_bookings")]

    operations = [
        AddIndexConcurrently(
            "kpievent",
            models.Index(
                models.F("lead"),
                KeyTextTransform("scheduled_for", "metadata_json"),
                condition=models.Q(deleted_at__isnull=True, kind="consult_booked"),
                name="kpis_kpievent_lead_scheduled",
            ),
        )
    ]
