"""All leads are looked through; meanwhile people go on working."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("leads", "0048_leads_name_listed_sources_and_reasons")]

    operations = [ValidateConstraint("lead", "leads_lead_source_is_listed")]
