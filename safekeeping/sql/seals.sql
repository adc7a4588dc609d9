-- Sealing rows of history and comparing them with their seals: safekeeping/seals. `table`
-- and `key` come from proved_tables.

-- name: proved_tables
-- All tables whose rows have the columns that prove them, and their primary keys.
SELECT proved.attrelid::regclass::text, quote_ident(key.attname)
FROM pg_attribute proved
JOIN pg_index ON indrelid = proved.attrelid AND indisprimary
JOIN pg_attribute key ON key.attrelid = indrelid AND key.attnum = indkey[0]
JOIN pg_class ON pg_class.oid = proved.attrelid AND relkind = 'r'
    AND relnamespace = 'public'::regnamespace
WHERE proved.attname = 'proof_xid' AND NOT proved.attisdropped
ORDER BY 1

-- name: take_up
-- Gives rows from before there were seals a salt and this transaction. Bound: how many.
UPDATE {table} stored
SET proof_salt = coalesce(proof_salt, gen_random_uuid()),
    proof_xid = pg_current_xact_id()::text::bigint
FROM (
    SELECT {key} AS id FROM {table} WHERE proof_xid IS NULL ORDER BY {key} LIMIT %s
) old
WHERE stored.{key} = old.id

-- name: part_digest
-- Over the keys and the hashes of a part of a seal.
sha256(convert_to(array_to_string(ids, ',') || ':' || array_to_string(hashes, ','), 'UTF8'))

-- name: horizon
-- The oldest transaction at work that can still add rows here, and what time it is.
-- Transactions of other databases can't. `backend_xid` is read after the snapshot was
-- taken, so a transaction in it has the number only if it is that backend's own.
SELECT least(
    (
        SELECT min(running::text::bigint) FROM pg_snapshot_xip(taken.snapshot) running
        WHERE running::xid NOT IN (
            SELECT backend_xid FROM pg_stat_activity
            WHERE datid <> taken.here AND backend_xid IS NOT NULL
            UNION ALL
            SELECT transaction FROM pg_prepared_xacts
            WHERE database <> current_database()
        )
    ),
    -- A snapshot names others only.
    pg_current_xact_id_if_assigned()::text::bigint,
    pg_snapshot_xmax(taken.snapshot)::text::bigint
), clock_timestamp()
FROM (
    SELECT pg_current_snapshot() AS snapshot, oid AS here
    FROM pg_database WHERE datname = current_database()
) taken

-- name: arrival
-- This server; and if another one made the seal, the first transaction here after the one
-- that brought the seal along: rows written here have this number or a higher one.
-- Bound: seal.
SELECT here.server, CASE
    WHEN seal.server <> here.server OR here.now < seal.to_xid
    -- `xmin` has 32 bits.
    THEN here.now - ((here.now - seal.xmin::text::bigint) & 4294967295) + 1
END
FROM (
    SELECT pg_current_xact_id()::text::bigint AS now,
        (SELECT system_identifier::text FROM pg_control_system()) AS server
) here
LEFT JOIN safekeeping_seal seal ON seal.number = %s

-- name: seal_rows
-- Writes the hashes of the rows of some transactions, in parts; with `carried_from` also
-- of all others that can't be from transactions that are under way here. Numbers of
-- several servers overlap: what seals up to `known` cover is left out. Bound: seal, table,
-- from, to, carried_from, known, size.
WITH sealed AS (
    INSERT INTO safekeeping_sealedrows (seal_id, table_name, part, ids, hashes)
    SELECT %(seal)s, %(table)s, part, array_agg(id ORDER BY place),
        array_agg(hash ORDER BY place)
    FROM (
        SELECT place, ((place - 1) / %(size)s)::int AS part, id, hash
        FROM (
            SELECT row_number() OVER (ORDER BY {key}) AS place, {key}::text AS id,
                medspa_row_hash(%(table)s, to_jsonb(stored)) AS hash
            FROM {table} stored
            WHERE (
                proof_xid >= %(from)s AND proof_xid < %(to)s
                OR %(carried_from)s::bigint IS NOT NULL AND (
                    proof_xid < %(from)s OR proof_xid >= %(carried_from)s
                    OR proof_xid >=
                        pg_snapshot_xmax(pg_current_snapshot())::text::bigint
                )
            ) AND {key}::text NOT IN (
                SELECT unnest(known.ids)
                FROM safekeeping_seal seal
                JOIN safekeeping_sealedrows known ON known.seal_id = seal.number
                WHERE %(known)s > 0 AND seal.number <= %(known)s
                    AND known.table_name = %(table)s AND (
                        seal.carried_from_xid IS NOT NULL
                        OR %(carried_from)s::bigint IS NOT NULL
                        OR seal.from_xid < %(to)s AND seal.to_xid > %(from)s
                    )
            )
        ) numbered
    ) parted
    GROUP BY part
    RETURNING table_name, part, ids, hashes
)
SELECT table_name, part, cardinality(ids), {part_digest} FROM sealed

