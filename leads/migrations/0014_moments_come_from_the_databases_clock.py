"""The default of moments, which no database knows of."""

from django.db import migrations, models

import medspa.clock


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0013_stage_periods"),
    ]

    operations = [
        migrations.AlterField(
            model_name="activity",
            name="created_at",
            field=models.DateTimeField(default=medspa.clock.now, verbose_name="when"),
        ),
        migrations.AlterField(
            model_name="activityhistory",
            name="created_at",
            field=models.DateTimeField(default=medspa.clock.now, verbose_name="when"),
        ),
        migrations.AlterField(
            model_name="lead",
            name="created_at",
            field=models.DateTimeField(
                default=medspa.clock.now, editable=False, verbose_name="created"
            ),
        ),
        migrations.AlterField(
            model_name="leadhistory",
            name="created_at",
            field=models.DateTimeField(
                default=medspa.clock.now, editable=False, verbose_name="created"
            ),
        ),
        migrations.AlterField(
            model_name="leadstage",
            name="changed_at",
            field=models.DateTimeField(
                default=medspa.clock.now, verbose_name="entered"
            ),
        ),
    ]
