"""Every name that is there fits the function."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("leads", "0063_names_are_checked_by_a_function")]

    operations = [ValidateConstraint("lead", "leads_lead_first_name_is_one_given_name")]
