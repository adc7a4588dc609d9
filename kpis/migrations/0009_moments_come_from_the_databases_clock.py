"""The default of moments, which no database knows of."""

from django.db import migrations, models

import medspa.clock


class Migration(migrations.Migration):
    dependencies = [
        ("kpis", "0008_rollups_have_named_dimensions"),
    ]

    operations = [
        migrations.AlterField(
            model_name="kpievent",
            name="occurred_at",
            field=models.DateTimeField(default=medspa.clock.now, verbose_name="when"),
        ),
        migrations.AlterField(
            model_name="kpieventhistory",
            name="occurred_at",
            field=models.DateTimeField(default=medspa.clock.now, verbose_name="when"),
        ),
    ]
