"""The default of moments, which no database knows of."""

from django.db import migrations, models

import medspa.clock


class Migration(migrations.Migration):
    dependencies = [
        ("commissions", "0006_settled_months_are_called_reconciled"),
    ]

    operations = [
        migrations.AlterField(
            model_name="leadprovider",
            name="chosen_at",
            field=models.DateTimeField(
                default=medspa.clock.now, editable=False, verbose_name="from"
            ),
        ),
        migrations.AlterField(
            model_name="leadproviderhistory",
            name="chosen_at",
            field=models.DateTimeField(
                default=medspa.clock.now, editable=False, verbose_name="from"
            ),
        ),
    ]
