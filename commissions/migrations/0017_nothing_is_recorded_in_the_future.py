"""No row says that it was recorded later than now."""

from django.db import migrations

FORWARD = r"""
CREATE OR REPLACE FUNCTION commissions_recorded_is_past() RETURNS trigger
    LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A row can not be recorded in the future.'
        USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
END $$;
CREATE OR REPLACE TRIGGER commissions_leadprovider_recorded_is_past
    BEFORE INSERT OR UPDATE OF recorded_at ON commissions_leadprovider
    FOR EACH ROW WHEN (NEW.recorded_at > clock_timestamp() + interval '1 hour')
    EXECUTE FUNCTION commissions_recorded_is_past();
"""
BACKWARD = r"""
DROP TRIGGER commissions_leadprovider_recorded_is_past ON commissions_leadprovider;
DROP FUNCTION commissions_recorded_is_past;
"""


class Migration(migrations.Migration):
    dependencies = [("commissions", "0016_history_is_only_added_to")]

    operations = [
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
