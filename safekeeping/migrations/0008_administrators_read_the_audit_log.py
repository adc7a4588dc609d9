"""Who may read the audit log and the seals."""

from django.apps import apps as live_apps
from django.contrib.auth.management import create_permissions
from django.db import migrations

from medspa.roles import sync_groups


def give_permissions(apps, schema_editor):
    # Permissions are made after a migrate run; the groups need theirs now.
    for app in ("medspa", "safekeeping"):
        create_permissions(live_apps.get_app_config(app), verbosity=0, apps=apps)
    sync_groups(apps)


class Migration(migrations.Migration):
    dependencies = [
        ("medspa", "0031_alerts"),
        ("safekeeping", "0007_seals_tell_their_moment"),
    ]

    operations = [
        migrations.RunPython(give_permissions, migrations.RunPython.noop),
    ]
