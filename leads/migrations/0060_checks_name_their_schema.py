"""Checks name the schema of what they ask: a dump is loaded without a search path.

Loading one by pg_dump refused every row of the table before, or left it out.
"""

from django.db import migrations

MESSAGE_FITS_BEFORE = r"""
CREATE OR REPLACE FUNCTION leads_message_fits(details jsonb)
    RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(jsonb_typeof(details -> 'automated'), 'boolean') = 'boolean'
        AND leads_json_text(details -> 'template', '^[a-z0-9][a-z0-9_-]{0,49}$')
        AND leads_json_text(details -> 'outcome', '^(sent|replied|bounced|opted_out)$')
$$;
"""
MESSAGE_FITS = r"""
CREATE OR REPLACE FUNCTION leads_message_fits(details jsonb)
    RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(jsonb_typeof(details -> 'automated'), 'boolean') = 'boolean'
        AND public.leads_json_text(details -> 'template', '^[a-z0-9][a-z0-9_-]{0,49}$')
        AND public.leads_json_text(details -> 'outcome', '^(sent|replied|bounced|opted_out)$')
$$;
"""

PAYLOAD_FITS_BEFORE = r"""
CREATE OR REPLACE FUNCTION leads_payload_fits(type varchar, details jsonb)
    RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE type
        WHEN 'call' THEN
            coalesce(jsonb_typeof(details -> 'automated'), 'boolean') = 'boolean'
            AND coalesce(details -> 'direction' IN ('"outbound"', '"inbound"'), true)
            AND leads_json_text(details -> 'outcome', '^(answered|no_answer|voicemail'
                || '|busy|call_back|booked|not_interested|wrong_number)$')
            AND coalesce((details -> 'duration_seconds')::text, 'null')
                ~ '^(null|[0-9]{1,4}|[0-7][0-9]{4}|8[0-5][0-9]{3}|86[0-3][0-9]{2}|86400)$'
        WHEN 'form_submit' THEN
            leads_json_text(details -> 'form', '^[a-z0-9][a-z0-9_-]{0,49}$')
        WHEN 'stage_change' THEN
            leads_json_text(details -> 'from_stage', '^[A-Za-z0-9]{1,25}$')
            AND details ->> 'to_stage' IS NOT NULL
            AND leads_json_text(details -> 'to_stage', '^[A-Za-z0-9]{1,25}$')
            AND leads_json_text(details -> 'lost_reason', '^[a-z][a-z0-9_]{0,19}$')
        WHEN 'tag_added' THEN
            details ->> 'tag' IS NOT NULL
            AND leads_json_text(details -> 'tag', '^[A-Za-z0-9]{1,25}$')
        WHEN 'sms_sent' THEN leads_message_fits(details)
        WHEN 'email_sent' THEN leads_message_fits(details)
        ELSE true END
$$;
"""
PAYLOAD_FITS = r"""
CREATE OR REPLACE FUNCTION leads_payload_fits(type varchar, details jsonb)
    RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE type
        WHEN 'call' THEN
            coalesce(jsonb_typeof(details -> 'automated'), 'boolean') = 'boolean'
            AND coalesce(details -> 'direction' IN ('"outbound"', '"inbound"'), true)
            AND public.leads_json_text(details -> 'outcome', '^(answered|no_answer|voicemail'
                || '|busy|call_back|booked|not_interested|wrong_number)$')
            AND coalesce((details -> 'duration_seconds')::text, 'null')
                ~ '^(null|[0-9]{1,4}|[0-7][0-9]{4}|8[0-5][0-9]{3}|86[0-3][0-9]{2}|86400)$'
        WHEN 'form_submit' THEN
            public.leads_json_text(details -> 'form', '^[a-z0-9][a-z0-9_-]{0,49}$')
        WHEN 'stage_change' THEN
            public.leads_json_text(details -> 'from_stage', '^[A-Za-z0-9]{1,25}$')
            AND details ->> 'to_stage' IS NOT NULL
            AND public.leads_json_text(details -> 'to_stage', '^[A-Za-z0-9]{1,25}$')
            AND public.leads_json_text(details -> 'lost_reason', '^[a-z][a-z0-9_]{0,19}$')
        WHEN 'tag_added' THEN
            details ->> 'tag' IS NOT NULL
            AND public.leads_json_text(details -> 'tag', '^[A-Za-z0-9]{1,25}$')
        WHEN 'sms_sent' THEN public.leads_message_fits(details)
        WHEN 'email_sent' THEN public.leads_message_fits(details)
        ELSE true END
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("leads", "0059_kept_plan_of_summaries")]

    operations = [
        migrations.RunSQL(MESSAGE_FITS, MESSAGE_FITS_BEFORE),
        migrations.RunSQL(PAYLOAD_FITS, PAYLOAD_FITS_BEFORE),
    ]
