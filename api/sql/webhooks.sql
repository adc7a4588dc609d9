-- The outbox of webhooks: history, which every write leaves in its own transaction.

-- name: outbox_is_new
-- Whether a transaction's row is news: it was not visible in the last snapshot that was
-- read, and is from before now. Numbers that another server gave, before a restore, are
-- above ours. The first line is for the index by transaction; the sum keeps the planner
-- from the one by moment, which leads to all that was written since the beginning.
-- Bound: seen, seen_from, begun_at.
{row}.proof_xid >= %(seen_from)s
    AND NOT pg_visible_in_snapshot({row}.proof_xid::text::xid8, %(seen)s::pg_snapshot)
    AND (
        {row}.proof_xid < pg_snapshot_xmax(pg_current_snapshot())::text::bigint
        OR {row}.proof_xid = pg_current_xact_id_if_assigned()::text::bigint
    )
    AND {row}.history_date + interval '0' >= %(begun_at)s

-- name: relay
-- Makes events of what is new in history, a delivery of each for every endpoint that
-- wants it, and returns what was read by now. Commits come in another order than the
-- numbers of transactions: so the next call reads what this one's snapshot didn't see,
-- not what is above a number. A lead's rows are written under its lock: in the order of
-- their moments they are in the order of what happened. What a row was before is found by
-- its id: without the sum, the planner may walk the primary key back instead.
-- Bound: also wait (of a lead's next event), limit (until it is given up).
WITH of_leads AS (
    SELECT CASE
            WHEN h.history_type = '+' THEN 'lead.created'
            WHEN h.deleted_at IS NOT NULL AND before.deleted_at IS NULL
                THEN CASE WHEN merge.survivor_id IS NULL THEN 'lead.deleted'
                    ELSE 'lead.merged' END
            WHEN h.deleted_at IS NULL AND before.deleted_at IS NOT NULL
                THEN 'lead.restored'
            WHEN h.deleted_at IS NULL THEN 'lead.updated'
        END AS type,
        h.id AS subject, h.id AS lead_id, h.history_date AS at, h.proof_xid AS xid,
        1 AS rank, h.history_id AS place,
        jsonb_build_object(
            'id', h.id, 'source', h.source, 'campaign_id', h.campaign_id,
            'assigned_to_id', h.assigned_to_id, 'merged_into_id', merge.survivor_id,
            'created_at', h.created_at, 'updated_at', h.updated_at,
            'deleted_at', h.deleted_at
        ) AS data
    FROM leads_leadhistory h
    LEFT JOIN LATERAL (
        SELECT p.deleted_at FROM leads_leadhistory p
        WHERE p.id = h.id AND p.history_id < h.history_id
        ORDER BY p.history_id + 0 DESC LIMIT 1
    ) before ON h.history_type = '~'
    LEFT JOIN LATERAL (
        SELECT m.survivor_id FROM leads_leadmerge m
        WHERE m.merged_id = h.id AND m.merged_at <= h.history_date
            AND (m.undone_at IS NULL OR m.undone_at > h.history_date)
        ORDER BY m.merged_at DESC LIMIT 1
    ) merge ON h.deleted_at IS NOT NULL
    WHERE {of_h} AND h.history_type IN ('+', '~')
),
of_tags AS (
    SELECT 'lead.updated', lead.id, lead.id, h.history_date, h.proof_xid, 2, h.history_id,
        jsonb_build_object(
            'id', lead.id, 'source', lead.source, 'campaign_id', lead.campaign_id,
            'assigned_to_id', lead.assigned_to_id, 'merged_into_id', NULL,
            'created_at', lead.created_at, 'updated_at', lead.updated_at,
            'deleted_at', NULL
        )
    FROM leads_leadtaghistory h
    JOIN leads_lead lead ON lead.id = h.lead_id AND lead.deleted_at IS NULL
    WHERE {of_h} AND h.history_type IN ('+', '-')
),
of_opportunities AS (
    SELECT CASE WHEN h.deleted_at IS NULL THEN 'opportunity.set'
            ELSE 'opportunity.deleted' END,
        h.id, h.lead_id, h.history_date, h.proof_xid, 2, h.history_id,
        jsonb_build_object(
            'lead_id', h.lead_id, 'expected_value_cents', h.expected_value_cents,
            'expected_date', h.expected_date
        )
    FROM leads_opportunityhistory h
    WHERE {of_h} AND h.history_type IN ('+', '~')
),
of_activities AS (
    SELECT 'activity.logged', h.id, h.lead_id, h.history_date, h.proof_xid, 3,
        h.history_id,
        jsonb_build_object(
            'id', h.id, 'lead_id', h.lead_id, 'type', h.type,
            'outcome', h.payload_json -> 'outcome', 'created_at', h.created_at
        )
    FROM leads_activityhistory h
    WHERE {of_h} AND h.history_type = '+'
        AND h.type IN ('call', 'sms_sent', 'email_sent', 'form_submit')
),
moves AS (
    -- A move that was undone is a move back.
    SELECT h.*, before.deleted_at IS NULL AND h.deleted_at IS NOT NULL AS is_undone,
        CASE WHEN h.deleted_at IS NULL THEN 'to_stage' ELSE 'from_stage' END AS to_key,
        CASE WHEN h.deleted_at IS NULL THEN 'from_stage' ELSE 'to_stage' END AS from_key
    FROM leads_activityhistory h
    LEFT JOIN LATERAL (
        SELECT p.deleted_at FROM leads_activityhistory p
        WHERE p.id = h.id AND p.history_id < h.history_id
        ORDER BY p.history_id + 0 DESC LIMIT 1
    ) before ON h.history_type = '~'
    WHERE {of_h} AND h.type = 'stage_change' AND h.history_type IN ('+', '~')
),
of_moves AS (
    SELECT 'lead.moved', m.lead_id, m.lead_id, m.history_date, m.proof_xid, 3,
        m.history_id,
        jsonb_build_object(
            'id', m.lead_id, 'stage_id', stage.id, 'stage_outcome', stage.outcome,
            'from_stage_id', m.payload_json -> m.from_key,
            'lost_reason', CASE WHEN m.is_undone THEN ''
                ELSE coalesce(m.payload_json ->> 'lost_reason', '') END,
            'at', CASE WHEN m.is_undone THEN m.history_date ELSE m.created_at END
        )
    FROM moves m
    JOIN leads_pipelinestage stage ON stage.id = m.payload_json ->> m.to_key
    WHERE m.history_type = '+' OR m.is_undone
),
events AS (
    SELECT h.*,
        h.history_type = '+' OR before.deleted_at IS NOT NULL AND h.deleted_at IS NULL
            AS is_here,
        h.history_type = '~' AND before.deleted_at IS NULL AND h.deleted_at IS NOT NULL
            AS is_gone
    FROM kpis_kpieventhistory h
    LEFT JOIN LATERAL (
        SELECT p.deleted_at FROM kpis_kpieventhistory p
        WHERE p.id = h.id AND p.history_id < h.history_id
        ORDER BY p.history_id + 0 DESC LIMIT 1
    ) before ON h.history_type = '~'
    WHERE {of_h} AND h.history_type IN ('+', '~') AND h.lead_id IS NOT NULL
),
of_payments AS (
    SELECT CASE WHEN e.is_gone THEN 'payment.voided'
            WHEN e.kind = 'invoice_paid' THEN 'payment.recorded'
            ELSE 'payment.refunded' END,
        e.id, e.lead_id, e.history_date, e.proof_xid, 4, e.history_id,
        jsonb_build_object(
            'id', e.id, 'lead_id', e.lead_id, 'kind', e.kind,
            'value_cents', e.value_cents, 'refund_of_id', e.refund_of_id,
            'occurred_at', e.occurred_at
        )
    FROM events e
    WHERE e.kind IN ('invoice_paid', 'invoice_refunded') AND (e.is_here OR e.is_gone)
),
of_bookings AS (
    SELECT CASE WHEN e.is_gone THEN 'consult.voided' ELSE 'consult.booked' END,
        e.id, e.lead_id, e.history_date, e.proof_xid, 4, e.history_id,
        jsonb_build_object(
            'id', e.id, 'lead_id', e.lead_id,
            'scheduled_for', e.metadata_json -> 'scheduled_for'
        )
    FROM events e
    WHERE e.kind = 'consult_booked' AND (e.is_here OR e.is_gone)
),
of_shows AS (
    SELECT CASE WHEN e.is_gone THEN 'consult.updated' ELSE 'consult.showed' END,
        coalesce(booking.id, e.id), e.lead_id, e.history_date, e.proof_xid, 4,
        e.history_id,
        jsonb_build_object(
            'id', booking.id, 'lead_id', e.lead_id,
            'scheduled_for', booking.metadata_json -> 'scheduled_for'
        )
    FROM events e
    LEFT JOIN LATERAL ({booking_of_show}) booking ON true
    WHERE e.kind = 'consult_show' AND (e.is_here OR e.is_gone)
),
of_details AS (
    SELECT CASE
            WHEN h.canceled_at IS NOT NULL AND before.canceled_at IS NULL
                THEN 'consult.canceled'
            WHEN h.confirmed_at IS NOT NULL AND before.confirmed_at IS NULL
                THEN 'consult.confirmed'
            ELSE 'consult.updated'
        END,
        booking.id, booking.lead_id, h.history_date, h.proof_xid, 5, h.history_id,
        jsonb_build_object(
            'id', booking.id, 'lead_id', booking.lead_id,
            'scheduled_for', booking.metadata_json -> 'scheduled_for'
        )
    FROM kpis_consultdetailshistory h
    JOIN kpis_kpievent booking ON booking.id = h.booking_id
    LEFT JOIN LATERAL (
        SELECT p.canceled_at, p.confirmed_at FROM kpis_consultdetailshistory p
        WHERE p.id = h.id AND p.history_id < h.history_id
        ORDER BY p.history_id + 0 DESC LIMIT 1
    ) before ON h.history_type = '~'
    WHERE {of_h} AND h.history_type IN ('+', '~')
),
tasks AS (
    SELECT h.*, before.done_at AS done_before, before.deleted_at AS deleted_before
    FROM leads_taskhistory h
    LEFT JOIN LATERAL (
        SELECT p.done_at, p.deleted_at FROM leads_taskhistory p
        WHERE p.id = h.id AND p.history_id < h.history_id
        ORDER BY p.history_id + 0 DESC LIMIT 1
    ) before ON h.history_type = '~'
    WHERE {of_h} AND h.history_type IN ('+', '~')
),
of_tasks AS (
    SELECT CASE
            WHEN t.history_type = '+' THEN 'task.planned'
            WHEN t.deleted_at IS NOT NULL AND t.deleted_before IS NULL
                THEN 'task.deleted'
            WHEN t.deleted_at IS NOT NULL THEN NULL
            WHEN t.deleted_before IS NOT NULL THEN 'task.planned'
            WHEN t.done_at IS NOT NULL AND t.done_before IS NULL THEN 'task.finished'
            ELSE 'task.updated'
        END,
        t.id, t.lead_id, t.history_date, t.proof_xid, 6, t.history_id,
        jsonb_build_object(
            'id', t.id, 'lead_id', t.lead_id, 'what', t.what, 'due_at', t.due_at,
            'assigned_to_id', t.assigned_to_id, 'done_at', t.done_at
        )
    FROM tasks t
),
of_no_shows AS (
    -- Marking a no-show plans this step, and nothing else.
    SELECT 'consult.no_show', coalesce(booking.id, t.id), t.lead_id, t.history_date,
        t.proof_xid, 6, t.history_id,
        jsonb_build_object(
            'id', booking.id, 'lead_id', t.lead_id,
            'scheduled_for', booking.metadata_json -> 'scheduled_for'
        )
    FROM tasks t
    LEFT JOIN LATERAL ({last_booking}) booking ON true
    WHERE t.history_type = '+' AND t.what = 'follow_up_no_show'
),
happened AS (
    SELECT * FROM of_leads
    UNION ALL SELECT * FROM of_tags
    UNION ALL SELECT * FROM of_opportunities
    UNION ALL SELECT * FROM of_activities
    UNION ALL SELECT * FROM of_moves
    UNION ALL SELECT * FROM of_payments
    UNION ALL SELECT * FROM of_bookings
    UNION ALL SELECT * FROM of_shows
    UNION ALL SELECT * FROM of_details
    UNION ALL SELECT * FROM of_tasks
    UNION ALL SELECT * FROM of_no_shows
),
compared AS (
    -- That it was updated says nothing more where the same transaction says it better.
    SELECT happened.*,
        type NOT LIKE '%%.updated' OR (
            row_number() OVER (same_type ORDER BY at DESC, rank DESC, place DESC) = 1
            AND count(*) FILTER (
                WHERE type NOT LIKE '%%.updated' AND type <> 'lead.moved'
            ) OVER (PARTITION BY xid, split_part(type, '.', 1), subject) = 0
        ) AS is_told
    FROM happened
    WINDOW same_type AS (PARTITION BY xid, type, subject)
),
made AS (
    INSERT INTO api_webhookevent (type, lead_id, data, occurred_at)
    SELECT type, lead_id, data, at FROM compared
    WHERE is_told AND type IN (
        SELECT unnest(event_types) FROM api_webhookendpoint WHERE disabled_at IS NULL
    )
    ORDER BY at, rank, place
    RETURNING id, type, lead_id
),
queued AS (
    INSERT INTO api_webhookdelivery (
        event_id, endpoint_id, lead_id, holds_until, gives_up_at
    )
    SELECT made.id, endpoint.id, made.lead_id, clock_timestamp() + %(wait)s,
        clock_timestamp() + %(limit)s
    FROM made
    JOIN api_webhookendpoint endpoint
        ON endpoint.disabled_at IS NULL AND made.type = ANY (endpoint.event_types)
    ORDER BY made.id
)
SELECT pg_current_snapshot()::text, (SELECT count(*) FROM made)

-- name: booking_of_show
-- The booking that an event `e` names; else the lead's last one.
SELECT b.id, b.metadata_json FROM kpis_kpievent b
WHERE b.kind = 'consult_booked' AND b.lead_id = e.lead_id
    AND (b.id = e.metadata_json ->> 'booking' OR b.deleted_at IS NULL)
ORDER BY b.id = e.metadata_json ->> 'booking' DESC NULLS LAST, b.occurred_at DESC, b.id DESC
LIMIT 1

-- name: last_booking
-- The last booking of the lead of a step `t`.
SELECT b.id, b.metadata_json FROM kpis_kpievent b
WHERE b.kind = 'consult_booked' AND b.lead_id = t.lead_id AND b.deleted_at IS NULL
ORDER BY b.occurred_at DESC, b.id DESC LIMIT 1

-- name: snapshot
-- What can be seen now, and the moment.
SELECT pg_current_snapshot()::text, clock_timestamp()

-- name: state_of_position
-- Whether the server counts lower than the snapshot: it is another one, where a backup was
-- restored. And whether anything is new, which takes a fifth of planning `relay`.
SELECT pg_snapshot_xmax(%(seen)s::pg_snapshot) > pg_snapshot_xmax(pg_current_snapshot()),
    EXISTS (SELECT FROM leads_leadhistory h WHERE {of_h})
    OR EXISTS (SELECT FROM leads_leadtaghistory h WHERE {of_h})
    OR EXISTS (SELECT FROM leads_opportunityhistory h WHERE {of_h})
    OR EXISTS (SELECT FROM leads_activityhistory h WHERE {of_h})
    OR EXISTS (SELECT FROM kpis_kpieventhistory h WHERE {of_h})
    OR EXISTS (SELECT FROM kpis_consultdetailshistory h WHERE {of_h})
    OR EXISTS (SELECT FROM leads_taskhistory h WHERE {of_h})

-- name: endpoints_with_work
-- Endpoints that something waits for and that may be sent to now.
SELECT endpoint.id FROM api_webhookendpoint endpoint
WHERE endpoint.disabled_at IS NULL
    AND (endpoint.slowed_until IS NULL OR endpoint.slowed_until <= clock_timestamp())
    AND EXISTS (
        SELECT FROM api_webhookdelivery one
        WHERE one.endpoint_id = endpoint.id AND one.state = 'waiting'
            AND one.next_at <= clock_timestamp()
    )

-- name: claim
-- Takes deliveries of an endpoint for one attempt, the oldest first and one a lead. A
-- worker that dies with them leaves them due again after the lease. While nothing at all
-- can be delivered, what waits holds back its lead without a limit.
-- Bound: endpoint, lease, most.
UPDATE api_webhookdelivery taken
SET next_at = clock_timestamp() + %(lease)s, attempts = taken.attempts + 1,
    last_tried_at = clock_timestamp()
FROM (
    SELECT one.id FROM api_webhookdelivery one
    JOIN api_webhookendpoint endpoint ON endpoint.id = one.endpoint_id
        AND endpoint.disabled_at IS NULL
        AND (endpoint.slowed_until IS NULL OR endpoint.slowed_until <= clock_timestamp())
    WHERE one.endpoint_id = %(endpoint)s AND one.state = 'waiting'
        AND one.next_at <= clock_timestamp()
        AND (one.lead_id = '' OR NOT EXISTS (
            SELECT FROM api_webhookdelivery earlier
            WHERE earlier.endpoint_id = one.endpoint_id AND earlier.state = 'waiting'
                AND earlier.lead_id = one.lead_id AND earlier.id < one.id
                AND (
                    earlier.holds_until > clock_timestamp()
                    OR endpoint.failing_since IS NOT NULL
                )
        ))
    ORDER BY one.id
    LIMIT %(most)s
    FOR UPDATE OF one SKIP LOCKED
) due
WHERE taken.id = due.id
RETURNING taken.id

-- name: record
-- What came of attempts, a column of values each.
UPDATE api_webhookdelivery one
SET state = said.state, answer_code = said.code, problem = said.problem,
    took_ms = said.took_ms, next_at = said.next_at, ended_at = said.ended_at
FROM unnest(
    %s::bigint[], %s::text[], %s::smallint[], %s::text[], %s::int[], %s::timestamptz[],
    %s::timestamptz[]
) AS said (id, state, code, problem, took_ms, next_at, ended_at)
WHERE one.id = said.id
