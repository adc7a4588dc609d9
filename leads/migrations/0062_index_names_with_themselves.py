"""The index of folded names holds the names, so that counting reads no lead."""

from django.contrib.postgres.operations import (
    AddIndexConcurrently,
    RemoveIndexConcurrently,
)
from django.db import migrations, models
from django.db.models import Q

from leads.models.lead_queries import Folded


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("leads", "0061_ascii_names_fold_quickly")]

    operations = [
        AddIndexConcurrently(
            "lead",
            models.Index(
                Folded("first_name"),
                "id",
                name="leads_lead_name",
                condition=Q(deleted_at__isnull=True),
                include=["first_name"],
            ),
        ),
        RemoveIndexConcurrently("lead", "leads_lead_name_folded"),
    ]
