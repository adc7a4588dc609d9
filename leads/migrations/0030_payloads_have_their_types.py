"""The details of activities have the types of their schema, whoever writes."""

from django.db import migrations, models

import medspa.json_shapes

TEXT = r"""
CREATE OR REPLACE FUNCTION leads_json_text(value jsonb, pattern text)
    RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE coalesce(jsonb_typeof(value), 'null')
        WHEN 'null' THEN true
        WHEN 'string' THEN value #>> '{}' ~ pattern
        ELSE false END
$$;
"""
MOMENT = r"""
CREATE OR REPLACE FUNCTION leads_is_moment(value text)
    RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN value ~ (
            '^(19|2[0-9])[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])'
            || '[Tt ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?'
            || '([Zz]|[+-](0[0-9]|1[0-4]):?[0-5][0-9])$'
        )
        THEN substr(value, 9, 2)::integer <= extract(day FROM
            make_date(substr(value, 1, 4)::integer, substr(value, 6, 2)::integer, 1)
                + interval '1 month' - interval '1 day')
        ELSE false END
$$;
"""
MESSAGE = r"""
CREATE OR REPLACE FUNCTION leads_message_fits(details jsonb)
    RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(jsonb_typeof(details -> 'automated'), 'boolean') = 'boolean'
        AND leads_json_text(details -> 'template', '^[a-z0-9][a-z0-9_-]{0,49}$')
        AND leads_json_text(details -> 'outcome', '^(sent|replied|bounced|opted_out)$')
$$;
"""
FITS = r"""
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
            AND leads_json_text(details -> 'lost_reason', '^(price|no_response'
                || '|competitor|timing|not_a_fit|changed_mind|no_show|duplicate|spam)$')
        WHEN 'tag_added' THEN
            details ->> 'tag' IS NOT NULL
            AND leads_json_text(details -> 'tag', '^[A-Za-z0-9]{1,25}$')
        WHEN 'sms_sent' THEN leads_message_fits(details)
        WHEN 'email_sent' THEN leads_message_fits(details)
        ELSE true END
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("leads", "0029_check_names_and_ids")]

    operations = [
        migrations.RunSQL(TEXT, "DROP FUNCTION leads_json_text(jsonb, text)"),
        migrations.RunSQL(MOMENT, "DROP FUNCTION leads_is_moment(text)"),
        migrations.RunSQL(MESSAGE, "DROP FUNCTION leads_message_fits(jsonb)"),
        migrations.RunSQL(FITS, "DROP FUNCTION leads_payload_fits(varchar, jsonb)"),
        migrations.AddConstraint(
            model_name="activity",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    medspa.json_shapes.FitsShape(
                        "leads_payload_fits", "type", "payload_json"
                    )
                ),
                name="leads_activity_payload_has_its_types",
                violation_error_message=(
                    "The details hold something that can't be read."
                ),
            ),
        ),
    ]
