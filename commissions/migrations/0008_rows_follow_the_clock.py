"""A clock that is set back by minutes refuses no row."""

from django.db import migrations

FORWARD = """
CREATE OR REPLACE FUNCTION commissions_follow_the_clock() RETURNS trigger
    LANGUAGE plpgsql AS $$
BEGIN
    NEW.recorded_at := (to_jsonb(NEW) ->> TG_ARGV[0])::timestamptz;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER commissions_leadprovider_follow_the_clock
    BEFORE INSERT ON commissions_leadprovider
    FOR EACH ROW WHEN (
        NEW.chosen_at > NEW.recorded_at + interval '1 minute'
        AND NEW.chosen_at <= NEW.recorded_at + interval '10 minutes'
    )
    EXECUTE FUNCTION commissions_follow_the_clock('chosen_at');
"""
BACKWARD = """
DROP TRIGGER commissions_leadprovider_follow_the_clock ON commissions_leadprovider;
DROP FUNCTION commissions_follow_the_clock;
"""


class Migration(migrations.Migration):
    dependencies = [("commissions", "0007_moments_come_from_the_databases_clock")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
