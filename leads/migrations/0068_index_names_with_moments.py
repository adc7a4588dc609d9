"""The index of names holds when leads were created: the newest are found by it alone."""

from django.contrib.postgres.operations import (
    AddIndexConcurrently,
    RemoveIndexConcurrently,
)
from django.db import migrations, models
from django.db.models import Q

from leads.models.lead_queries import Folded


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("leads", "0067_index_last_digits_by_creation")]

    operations = [
        AddIndexConcurrently(
            "lead",
            models.Index(
                Folded("first_name"),
                "id",
                name="leads_lead_name_created",
                condition=Q(deleted_at__isnull=True),
                include=["first_name", "created_at"],
            ),
        ),
        RemoveIndexConcurrently("lead", "leads_lead_name"),
    ]
