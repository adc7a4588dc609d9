"""The details of events have the types of their schema, whoever writes."""

from django.db import migrations, models

import medspa.json_shapes

FITS = r"""
CREATE OR REPLACE FUNCTION kpis_metadata_fits(kind varchar, details jsonb)
    RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE kind
        WHEN 'ad_click' THEN
            leads_json_text(details -> 'click_id', '^[A-Za-z0-9._-]{1,200}$')
        WHEN 'consult_booked' THEN
            leads_json_text(details -> 'stay', '^[A-Za-z0-9]{1,25}$')
            AND leads_json_text(details -> 'scheduled_for', '')
            AND (details ->> 'scheduled_for' IS NULL
                OR leads_is_moment(details ->> 'scheduled_for'))
        WHEN 'consult_show' THEN
            leads_json_text(details -> 'stay', '^[A-Za-z0-9]{1,25}$')
            AND leads_json_text(details -> 'booking', '^[A-Za-z0-9]{1,25}$')
        WHEN 'invoice_paid' THEN
            leads_json_text(details -> 'procedure',
                '^(BTX|FILLER|LASER|RHINO|BREAST|TUMMY|FACE)$')
            AND leads_json_text(details -> 'category',
                '^(service|retail|membership|deposit)$')
            AND coalesce((details -> 'cost_cents')::text, 'null')
                ~ '^(null|[0-9]{1,10}|10000000000)$'
        ELSE true END
$$;
"""
CLEAN = r"""
-- A date that nobody could read is no date: the consult was booked without one.
UPDATE kpis_kpievent SET metadata_json = metadata_json - 'scheduled_for'
WHERE kind = 'consult_booked' AND metadata_json ->> 'scheduled_for' IS NOT NULL
    AND NOT leads_is_moment(metadata_json ->> 'scheduled_for')
"""


class Migration(migrations.Migration):
    dependencies = [
        ("kpis", "0011_backfilled_leads_have_no_waits"),
        ("leads", "0030_payloads_have_their_types"),
    ]

    operations = [
        migrations.RunSQL(FITS, "DROP FUNCTION kpis_metadata_fits(varchar, jsonb)"),
        migrations.RunSQL(CLEAN, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="kpievent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    medspa.json_shapes.FitsShape(
                        "kpis_metadata_fits", "kind", "metadata_json"
                    )
                ),
                name="kpis_kpievent_metadata_has_its_types",
                violation_error_message=(
                    "The details hold something that can't be read."
                ),
            ),
        ),
    ]
