"""The index of last digits has the order of the list: the newest are read alone."""

from django.contrib.postgres.operations import (
    AddIndexConcurrently,
    RemoveIndexConcurrently,
)
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("leads", "0066_index_lost_leads_by_stage")]

    operations = [
        AddIndexConcurrently(
            "lead",
            models.Index(
                "phone_last4_index",
                "created_at",
                "id",
                name="leads_lead_last4_created",
                condition=~Q(phone_last4_index=b""),
            ),
        ),
        RemoveIndexConcurrently("lead", "leads_lead_phone_last4"),
    ]
