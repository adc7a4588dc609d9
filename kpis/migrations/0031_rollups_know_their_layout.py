"""Rollups that the version before builds during the upgrade aren't taken for ours."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kpis", "0030_payments_are_called_so")]

    operations = [
        migrations.AddField(
            model_name="rollupstate",
            name="layout",
            field=models.SmallIntegerField(db_default=0),
        ),
    ]
