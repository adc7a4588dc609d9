-- What is over, oldest first: `moment` and `id` of rows behind the cursor.
-- Bound: cutoff, after_at, after_id, at_once and held, the leads under a legal hold; of
-- large tables also `looked`, how many rows one chunk looks through.
-- Chunks are read in the order of an index (`in_order` in retention/due.py).

-- name: first_touches
-- Whether an activity is the first touch of its lead, or the first by a person: what the
-- figures of speed to lead are counted from.
{is_touch} AND (
    NOT EXISTS (
        SELECT FROM leads_activity earlier
        WHERE earlier.lead_id = lead.id AND earlier.created_at >= lead.created_at
            AND (earlier.created_at, earlier.id) < (activity.created_at, activity.id)
            AND {earlier_is_touch}
    )
    OR {by_person} AND NOT EXISTS (
        SELECT FROM leads_activity earlier
        WHERE earlier.lead_id = lead.id AND earlier.created_at >= lead.created_at
            AND (earlier.created_at, earlier.id) < (activity.created_at, activity.id)
            AND {earlier_is_touch} AND {earlier_by_person}
    )
)

-- name: activities_looked
SELECT *, created_at AS moment FROM leads_activity
WHERE created_at < %(cutoff)s AND (created_at, id) > (%(after_at)s, %(after_id)s)
ORDER BY created_at, id LIMIT %(looked)s

-- name: activities
SELECT activity.moment, activity.id
FROM ({activities_looked}) activity JOIN leads_lead lead ON lead.id = activity.lead_id
WHERE activity.lead_id <> ALL(%(held)s) AND NOT ({first_touches})
ORDER BY 1, 2 LIMIT %(at_once)s

-- name: touches
-- First touches that say more than their moment and whether a person made them.
SELECT activity.moment, activity.id
FROM ({activities_looked}) activity JOIN leads_lead lead ON lead.id = activity.lead_id
WHERE activity.lead_id <> ALL(%(held)s)
    AND (activity.created_by_id IS NOT NULL OR activity.payload_json <> {reduced})
    AND {first_touches}
ORDER BY 1, 2 LIMIT %(at_once)s

-- name: reduced_touch
CASE WHEN {by_person} THEN '{{}}'::jsonb ELSE '{{"automated": true}}'::jsonb END

-- name: reduce_touches
UPDATE leads_activity activity SET created_by_id = NULL, payload_json = {reduced}
WHERE activity.id = ANY(%(ids)s)

-- name: lock_leads_of_activities
-- Whoever edits one of these leads just now keeps its activities for this night.
SELECT activity.id
FROM leads_activity activity JOIN leads_lead lead ON lead.id = activity.lead_id
WHERE activity.id = ANY(%(ids)s) ORDER BY lead.id
FOR NO KEY UPDATE OF lead SKIP LOCKED

-- name: events_looked
SELECT *, occurred_at AS moment FROM kpis_kpievent
WHERE occurred_at < %(cutoff)s AND (occurred_at, id) > (%(after_at)s, %(after_id)s)
ORDER BY occurred_at, id LIMIT %(looked)s

-- name: events
-- Recorded events that say more than their figures, or have a history.
SELECT event.moment, event.id FROM ({events_looked}) event
WHERE coalesce(event.lead_id, '') <> ALL(%(held)s)
    AND (event.metadata_json ?| ARRAY['click_id', 'stay'] OR EXISTS (
        SELECT FROM kpis_kpieventhistory trail WHERE trail.id = event.id
    ))
ORDER BY 1, 2 LIMIT %(at_once)s

-- name: reduce_events
UPDATE kpis_kpievent SET metadata_json = metadata_json - '{{click_id,stay}}'::text[]
WHERE id = ANY(%(ids)s) AND metadata_json ?| ARRAY['click_id', 'stay']

-- name: voided_events
-- Voided events count nowhere; those stay that a credit, a refund or a line rests on.
SELECT event.moment, event.id FROM ({events_looked}) event
WHERE event.deleted_at < %(cutoff)s
    AND coalesce(event.lead_id, '') <> ALL(%(held)s)
    AND NOT EXISTS (
        SELECT FROM kpis_kpievent refund WHERE refund.refund_of_id = event.id)
    AND NOT EXISTS (
        SELECT FROM commissions_credit credit WHERE credit.kpi_event_id = event.id)
    AND NOT EXISTS (
        SELECT FROM commissions_statementline line WHERE line.event_id = event.id)
