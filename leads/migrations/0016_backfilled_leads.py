"""Leads imported more than a day after their creation start no clock."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0015_rows_follow_the_clock"),
    ]

    operations = [
        migrations.AddField(
            model_name="lead",
            name="is_backfilled",
            field=models.BooleanField(
                db_default=False,
                default=False,
                editable=False,
                verbose_name="imported later",
            ),
        ),
        migrations.AddField(
            model_name="leadhistory",
            name="is_backfilled",
            field=models.BooleanField(
                db_default=False,
                default=False,
                editable=False,
                verbose_name="imported later",
            ),
        ),
    ]
