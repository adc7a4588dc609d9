"""Check the names and ids that are there, without a lock that holds up writers."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("leads", "0028_name_and_id_rules")]

    operations = [
        ValidateConstraint("lead", "leads_lead_external_id_is_of_gohighlevel"),
        ValidateConstraint("lead", "leads_lead_first_name_is_one_given_name"),
    ]
