"""The stays that ended, column by column, and everybody's own moves by time."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0009_queue_claims"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="leadstage",
            index=models.Index(
                models.F("stage"),
                models.OrderBy(models.F("changed_at"), descending=True),
                models.F("left_at"),
                condition=models.Q(("left_at__isnull", False)),
                name="leads_leadstage_past",
            ),
        ),
        migrations.AddIndex(
            model_name="leadstage",
            index=models.Index(
                models.F("changed_by"),
                models.OrderBy(models.F("changed_at"), descending=True),
                name="leads_leadstage_moved_by",
            ),
        ),
        migrations.AlterField(
            model_name="leadstage",
            name="changed_by",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
    ]
