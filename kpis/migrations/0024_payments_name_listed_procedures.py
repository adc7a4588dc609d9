"""The procedure of a payment or a consult is one of the clinic's table."""

from django.db import migrations

BEFORE = r"""
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
AFTER = r"""
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
IS_LISTED = r"""
CREATE OR REPLACE FUNCTION kpis_procedure_is_listed() RETURNS trigger
    LANGUAGE plpgsql AS $$
DECLARE
    procedure text := CASE TG_TABLE_NAME WHEN 'kpis_kpievent'
        THEN to_jsonb(NEW) -> 'metadata_json' ->> 'procedure'
        ELSE to_jsonb(NEW) ->> 'procedure_code' END;
BEGIN
    PERFORM 1 FROM leads_procedure WHERE code = procedure;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'Choose a procedure from the list.'
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER kpis_kpievent_procedure_is_listed
    AFTER INSERT OR UPDATE OF metadata_json ON kpis_kpievent
    FOR EACH ROW WHEN (NEW.metadata_json ->> 'procedure' IS NOT NULL)
    EXECUTE FUNCTION kpis_procedure_is_listed();
CREATE OR REPLACE TRIGGER kpis_consultdetails_procedure_is_listed
    AFTER INSERT OR UPDATE OF procedure_code ON kpis_consultdetails
    FOR EACH ROW WHEN (NEW.procedure_code <> '')
    EXECUTE FUNCTION kpis_procedure_is_listed();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("kpis", "0023_index_waits_of_days"),
        ("leads", "0043_first_procedures"),
    ]

    operations = [
        migrations.RunSQL(AFTER, BEFORE),
        migrations.RunSQL(IS_LISTED, "DROP FUNCTION kpis_procedure_is_listed CASCADE"),
    ]
