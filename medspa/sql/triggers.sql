-- The functions and triggers of medspa, as they stand after all migrations.
-- docs/decisions/0013-triggers-in-sql-files.md says how to change one.

-- name: medspa_end_sessions
-- Whoever is shut out, or gets or loses a role, is signed out everywhere: sessions that
-- began before `sessions_ended_at` are over. Triggers, so that no way to change a person
-- leaves a session open. A save that carries an older value doesn't bring it back.
CREATE OR REPLACE FUNCTION medspa_end_sessions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'medspa_user_groups' THEN
        UPDATE medspa_user SET sessions_ended_at = clock_timestamp()
        WHERE id = CASE TG_OP WHEN 'DELETE' THEN OLD.user_id ELSE NEW.user_id END;
        RETURN NULL;
    END IF;
    NEW.sessions_ended_at := greatest(NEW.sessions_ended_at, OLD.sessions_ended_at);
    IF (NEW.is_active, NEW.is_staff, NEW.is_superuser)
        IS DISTINCT FROM (OLD.is_active, OLD.is_staff, OLD.is_superuser)
    THEN
        NEW.sessions_ended_at := clock_timestamp();
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER medspa_user_end_sessions
    BEFORE UPDATE ON medspa_user
    FOR EACH ROW EXECUTE FUNCTION medspa_end_sessions();
CREATE OR REPLACE TRIGGER medspa_user_groups_end_sessions
    AFTER INSERT OR DELETE ON medspa_user_groups
    FOR EACH ROW EXECUTE FUNCTION medspa_end_sessions();

-- name: medspa_history_stays
-- History is only added to, whoever writes: it says what was. What may go is the person
-- behind a row, who may be removed.
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
CREATE OR REPLACE TRIGGER medspa_clinichistory_stays
    BEFORE UPDATE OR DELETE ON medspa_clinichistory
    FOR EACH ROW EXECUTE FUNCTION medspa_history_stays();
