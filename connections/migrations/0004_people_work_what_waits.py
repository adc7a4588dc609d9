"""Managers see connections and work what waits; administrators set them up."""

from typing import Any

from django.apps import apps as live_apps
from django.contrib.auth.management import create_permissions
from django.db import migrations

from medspa.roles import sync_groups


def grant(apps: Any, editor: Any) -> None:
    # Permissions are made after a migrate run; the groups need them now.
    config = live_apps.get_app_config("connections")
    create_permissions(config, verbosity=0, apps=apps)
    sync_groups(apps)


class Migration(migrations.Migration):
    dependencies = [
        ("connections", "0003_deliveries_are_counted"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="connection",
            options={
                "default_permissions": ("view", "change"),
                "ordering": ["door", "account"],
                "permissions": [
                    ("work_connection", "Can match, retry and dismiss what waits")
                ],
            },
        ),
        migrations.RunPython(grant, migrations.RunPython.noop),
    ]
