"""The leftmost open stage is where new leads started until now."""

from django.db import migrations

NAME_ENTRY = """
UPDATE leads_pipelinestage SET is_entry = true WHERE id = (
    SELECT id FROM leads_pipelinestage
    WHERE outcome = 'open' AND deleted_at IS NULL ORDER BY "order" LIMIT 1
) AND NOT EXISTS (SELECT FROM leads_pipelinestage WHERE is_entry)
"""


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0017_stages_have_an_entry"),
    ]

    operations = [
        migrations.RunSQL(NAME_ENTRY, migrations.RunSQL.noop),
    ]
