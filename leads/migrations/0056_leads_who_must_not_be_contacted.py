"""Leads may ask not to be contacted."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0055_all_leads_heard_from_listed_sources"),
    ]

    operations = [
        migrations.AddField(
            model_name=model,
            name="do_not_contact_at",
            field=models.DateTimeField(
                blank=True,
                editable=False,
                null=True,
                verbose_name="do not contact since",
            ),
        )
        for model in ("lead", "leadhistory")
    ]
