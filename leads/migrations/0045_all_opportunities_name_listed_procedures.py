"""All opportunities are looked through; meanwhile people go on working."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("leads", "0044_opportunities_name_listed_procedures")]

    operations = [
        ValidateConstraint("opportunity", "leads_opportunity_procedure_is_listed")
    ]
