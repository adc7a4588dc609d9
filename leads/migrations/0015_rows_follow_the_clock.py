"""A clock that is set back by minutes refuses no row."""

from django.db import migrations

FORWARD = """
CREATE OR REPLACE FUNCTION leads_follow_the_clock() RETURNS trigger
    LANGUAGE plpgsql AS $$
BEGIN
    NEW.recorded_at := (to_jsonb(NEW) ->> TG_ARGV[0])::timestamptz;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER leads_activity_follow_the_clock
    BEFORE INSERT ON leads_activity
    FOR EACH ROW WHEN (
        NEW.created_at > NEW.recorded_at + interval '1 minute'
        AND NEW.created_at <= NEW.recorded_at + interval '10 minutes'
    )
    EXECUTE FUNCTION leads_follow_the_clock('created_at');
CREATE OR REPLACE TRIGGER leads_leadstage_follow_the_clock
    BEFORE INSERT ON leads_leadstage
    FOR EACH ROW WHEN (
        NEW.changed_at > NEW.recorded_at + interval '1 minute'
        AND NEW.changed_at <= NEW.recorded_at + interval '10 minutes'
    )
    EXECUTE FUNCTION leads_follow_the_clock('changed_at');
"""
BACKWARD = """
DROP TRIGGER leads_activity_follow_the_clock ON leads_activity;
DROP TRIGGER leads_leadstage_follow_the_clock ON leads_leadstage;
DROP FUNCTION leads_follow_the_clock;
"""


class Migration(migrations.Migration):
    dependencies = [("leads", "0014_moments_come_from_the_databases_clock")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
