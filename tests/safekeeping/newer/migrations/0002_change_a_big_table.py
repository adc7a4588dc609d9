"""Waits for the lock that a test holds, and then for the table of campaigns."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("messages", "0001_make_a_table")]
    operations = [
        migrations.RunSQL("SELECT pg_advisory_xact_lock(7001)"),
        migrations.RunSQL("ALTER TABLE campaigns_campaign ADD newer int"),
    ]
