"""Seals name the server that made them, and a section what it took up."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("safekeeping", "0009_backups")]

    operations = [
        migrations.AddField(
            model_name="seal",
            name="server",
            field=models.CharField(default="", editable=False, max_length=20),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="seal",
            name="carried_from_xid",
            field=models.BigIntegerField(editable=False, null=True),
        ),
    ]
