"""Names are found and sorted without case, accents and apostrophes."""

from django.contrib.postgres.operations import (
    AddIndexConcurrently,
    RemoveIndexConcurrently,
)
from django.db import migrations, models

import leads.contact
import leads.models.lead


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("leads", "0023_names_fold"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="lead",
            index=models.Index(
                leads.models.lead.Folded("first_name"),
                models.F("id"),
                condition=models.Q(("deleted_at__isnull", True)),
                name="leads_lead_name_folded",
            ),
        ),
        RemoveIndexConcurrently(model_name="lead", name="leads_lead_first_name"),
    ]
