"""An index of lost leads by stage and reason, in the order of the list."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("leads", "0065_a_stage_has_a_type")]

    operations = [
        AddIndexConcurrently(
            "leadstage",
            models.Index(
                "stage",
                "lost_reason",
                F("changed_at").desc(),
                F("id").desc(),
                name="leads_leadstage_stage_lost",
                condition=Q(left_at__isnull=True) & ~Q(lost_reason=""),
            ),
        ),
    ]
