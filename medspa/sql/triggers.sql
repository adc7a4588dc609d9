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

-- name: medspa_new_id
-- An id as `medspa.ids` makes it, for lines of the audit log that the database writes.
CREATE OR REPLACE FUNCTION medspa_new_id() RETURNS text LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    digits constant text := '0123456789abcdefghijklmnopqrstuvwxyz';
    moment bigint := extract(epoch FROM clock_timestamp()) * 1000;
    random bytea := uuid_send(gen_random_uuid());
    id text := '';
BEGIN
    FOR place IN 1..8 LOOP
        id := substr(digits, (moment % 36)::int + 1, 1) || id;
        moment := moment / 36;
    END LOOP;
    FOR place IN 0..15 LOOP
        id := id || substr(digits, get_byte(random, place) % 36 + 1, 1);
    END LOOP;
    RETURN 'c' || id;
END $$;

-- name: medspa_open_columns
-- The columns of history and of the audit log that may be overwritten, in whichever table
-- they are: names, contacts, who did it and details. They are hashed one by one. A name
-- that is added here changes what older seals expect.
CREATE OR REPLACE FUNCTION medspa_open_columns() RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ARRAY[
        'address', 'content_json', 'email', 'external_id', 'first_name',
        'history_actor', 'history_change_reason', 'history_user_id', 'last_name',
        'metadata_json', 'payload_json', 'person_id', 'phone', 'username'
    ];

-- name: medspa_kept_hashes
-- The hashes of a row's open columns, each with the row's salt; those of columns that were
-- overwritten are kept in `proof_kept`. An empty column has none.
CREATE OR REPLACE FUNCTION medspa_kept_hashes(body jsonb) RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    kept jsonb := nullif(body -> 'proof_kept', 'null');
    salt bytea := uuid_send((body ->> 'proof_salt')::uuid);
    name text;
    hashes jsonb := '{}';
BEGIN
    -- Once the salt is gone, all hashes that there were are kept.
    IF salt IS NULL THEN
        RETURN coalesce(kept, '{}');
    END IF;
    FOREACH name IN ARRAY medspa_open_columns() LOOP
        IF body ->> name IS NOT NULL THEN
            hashes := hashes || jsonb_build_object(name, encode(
                sha256(salt || convert_to(name || '=' || (body ->> name), 'UTF8')),
                'hex'
            ));
        END IF;
    END LOOP;
    RETURN hashes || coalesce(kept, '{}');
END $$;

-- name: medspa_row_hash
-- SHA-256 of a row (`to_jsonb` of it in the time zone UTC): over the hashes of its open
-- columns and all other columns. It stays the same when an open column is overwritten. A
-- column that is added later, and empty, changes nothing.
CREATE OR REPLACE FUNCTION medspa_row_hash(named text, body jsonb) RETURNS bytea
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN sha256(convert_to(
        named
            || jsonb_strip_nulls(
                body - medspa_open_columns()
                - '{proof_salt,proof_xid,proof_kept,proof_change}'::text[]
            )::text
            || medspa_kept_hashes(body)::text,
        'UTF8'
    ));

-- name: medspa_fingerprint
-- SHA-256 of what the open columns of a row hold now, for rows that were overwritten. A
-- person may still be removed, whose name stays.
CREATE OR REPLACE FUNCTION medspa_fingerprint(body jsonb) RETURNS bytea
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN sha256(convert_to((
        SELECT coalesce(jsonb_object_agg(name, body -> name), '{}')
        FROM unnest(array_remove(medspa_open_columns(), 'history_user_id')) AS name
        WHERE body ->> name IS NOT NULL
    )::text, 'UTF8'));

-- name: medspa_change_history
-- The one way to change history and the audit log, for retention ('remove'), erasure
-- ('overwrite') and new keys ('reencrypt'). Runs as the owner of the tables, which alone
-- may do it, and writes what it did into medspa_historychange and the audit log.
-- `fresh` has a value for each column to overwrite, or a list with one for each id.
-- `actor` is {"person": id or null, "name": …, "address": … or null}. Returns how many rows
-- there were. docs/audit.md says more.
CREATE OR REPLACE FUNCTION medspa_change_history(
    act text, history regclass, ids text[], fresh jsonb, why text, actor jsonb
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    change bigint := nextval(pg_get_serial_sequence('medspa_historychange', 'id'));
    key text;
    key_type text;
    assignments text;
    found text[];
    prints bytea[] := '{}';
BEGIN
    SELECT quote_ident(attname), format_type(atttypid, atttypmod) INTO key, key_type
    FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = indkey[0]
    WHERE indrelid = history AND indisprimary AND EXISTS (
        SELECT FROM pg_attribute proof
        WHERE proof.attrelid = history AND proof.attname = 'proof_xid'
    );
    IF key IS NULL OR history = 'medspa_historychange'::regclass THEN
        RAISE EXCEPTION '% is no table of history.', history;
    END IF;
    PERFORM set_config('medspa.history_may_change', 'on', true);
    IF act = 'remove' THEN
        EXECUTE format(
            'WITH gone AS (DELETE FROM %s WHERE %s = ANY($1::%s[]) RETURNING %s AS id)
            SELECT array_agg(id::text ORDER BY id) FROM gone',
            history, key, key_type, key
        ) INTO found USING ids;
    ELSE
        IF EXISTS (
            SELECT FROM jsonb_object_keys(fresh) AS name
            WHERE name <> ALL(medspa_open_columns())
        ) THEN
            RAISE EXCEPTION 'Only names, contacts and details can be overwritten.';
        END IF;
        SELECT string_agg(format(
            CASE jsonb_typeof(fresh -> attname)
                WHEN 'array' THEN '%I = ($3 -> %L ->> (given.place - 1)::int)::%s'
                ELSE '%I = ($3 ->> %L)::%s'
            END, attname, attname, format_type(atttypid, atttypmod)
        ), ', ') INTO assignments
        FROM pg_attribute WHERE attrelid = history AND fresh ? attname;
        EXECUTE format(
            'UPDATE %s AS stored SET proof_kept = medspa_kept_hashes(to_jsonb(stored)),
            proof_salt = NULL, proof_change = $2, %s
            FROM unnest($1::%s[]) WITH ORDINALITY AS given (id, place)
            WHERE stored.%s = given.id',
            history, assignments, key_type, key
        ) USING ids, change, fresh;
        EXECUTE format(
            'SELECT array_agg(%s::text ORDER BY %s),
            array_agg(medspa_fingerprint(to_jsonb(stored)) ORDER BY %s)
            FROM %s AS stored WHERE %s = ANY($1::%s[]) AND proof_change = $2',
            key, key, key, history, key, key_type
        ) INTO found, prints USING ids, change;
    END IF;
    PERFORM set_config('medspa.history_may_change', 'off', true);
    IF found IS NULL THEN
        RETURN 0;
    END IF;
    INSERT INTO medspa_historychange (id, act, table_name, ids, fingerprints, why)
    VALUES (change, act, history::text, found, prints, why);
    INSERT INTO medspa_auditevent (
        id, kind, person_id, name, address, subject_type, subject_id, details
    ) VALUES (
        medspa_new_id(), 'history_changed', actor ->> 'person', actor ->> 'name',
        (actor ->> 'address')::inet, 'medspa.historychange', change,
        jsonb_build_object(
            'act', act, 'table', history::text, 'rows', cardinality(found), 'why', why
        )
    );
    RETURN cardinality(found);
END $$;
REVOKE ALL ON FUNCTION medspa_change_history FROM PUBLIC;