-- name: parts_of_seals
-- The digest of each part as it is stored now. Bound: first and last seal.
SELECT seal_id, table_name, part, cardinality(ids), {part_digest}
FROM safekeeping_sealedrows WHERE seal_id BETWEEN %s AND %s
ORDER BY seal_id, table_name, part

-- name: compare
-- What differs between a table and its seals: the row's key, the seal that names it, what
-- is wrong. `arrival`: see there. Bound: table, sealed_to, arrival.
WITH leaf AS (
    SELECT one.id, one.hash, seal.number, seal.from_xid, seal.to_xid,
        seal.carried_from_xid
    FROM safekeeping_sealedrows part
    JOIN safekeeping_seal seal ON seal.number = part.seal_id
    CROSS JOIN LATERAL unnest(part.ids, part.hashes) AS one (id, hash)
    WHERE part.table_name = %(table)s
),
removed AS (
    SELECT DISTINCT one.id
    FROM medspa_historychange change CROSS JOIN LATERAL unnest(change.ids) AS one (id)
    WHERE change.table_name = %(table)s AND change.act = 'remove'
),
overwritten AS (
    SELECT change.id AS change, one.id, one.print
    FROM medspa_historychange change
    CROSS JOIN LATERAL unnest(change.ids, change.fingerprints) AS one (id, print)
    WHERE change.table_name = %(table)s AND change.act <> 'remove'
),
stored AS (
    SELECT {key}::text AS id, proof_xid AS xid, proof_change AS change,
        medspa_row_hash(%(table)s, to_jsonb(row)) AS hash,
        CASE WHEN proof_change IS NOT NULL THEN medspa_fingerprint(to_jsonb(row)) END
            AS print,
        CASE WHEN proof_change IS NULL AND proof_kept IS NOT NULL THEN
            proof_kept - 'history_user_id' <> '{{}}'
            OR to_jsonb(row) ->> 'history_user_id' IS NOT NULL
            OR EXISTS (
                SELECT FROM medspa_user WHERE proof_kept ->> 'history_user_id' = encode(
                    sha256(uuid_send(row.proof_salt)
                        || convert_to('history_user_id=' || medspa_user.id, 'UTF8')),
                    'hex'
                )
            )
        ELSE false END AS is_kept_wrongly
    FROM {table} row
),
compared AS (
    SELECT coalesce(leaf.id, stored.id) AS id, leaf.number,
        CASE
            WHEN stored.id IS NULL THEN
                CASE WHEN removed.id IS NULL THEN 'missing' END
            WHEN leaf.id IS NULL THEN
                CASE
                    WHEN stored.xid IS NULL THEN 'unproved'
                    WHEN %(arrival)s::bigint IS NOT NULL AND (
                        stored.xid >= %(sealed_to)s
                        OR stored.xid >= %(arrival)s
                            AND stored.xid <= pg_current_xact_id()::text::bigint
                    ) THEN 'carried'
                    WHEN stored.xid < %(sealed_to)s THEN 'added'
                    WHEN stored.xid > pg_current_xact_id()::text::bigint THEN 'added'
                END
            WHEN removed.id IS NOT NULL THEN 'added'
            WHEN stored.hash <> leaf.hash THEN 'changed'
            WHEN (
                stored.xid >= leaf.from_xid AND stored.xid < leaf.to_xid
                OR stored.xid >= leaf.carried_from_xid
            ) IS NOT TRUE THEN
                CASE WHEN leaf.carried_from_xid IS NULL THEN 'changed' ELSE 'added' END
            WHEN stored.is_kept_wrongly THEN 'changed'
            WHEN stored.change IS NOT NULL
                AND overwritten.print IS DISTINCT FROM stored.print THEN 'changed'
        END AS finding
    FROM leaf
    FULL JOIN stored ON stored.id = leaf.id
    LEFT JOIN removed ON removed.id = leaf.id
    LEFT JOIN overwritten
        ON overwritten.id = stored.id AND overwritten.change = stored.change
)
SELECT id, number, finding FROM compared WHERE finding IS NOT NULL
