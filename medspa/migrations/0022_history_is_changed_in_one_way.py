"""Functions that hash rows of history, and the one that may change them."""

from django.db import migrations

FORWARD = r"""
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
CREATE OR REPLACE FUNCTION medspa_open_columns() RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ARRAY[
        'address', 'content_json', 'email', 'external_id', 'first_name',
        'history_actor', 'history_change_reason', 'history_user_id', 'last_name',
        'metadata_json', 'payload_json', 'person_id', 'phone', 'username'
    ];
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
CREATE OR REPLACE FUNCTION medspa_fingerprint(body jsonb) RETURNS bytea
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN sha256(convert_to((
        SELECT coalesce(jsonb_object_agg(name, body -> name), '{}')
        FROM unnest(medspa_open_columns()) AS name
        WHERE body ->> name IS NOT NULL
    )::text, 'UTF8'));
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
"""
BACKWARD = r"""
DROP FUNCTION medspa_change_history;
DROP FUNCTION medspa_fingerprint;
DROP FUNCTION medspa_row_hash;
DROP FUNCTION medspa_kept_hashes;
DROP FUNCTION medspa_open_columns;
DROP FUNCTION medspa_new_id;
"""


class Migration(migrations.Migration):
    dependencies = [("medspa", "0021_changes_of_history")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
