-- The application's role and the owner of the tables: safekeeping/database_roles.
-- `application` and `owner` are the names of roles, as literals.

-- name: separate
-- For a superuser, once: both roles, and everything belongs to the owner.
DO $$
DECLARE
    application constant name := {application};
    owner constant name := {owner};
    role name;
BEGIN
    FOREACH role IN ARRAY ARRAY[application, owner] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) THEN
            EXECUTE format('CREATE ROLE %I LOGIN', role);
        END IF;
    END LOOP;
    IF EXISTS (
        SELECT FROM pg_roles WHERE rolname = application AND (rolsuper OR rolcreaterole)
    ) THEN
        RAISE EXCEPTION '% may do everything. Name another role in DATABASE_URL.',
            application;
    END IF;
    IF EXISTS (
        SELECT FROM pg_shdepend
        WHERE deptype = 'o' AND refobjid = application::text::regrole AND (
            dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
            OR classid = 'pg_database'::regclass
        )
    ) THEN
        EXECUTE format('REASSIGN OWNED BY %I TO %I', application, owner);
    END IF;
    -- Who owns the database may create tables in it.
    EXECUTE format('ALTER DATABASE %I OWNER TO %I', current_database(), owner);
    REVOKE CREATE ON SCHEMA public FROM PUBLIC;
END $$;

-- name: grant
-- For the owner, after each migrate: what the application needs, and no more. Tables that
-- are only added to are known by their triggers; `emptied` are those that are built anew.
DO $$
DECLARE
    application constant name := {application};
    stored record;
BEGIN
    EXECUTE format('GRANT USAGE ON SCHEMA public TO %I', application);
    IF to_regproc('medspa_change_history') IS NOT NULL THEN
        EXECUTE format(
            'GRANT EXECUTE ON FUNCTION medspa_change_history TO %I', application
        );
    END IF;
    FOR stored IN
        SELECT oid::regclass AS name, relkind, relname = ANY ({emptied}) AS is_emptied,
            EXISTS (
                SELECT FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid
                WHERE tgrelid = pg_class.oid AND proname IN (
                    'safekeeping_history_stays', 'safekeeping_proof_stays'
                )
            ) AS is_only_added_to, (
                -- A person is removed; a row from before there were seals is taken up.
                SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute
                WHERE attrelid = pg_class.oid AND NOT attisdropped
                    AND attname IN ('history_user_id', 'proof_salt', 'proof_xid')
            ) AS may_change
        FROM pg_class
        WHERE relkind IN ('r', 'p', 'S') AND relnamespace = 'public'::regnamespace
            AND pg_has_role(relowner, 'USAGE')
    LOOP
        EXECUTE format('REVOKE ALL ON %s FROM %I', stored.name, application);
        IF stored.relkind = 'S' THEN
            EXECUTE format(
                'GRANT USAGE ON SEQUENCE %s TO %I', stored.name, application
            );
            CONTINUE;
        END IF;
        EXECUTE format('GRANT SELECT, INSERT ON %s TO %I', stored.name, application);
        IF NOT stored.is_only_added_to THEN
            EXECUTE format('GRANT UPDATE, DELETE ON %s TO %I', stored.name, application);
        ELSIF stored.may_change IS NOT NULL THEN
            EXECUTE format(
                'GRANT UPDATE (%s) ON %s TO %I',
                stored.may_change, stored.name, application
            );
        END IF;
        IF stored.is_emptied THEN
            EXECUTE format('GRANT TRUNCATE ON %s TO %I', stored.name, application);
        END IF;
        -- ANALYZE and VACUUM; older servers leave both to autovacuum.
        IF current_setting('server_version_num')::int >= 170000 THEN
            EXECUTE format('GRANT MAINTAIN ON %s TO %I', stored.name, application);
        END IF;
    END LOOP;
END $$;

-- name: owners
-- As whom this connection works, who owns the tables, and whether it could become that.
SELECT current_user::text, array_agg(DISTINCT relowner::regrole::text),
    bool_or(pg_has_role(current_user, relowner, 'MEMBER')) OR (
        SELECT rolcreaterole FROM pg_roles WHERE rolname = current_user
    )
FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace
