"""Ids of other systems that stand here in plain text become their fingerprints.

GoHighLevel's stay as they are. What is a fingerprint can't be read again, so going back
leaves it.
"""

from django.db import migrations

from connections.taking_in.stored_ids import fingerprint_stored_ids


def fill(apps, schema_editor):
    fingerprint_stored_ids(apps.get_model)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("connections", "0016_changes_for_nobody")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
