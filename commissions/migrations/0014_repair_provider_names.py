"""Put `…` in place of what may be about a person in the names of providers."""

from django.db import migrations

from medspa.reading.short_names import repair_names


def repair(apps, schema_editor):
    history = apps.get_model("commissions", "ProviderHistory")._base_manager
    repair_names(apps.get_model("commissions", "Provider")._base_manager, history)


class Migration(migrations.Migration):
    dependencies = [("commissions", "0013_credits_are_for_payments_and_consults")]

    operations = [
        migrations.RunPython(repair, migrations.RunPython.noop, elidable=True)
    ]
