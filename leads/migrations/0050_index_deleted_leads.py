"""Deleted and merged leads in the order of the page that lists them."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("leads", "0049_all_leads_name_listed_sources")]

    operations = [
        AddIndexConcurrently(
            model_name="lead",
            index=models.Index(
                models.F("deleted_at"),
                models.F("id"),
                condition=models.Q(("deleted_at__isnull", False)),
                name="leads_lead_deleted_at",
            ),
        ),
        AddIndexConcurrently(
            model_name="leadmerge",
            index=models.Index(
                models.F("merged_at"),
                models.F("id"),
                condition=models.Q(("undone_at__isnull", True)),
                name="leads_leadmerge_standing",
            ),
        ),
    ]
