"""Put `…` in place of what may be about a person in the names of campaigns."""

from django.db import migrations

from medspa.reading.short_names import repair_names


def repair(apps, schema_editor):
    history = apps.get_model("campaigns", "CampaignHistory")._base_manager
    repair_names(apps.get_model("campaigns", "Campaign")._base_manager, history)


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0002_names_in_exports")]

    operations = [
        migrations.RunPython(repair, migrations.RunPython.noop, elidable=True)
    ]
