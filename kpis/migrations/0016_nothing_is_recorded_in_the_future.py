"""No row says that it was recorded later than now."""

from django.db import migrations

FORWARD = r"""
CREATE OR REPLACE FUNCTION kpis_recorded_is_past() RETURNS trigger
    LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A row can not be recorded in the future.'
        USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
END $$;
CREATE OR REPLACE TRIGGER kpis_kpievent_recorded_is_past
    BEFORE INSERT OR UPDATE OF recorded_at ON kpis_kpievent
    FOR EACH ROW WHEN (NEW.recorded_at > clock_timestamp() + interval '1 hour')
    EXECUTE FUNCTION kpis_recorded_is_past();
"""
BACKWARD = r"""
DROP TRIGGER kpis_kpievent_recorded_is_past ON kpis_kpievent;
DROP FUNCTION kpis_recorded_is_past;
"""


class Migration(migrations.Migration):
    dependencies = [("kpis", "0015_time_of_day_may_be_unknown")]

    operations = [
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
