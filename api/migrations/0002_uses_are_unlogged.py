"""Counting a request waits for no disk; after a crash a key begins a new minute."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("api", "0001_api_keys")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE api_apikeyuse SET UNLOGGED",
            "ALTER TABLE api_apikeyuse SET LOGGED",
        )
    ]
