-- Questions of the API that the ORM would write as several.

-- name: lead_states
-- The stage that each lead is in, and its tags. As querysets these two are a fifth of
-- the CPU time of a request. `leads` are rows with an id.
SELECT lead.id, period.stage_id, period.changed_at, coalesce(period.lost_reason, ''),
    ARRAY(SELECT tag_id FROM leads_leadtag WHERE lead_id = lead.id ORDER BY tag_id)
FROM {leads} AS lead (id)
LEFT JOIN leads_leadstage period
    ON period.lead_id = lead.id AND period.left_at IS NULL

-- name: lead_changes
-- The changes of leads after a place: what history has of facts, tags, expected values
-- and of the activities that moves write. A place is the number of the table and of
-- its row. Each table is read by its index on `history_date`.
SELECT history_date, place::text, lead_id FROM (
    (
        SELECT history_date, 1000000000000000 + history_id AS place, id AS lead_id
        FROM leads_leadhistory
        WHERE history_date >= %(at)s
            AND (history_date, 1000000000000000 + history_id) > (%(at)s, %(place)s::bigint)
        ORDER BY history_date, history_id LIMIT %(size)s
    )
    UNION ALL
    (
        SELECT history_date, 2000000000000000 + history_id, lead_id
        FROM leads_leadtaghistory
        WHERE history_date >= %(at)s
            AND (history_date, 2000000000000000 + history_id) > (%(at)s, %(place)s::bigint)
        ORDER BY history_date, history_id LIMIT %(size)s
    )
    UNION ALL
    (
        SELECT history_date, 3000000000000000 + history_id, lead_id
        FROM leads_activityhistory
        WHERE history_date >= %(at)s AND type = 'stage_change'
            AND (history_date, 3000000000000000 + history_id) > (%(at)s, %(place)s::bigint)
        ORDER BY history_date, history_id LIMIT %(size)s
    )
    UNION ALL
    (
        SELECT history_date, 4000000000000000 + history_id, lead_id
        FROM leads_opportunityhistory
        WHERE history_date >= %(at)s
            AND (history_date, 4000000000000000 + history_id) > (%(at)s, %(place)s::bigint)
        ORDER BY history_date, history_id LIMIT %(size)s
    )
) changes
ORDER BY history_date, place LIMIT %(size)s

-- name: settled
-- What began before this moment has ended. A minute is for clocks that differ.
SELECT least(
    now(),
    (
        SELECT min(xact_start) FROM pg_stat_activity
        WHERE datname = current_database() AND backend_type = 'client backend'
            AND pid <> pg_backend_pid()
    )
) - interval '1 minute'