ORDER BY 1, 2 LIMIT %(at_once)s

-- name: lead_is_over
-- Nothing happened with the lead since the cutoff. One that was merged goes with the
-- lead that it is part of.
lead.erased_at IS NULL AND lead.created_at < %(cutoff)s
    AND lead.updated_at < %(cutoff)s
    AND lead.id <> ALL(%(held)s)
    AND NOT EXISTS (SELECT FROM leads_activity activity
        WHERE activity.lead_id = lead.id AND activity.created_at >= %(cutoff)s)
    AND NOT EXISTS (SELECT FROM kpis_kpievent event
        WHERE event.lead_id = lead.id AND event.occurred_at >= %(cutoff)s)
    AND NOT EXISTS (SELECT FROM leads_leadstage stay
        WHERE stay.lead_id = lead.id
            AND greatest(stay.changed_at, stay.left_at) >= %(cutoff)s)
    AND NOT EXISTS (SELECT FROM leads_task task
        WHERE task.lead_id = lead.id AND task.deleted_at IS NULL AND
            greatest(task.created_at, coalesce(task.done_at, task.due_at)) >= %(cutoff)s)
    AND NOT EXISTS (SELECT FROM leads_opportunity opportunity
        WHERE opportunity.lead_id = lead.id AND opportunity.updated_at >= %(cutoff)s)
    AND NOT EXISTS (SELECT FROM leads_contactpoint point
        WHERE point.lead_id = lead.id AND point.created_at >= %(cutoff)s)
    AND NOT EXISTS (SELECT FROM leads_leadmerge merge
        WHERE merge.merged_id = lead.id AND merge.undone_at IS NULL)

-- name: leads_looked
-- By their ids, which begin with the time: no index has the deleted ones by their date.
SELECT *, created_at AS moment FROM leads_lead
WHERE id > %(after_id)s ORDER BY id LIMIT %(looked)s

-- name: leads
SELECT lead.moment, lead.id FROM ({leads_looked}) lead WHERE {lead_is_over}
ORDER BY lead.id LIMIT %(at_once)s

-- name: lock_leads
-- Those of the leads that nobody else holds.
SELECT lead.id FROM leads_lead lead WHERE lead.id = ANY(%(ids)s)
ORDER BY lead.id FOR UPDATE SKIP LOCKED

-- name: leads_still_over
-- Asked when they are locked: somebody may have worked on one meanwhile.
SELECT lead.id FROM leads_lead lead WHERE lead.id = ANY(%(ids)s) AND {lead_is_over}
ORDER BY lead.id

-- name: last_looked
-- Where a look ended that found all it may look through.
SELECT looked.moment, looked.id FROM ({looked}) looked OFFSET %(looked)s - 1

-- name: tasks
SELECT coalesce(task.done_at, task.deleted_at) AS moment, task.id
FROM leads_task task
WHERE coalesce(task.done_at, task.deleted_at) < %(cutoff)s
    AND (coalesce(task.done_at, task.deleted_at), task.id)
        > (%(after_at)s, %(after_id)s)
    AND task.lead_id <> ALL(%(held)s)
ORDER BY 1, 2 LIMIT %(at_once)s

-- name: history
-- Rows of one history table by their date; `of_lead` is the column with the lead's id.
SELECT trail.history_date AS moment, trail.history_id AS id FROM {table} trail
WHERE trail.history_date < %(cutoff)s
    AND (trail.history_date, trail.history_id) > (%(after_at)s, %(after_id)s)
    AND trail.{of_lead} <> ALL(%(held)s)
ORDER BY 1, 2 LIMIT %(at_once)s

-- name: by_time
-- Rows of a table without leads, by a column that says when they were written.
SELECT stored.{column} AS moment, stored.id FROM {table} stored
WHERE stored.{column} < %(cutoff)s
    AND (stored.{column}, stored.id) > (%(after_at)s, %(after_id)s)
ORDER BY 1, 2 LIMIT %(at_once)s
