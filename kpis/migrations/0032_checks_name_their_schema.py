"""Checks name the schema of what they ask: a dump is loaded without a search path.

Loading one by pg_dump refused every row of the table before, or left it out.
"""

from django.db import migrations

METADATA_FITS_BEFORE = r"""
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
            leads_json_text(details -> 'procedure', '^[A-Z][A-Z0-9]{1,9}$')
            AND leads_json_text(details -> 'category',
                '^(service|retail|membership|deposit)$')
            AND coalesce((details -> 'cost_cents')::text, 'null')
                ~ '^(null|[0-9]{1,10}|10000000000)$'
        ELSE true END
$$;
"""
METADATA_FITS = r"""
CREATE OR REPLACE FUNCTION kpis_metadata_fits(kind varchar, details jsonb)
    RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE kind
        WHEN 'ad_click' THEN
            public.leads_json_text(details -> 'click_id', '^[A-Za-z0-9._-]{1,200}$')
        WHEN 'consult_booked' THEN
            public.leads_json_text(details -> 'stay', '^[A-Za-z0-9]{1,25}$')
            AND public.leads_json_text(details -> 'scheduled_for', '')
            AND (details ->> 'scheduled_for' IS NULL
                OR public.leads_is_moment(details ->> 'scheduled_for'))
        WHEN 'consult_show' THEN
            public.leads_json_text(details -> 'stay', '^[A-Za-z0-9]{1,25}$')
            AND public.leads_json_text(details -> 'booking', '^[A-Za-z0-9]{1,25}$')
        WHEN 'invoice_paid' THEN
            public.leads_json_text(details -> 'procedure', '^[A-Z][A-Z0-9]{1,9}$')
            AND public.leads_json_text(details -> 'category',
                '^(service|retail|membership|deposit)$')
            AND coalesce((details -> 'cost_cents')::text, 'null')
                ~ '^(null|[0-9]{1,10}|10000000000)$'
        ELSE true END
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("kpis", "0031_rollups_know_their_layout")]

    operations = [migrations.RunSQL(METADATA_FITS, METADATA_FITS_BEFORE)]
