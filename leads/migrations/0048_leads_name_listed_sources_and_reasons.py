"""A lead's source and why it was lost are rows of the clinic's lists."""

from django.db import migrations, models

from medspa.lists.constraints import CodeIsListed

BEFORE = r"""
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
AFTER = r"""
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
IS_LISTED = r"""
CREATE OR REPLACE FUNCTION leads_reason_is_listed() RETURNS trigger
    LANGUAGE plpgsql AS $$
DECLARE
    reason text := CASE TG_TABLE_NAME WHEN 'leads_leadstage'
        THEN to_jsonb(NEW) ->> 'lost_reason'
        ELSE to_jsonb(NEW) -> 'payload_json' ->> 'lost_reason' END;
BEGIN
    PERFORM 1 FROM leads_leadlostreason WHERE code = reason;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'Choose a reason from the list.'
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER leads_leadstage_lost_reason_is_listed
    AFTER INSERT OR UPDATE OF lost_reason ON leads_leadstage
    FOR EACH ROW WHEN (NEW.lost_reason <> '')
    EXECUTE FUNCTION leads_reason_is_listed();
CREATE OR REPLACE TRIGGER leads_activity_lost_reason_is_listed
    AFTER INSERT OR UPDATE OF payload_json ON leads_activity
    FOR EACH ROW WHEN (NEW.payload_json ->> 'lost_reason' IS NOT NULL)
    EXECUTE FUNCTION leads_reason_is_listed();
"""


class Migration(migrations.Migration):
    dependencies = [("leads", "0047_first_sources_and_lost_reasons")]

    operations = [
        migrations.AlterField(
            model_name="lead",
            name="source",
            field=models.CharField(default="other", max_length=20),
        ),
        migrations.AlterField(
            model_name="leadhistory",
            name="source",
            field=models.CharField(default="other", max_length=20),
        ),
        migrations.AlterField(
            model_name="leadstage",
            name="lost_reason",
            field=models.CharField(blank=True, max_length=20, verbose_name="reason"),
        ),
        migrations.AlterField(
            model_name="bulkrun",
            name="lost_reason",
            field=models.CharField(blank=True, max_length=20),
        ),
        # Of new rows at once, of all by the next migration: that holds up nobody.
        migrations.AddConstraint(
            model_name="lead",
            constraint=CodeIsListed(
                field="source",
                name="leads_lead_source_is_listed",
                to="leads.LeadSource",
                violation_error_message="Choose a source from the list.",
            ),
        ),
        migrations.RemoveConstraint(
            model_name="lead", name="leads_lead_source_is_known"
        ),
        migrations.RunSQL(AFTER, BEFORE),
        migrations.RunSQL(IS_LISTED, "DROP FUNCTION leads_reason_is_listed CASCADE"),
        migrations.RemoveConstraint(
            model_name="leadstage", name="leads_leadstage_lost_reason_is_known"
        ),
    ]
