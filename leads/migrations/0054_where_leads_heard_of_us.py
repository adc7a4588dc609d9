"""The desk asks where people heard of the clinic; the source stays what it was."""

from django.db import migrations, models

from medspa.lists.constraints import CodeIsListed


class Migration(migrations.Migration):
    dependencies = [("leads", "0053_leads_arrive")]

    operations = [
        migrations.AddField(
            model_name="lead",
            name="heard_from",
            field=models.CharField(
                blank=True, max_length=20, null=True, verbose_name="heard of us from"
            ),
        ),
        migrations.AddField(
            model_name="leadhistory",
            name="heard_from",
            field=models.CharField(
                blank=True, max_length=20, null=True, verbose_name="heard of us from"
            ),
        ),
        # Of new rows at once, of all by the next migration: that holds up nobody.
        migrations.AddConstraint(
            model_name="lead",
            constraint=CodeIsListed(
                field="heard_from",
                name="leads_lead_heard_from_is_listed",
                to="leads.LeadSource",
                violation_error_message="Choose a source from the list.",
            ),
        ),
    ]
