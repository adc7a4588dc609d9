"""Nobody changes or removes the history of people."""

from django.db import migrations

FORWARD = r"""
CREATE OR REPLACE FUNCTION medspa_history_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF (to_jsonb(NEW) -> 'history_user_id') IN
                (to_jsonb(OLD) -> 'history_user_id', 'null')
            AND to_jsonb(NEW) - 'history_user_id' = to_jsonb(OLD) - 'history_user_id'
        THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'History is never changed.'
        USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
END $$;
CREATE OR REPLACE TRIGGER medspa_userhistory_stays
    BEFORE UPDATE OR DELETE ON medspa_userhistory
    FOR EACH ROW EXECUTE FUNCTION medspa_history_stays();
CREATE OR REPLACE TRIGGER medspa_user_groupshistory_stays
    BEFORE UPDATE OR DELETE ON medspa_user_groupshistory
    FOR EACH ROW EXECUTE FUNCTION medspa_history_stays();
"""
BACKWARD = r"""
DROP TRIGGER medspa_userhistory_stays ON medspa_userhistory;
DROP TRIGGER medspa_user_groupshistory_stays ON medspa_user_groupshistory;
DROP FUNCTION medspa_history_stays;
"""


class Migration(migrations.Migration):
    dependencies = [("medspa", "0008_sessions_end")]

    operations = [
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
