"""No lead is created in the future, and nobody changes the history of leads."""

from django.db import migrations

IS_PAST = r"""
CREATE OR REPLACE FUNCTION leads_lead_is_past() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.created_at > clock_timestamp() + interval '1 hour' THEN
        RAISE EXCEPTION 'A lead can not be created in the future.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'leads_lead_is_past';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER leads_lead_is_past
    BEFORE INSERT OR UPDATE OF created_at ON leads_lead
    FOR EACH ROW EXECUTE FUNCTION leads_lead_is_past();
"""
STAYS = r"""
CREATE OR REPLACE FUNCTION leads_history_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF coalesce(NEW.history_user_id = OLD.history_user_id,
                NEW.history_user_id IS NULL)
            AND to_jsonb(NEW) - '{history_user_id,email,phone}'::text[]
                = to_jsonb(OLD) - '{history_user_id,email,phone}'::text[]
        THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'History is never changed.'
        USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
END $$;
CREATE OR REPLACE TRIGGER leads_leadhistory_stays
    BEFORE UPDATE OR DELETE ON leads_leadhistory
    FOR EACH ROW EXECUTE FUNCTION leads_history_stays();
CREATE OR REPLACE TRIGGER leads_contactpointhistory_stays
    BEFORE UPDATE OR DELETE ON leads_contactpointhistory
    FOR EACH ROW EXECUTE FUNCTION leads_history_stays();
CREATE OR REPLACE TRIGGER leads_activityhistory_stays
    BEFORE UPDATE OR DELETE ON leads_activityhistory
    FOR EACH ROW EXECUTE FUNCTION leads_history_stays();
CREATE OR REPLACE TRIGGER leads_opportunityhistory_stays
    BEFORE UPDATE OR DELETE ON leads_opportunityhistory
    FOR EACH ROW EXECUTE FUNCTION leads_history_stays();
CREATE OR REPLACE TRIGGER leads_savedviewhistory_stays
    BEFORE UPDATE OR DELETE ON leads_savedviewhistory
    FOR EACH ROW EXECUTE FUNCTION leads_history_stays();
CREATE OR REPLACE TRIGGER leads_taghistory_stays
    BEFORE UPDATE OR DELETE ON leads_taghistory
    FOR EACH ROW EXECUTE FUNCTION leads_history_stays();
CREATE OR REPLACE TRIGGER leads_leadtaghistory_stays
    BEFORE UPDATE OR DELETE ON leads_leadtaghistory
    FOR EACH ROW EXECUTE FUNCTION leads_history_stays();
CREATE OR REPLACE TRIGGER leads_pipelinestagehistory_stays
    BEFORE UPDATE OR DELETE ON leads_pipelinestagehistory
    FOR EACH ROW EXECUTE FUNCTION leads_history_stays();
CREATE OR REPLACE TRIGGER leads_taskhistory_stays
    BEFORE UPDATE OR DELETE ON leads_taskhistory
    FOR EACH ROW EXECUTE FUNCTION leads_history_stays();
"""
MAY_CHANGE = r"""
DROP TRIGGER leads_leadhistory_stays ON leads_leadhistory;
DROP TRIGGER leads_contactpointhistory_stays ON leads_contactpointhistory;
DROP TRIGGER leads_activityhistory_stays ON leads_activityhistory;
DROP TRIGGER leads_opportunityhistory_stays ON leads_opportunityhistory;
DROP TRIGGER leads_savedviewhistory_stays ON leads_savedviewhistory;
DROP TRIGGER leads_taghistory_stays ON leads_taghistory;
DROP TRIGGER leads_leadtaghistory_stays ON leads_leadtaghistory;
DROP TRIGGER leads_pipelinestagehistory_stays ON leads_pipelinestagehistory;
DROP TRIGGER leads_taskhistory_stays ON leads_taskhistory;
DROP FUNCTION leads_history_stays;
"""


class Migration(migrations.Migration):
    dependencies = [("leads", "0030_payloads_have_their_types")]

    operations = [
        migrations.RunSQL(IS_PAST, "DROP FUNCTION leads_lead_is_past CASCADE"),
        migrations.RunSQL(STAYS, MAY_CHANGE),
    ]
