"""The check of an event's details isn't planned anew by each statement."""

from django.db import migrations

BEFORE = r"""
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
AFTER = r"""
CREATE OR REPLACE FUNCTION kpis_metadata_fits(kind varchar, details jsonb)
    RETURNS boolean LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    RETURN CASE kind
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
        ELSE true END;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("kpis", "0032_checks_name_their_schema")]

    operations = [migrations.RunSQL(AFTER, BEFORE)]
