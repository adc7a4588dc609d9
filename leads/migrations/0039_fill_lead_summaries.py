"""The summaries of the leads that are there already, a few thousand at a time."""

from typing import Any

from django.db import migrations, transaction

CHUNK = 5_000
IDS = "SELECT id FROM leads_lead WHERE id > %s ORDER BY id LIMIT %s"


def fill(apps: Any, schema_editor: Any) -> None:
    """Each chunk is committed by itself: no lead is locked for long."""
    last = ""
    while True:
        with transaction.atomic(), schema_editor.connection.cursor() as cursor:
            cursor.execute(IDS, [last, CHUNK])
            ids = [row[0] for row in cursor.fetchall()]
            if not ids:
                return
            cursor.execute("SELECT leads_summarize(%s)", [ids])
        last = ids[-1]


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("leads", "0038_lead_summaries")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
