"""Nobody changes or removes the history of campaigns and their spend."""

from django.db import migrations

STAYS = r"""
CREATE OR REPLACE FUNCTION campaigns_history_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF coalesce(NEW.history_user_id = OLD.history_user_id,
                NEW.history_user_id IS NULL)
            AND to_jsonb(NEW) - '{history_user_id}'::text[]
                = to_jsonb(OLD) - '{history_user_id}'::text[]
        THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'History is never changed.'
        USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
END $$;
CREATE OR REPLACE TRIGGER campaigns_campaignhistory_stays
    BEFORE UPDATE OR DELETE ON campaigns_campaignhistory
    FOR EACH ROW EXECUTE FUNCTION campaigns_history_stays();
CREATE OR REPLACE TRIGGER campaigns_campaignaliashistory_stays
    BEFORE UPDATE OR DELETE ON campaigns_campaignaliashistory
    FOR EACH ROW EXECUTE FUNCTION campaigns_history_stays();
CREATE OR REPLACE TRIGGER campaigns_campaignspendhistory_stays
    BEFORE UPDATE OR DELETE ON campaigns_campaignspendhistory
    FOR EACH ROW EXECUTE FUNCTION campaigns_history_stays();
"""
MAY_CHANGE = r"""
DROP TRIGGER campaigns_campaignhistory_stays ON campaigns_campaignhistory;
DROP TRIGGER campaigns_campaignaliashistory_stays ON campaigns_campaignaliashistory;
DROP TRIGGER campaigns_campaignspendhistory_stays ON campaigns_campaignspendhistory;
DROP FUNCTION campaigns_history_stays;
"""


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0007_ranges_of_spend_do_not_overlap")]

    operations = [
        migrations.RunSQL(STAYS, MAY_CHANGE),
    ]
