"""What was entered for a month covers the days of that month."""

from django.db import migrations

FILL = """
UPDATE {table} SET to_on = (from_on + interval '1 month' - interval '1 day')::date
"""


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0005_spend_has_days")]

    operations = [
        migrations.RunSQL(FILL.format(table=table), migrations.RunSQL.noop)
        for table in ("campaigns_campaignspend", "campaigns_campaignspendhistory")
    ]
