"""Prove that no lead breaks the rule about erased ones."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("leads", "0051_leads_can_be_erased")]

    operations = [
        ValidateConstraint(model_name="lead", name="leads_lead_erased_is_nobody")
    ]
