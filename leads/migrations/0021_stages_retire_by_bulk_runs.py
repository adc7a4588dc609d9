"""A bulk run may retire the stage whose leads it moves."""

import django.core.validators
import django.db.models.deletion
import django.db.models.manager
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0020_periods_go_on_in_active_stages"),
    ]

    operations = [
        migrations.AddField(
            model_name="bulkrun",
            name="new_entry",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="leads.pipelinestage",
            ),
        ),
        migrations.AddField(
            model_name="bulkrun",
            name="retires",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="leads.pipelinestage",
            ),
        ),
    ]
