"""A lead from a file may have a date without a time of day."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("leads", "0031_leads_are_past_and_history_stays")]

    operations = [
        migrations.AddField(
            model_name=name,
            name="created_time_known",
            field=models.BooleanField(
                db_default=True,
                default=True,
                editable=False,
                verbose_name="time of day known",
            ),
        )
        for name in ("lead", "leadhistory")
    ]
