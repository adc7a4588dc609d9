"""Who may add, change and disable webhook endpoints."""

from django.apps import apps as live_apps
from django.contrib.auth.management import create_permissions
from django.db import migrations

from medspa.roles import sync_groups


def give_permissions(apps, schema_editor):
    # Permissions are made after a migrate run; the groups need theirs now.
    create_permissions(live_apps.get_app_config("api"), verbosity=0, apps=apps)
    sync_groups(apps)


class Migration(migrations.Migration):
    dependencies = [("api", "0004_webhooks")]

    operations = [
        migrations.RunPython(give_permissions, migrations.RunPython.noop),
    ]
