"""Indexes that every write kept up and no question read.

The pair of lead and tag is found by the index that keeps it unique; a lead's past is
asked for by the lead and by time, never by contact id, campaign, person or tag.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0001_initial"),
        ("leads", "0011_import_files"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="leadhistory",
            name="assigned_to",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="assigned to",
            ),
        ),
        migrations.AlterField(
            model_name="leadhistory",
            name="campaign",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="campaigns.campaign",
            ),
        ),
        migrations.AlterField(
            model_name="leadhistory",
            name="external_id",
            field=models.CharField(
                blank=True,
                error_messages={"unique": "Another lead already has this contact id."},
                max_length=64,
                null=True,
                verbose_name="GoHighLevel contact id",
            ),
        ),
        migrations.AlterField(
            model_name="leadtag",
            name="lead",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="lead_tags",
                to="leads.lead",
            ),
        ),
        migrations.AlterField(
            model_name="leadtaghistory",
            name="tag",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="leads.tag",
            ),
        ),
    ]
