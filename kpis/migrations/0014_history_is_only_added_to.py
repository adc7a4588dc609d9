"""Nobody changes or removes the history of events."""

from django.db import migrations

STAYS = r"""
CREATE OR REPLACE FUNCTION kpis_history_stays() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE OR REPLACE TRIGGER kpis_kpieventhistory_stays
    BEFORE UPDATE OR DELETE ON kpis_kpieventhistory
    FOR EACH ROW EXECUTE FUNCTION kpis_history_stays();
"""
MAY_CHANGE = r"""
DROP TRIGGER kpis_kpieventhistory_stays ON kpis_kpieventhistory;
DROP FUNCTION kpis_history_stays;
"""


class Migration(migrations.Migration):
    dependencies = [("kpis", "0013_events_fit_together")]

    operations = [
        migrations.RunSQL(STAYS, MAY_CHANGE),
    ]
