"""Prove that every lead's answer is in the list."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("leads", "0054_where_leads_heard_of_us")]

    operations = [
        ValidateConstraint(model_name="lead", name="leads_lead_heard_from_is_listed")
    ]
