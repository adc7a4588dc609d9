"""No row says that it was recorded later than now."""

from django.db import migrations

FORWARD = r"""
CREATE OR REPLACE FUNCTION leads_recorded_is_past() RETURNS trigger
    LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A row can not be recorded in the future.'
        USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
END $$;
CREATE OR REPLACE TRIGGER leads_activity_recorded_is_past
    BEFORE INSERT OR UPDATE OF recorded_at ON leads_activity
    FOR EACH ROW WHEN (NEW.recorded_at > clock_timestamp() + interval '1 hour')
    EXECUTE FUNCTION leads_recorded_is_past();
CREATE OR REPLACE TRIGGER leads_leadstage_recorded_is_past
    BEFORE INSERT OR UPDATE OF recorded_at ON leads_leadstage
    FOR EACH ROW WHEN (NEW.recorded_at > clock_timestamp() + interval '1 hour')
    EXECUTE FUNCTION leads_recorded_is_past();
"""
BACKWARD = r"""
DROP TRIGGER leads_activity_recorded_is_past ON leads_activity;
DROP TRIGGER leads_leadstage_recorded_is_past ON leads_leadstage;
DROP FUNCTION leads_recorded_is_past;
"""


class Migration(migrations.Migration):
    dependencies = [("leads", "0032_time_of_day_may_be_unknown")]

    operations = [
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
