"""The row of the clinic, from the settings; its history stays; who may change it."""

from django.apps import apps as live_apps
from django.conf import settings
from django.contrib.auth.management import create_permissions
from django.db import migrations
from django.utils import timezone

from medspa.formats import CURRENCY_SIGNS, formats_of
from medspa.roles import sync_groups

FORWARD = r"""
CREATE OR REPLACE TRIGGER medspa_clinichistory_stays
    BEFORE UPDATE OR DELETE ON medspa_clinichistory
    FOR EACH ROW EXECUTE FUNCTION medspa_history_stays();
"""
BACKWARD = "DROP TRIGGER medspa_clinichistory_stays ON medspa_clinichistory;"


def add_clinic(apps, schema_editor):
    first = settings.FIRST_CLINIC
    country = formats_of(first["country"])
    values = {
        **first,
        "name": first["name"].strip()[:80] or "MedSpa Growth Hub",
        "currency": country.currency if country.currency in CURRENCY_SIGNS else "USD",
        "week_start": country.first_weekday,
    }
    clinic = apps.get_model("medspa", "Clinic").objects.create(**values)
    # What the first change is compared with.
    apps.get_model("medspa", "ClinicHistory").objects.create(
        id=1,
        updated_at=clinic.updated_at,
        history_type="+",
        history_date=timezone.now(),
        history_actor="migrate",
        **values,
    )


def remove_clinic(apps, schema_editor):
    apps.get_model("medspa", "Clinic").objects.all().delete()


def grant(apps, schema_editor):
    create_permissions(live_apps.get_app_config("medspa"), verbosity=0, apps=apps)
    sync_groups(apps)


class Migration(migrations.Migration):
    dependencies = [("medspa", "0011_the_clinic")]

    operations = [
        migrations.RunPython(add_clinic, remove_clinic),
        migrations.RunPython(grant, migrations.RunPython.noop),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
