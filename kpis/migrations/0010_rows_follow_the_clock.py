"""A clock that is set back by minutes refuses no row."""

from django.db import migrations

FORWARD = """
CREATE OR REPLACE FUNCTION kpis_follow_the_clock() RETURNS trigger
    LANGUAGE plpgsql AS $$
BEGIN
    NEW.recorded_at := (to_jsonb(NEW) ->> TG_ARGV[0])::timestamptz;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER kpis_kpievent_follow_the_clock
    BEFORE INSERT ON kpis_kpievent
    FOR EACH ROW WHEN (
        NEW.occurred_at > NEW.recorded_at + interval '1 minute'
        AND NEW.occurred_at <= NEW.recorded_at + interval '10 minutes'
    )
    EXECUTE FUNCTION kpis_follow_the_clock('occurred_at');
"""
BACKWARD = """
DROP TRIGGER kpis_kpievent_follow_the_clock ON kpis_kpievent;
DROP FUNCTION kpis_follow_the_clock;
"""


class Migration(migrations.Migration):
    dependencies = [("kpis", "0009_moments_come_from_the_databases_clock")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
