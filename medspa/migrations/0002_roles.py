"""The groups Front desk, Manager, Provider and Administrator."""

from django.apps import apps as live_apps
from django.contrib.auth.management import create_permissions
from django.db import migrations

from medspa.roles import ROLES, sync_groups


def give_roles(apps, schema_editor):
    # Permissions are made after a migrate run; the groups need them now.
    for config in live_apps.get_app_configs():
        create_permissions(config, verbosity=0, apps=apps)
    sync_groups(apps)


def remove_roles(apps, schema_editor):
    apps.get_model("auth", "Group").objects.filter(name__in=ROLES).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("medspa", "0001_initial"),
        ("campaigns", "0001_initial"),
        ("leads", "0006_exports_are_logged"),
        ("kpis", "0001_initial"),
        ("commissions", "0001_initial"),
    ]

    operations = [migrations.RunPython(give_roles, remove_roles)]
