-- How leads move on and wait: the modules of kpis/queries.

-- name: cohorts
-- What the leads of each month have paid, in all and in their first days.
SELECT date_trunc('month', lead.created_at AT TIME ZONE %(zone)s)::date AS month,
    count(*) AS leads, count(*) FILTER (WHERE paid > 0) AS new_customers,
    coalesce(sum(net), 0)::bigint AS net_revenue_cents,
    {revenue_columns}
FROM leads_lead lead
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE {is_paid}) AS paid, sum(cents) AS net,
        {net_columns}
    FROM (
        SELECT kind, {net_cents} AS cents, occurred_at - lead.created_at AS age
        FROM kpis_kpievent
        WHERE lead_id = lead.id AND deleted_at IS NULL
            AND {is_money} AND occurred_at <= %(as_of)s
    ) money
) brought
WHERE lead.deleted_at IS NULL
    AND lead.created_at >= %(start)s AND lead.created_at < %(end)s
GROUP BY 1

-- name: first_moments
-- The first moment of each step of one lead.
min(occurred_at) FILTER (WHERE {is_booked}) AS booked_at,
        min(occurred_at) FILTER (WHERE {is_shown}) AS shown_at,
        min(occurred_at) FILTER (WHERE {is_paid}) AS paid_at

-- name: steps
-- One row for each step that a lead of the range got to up to `as_of`: its first moment,
-- and that of the first later step.
SELECT lead.id, lead.created_at, step.name AS step, step.at, step.later_at,
    stage.outcome, opportunity.expected_value_cents
FROM leads_lead lead
CROSS JOIN LATERAL (
    SELECT {first_moments}
    FROM kpis_kpievent event
    WHERE event.lead_id = lead.id AND event.deleted_at IS NULL
        AND event.occurred_at <= %(as_of)s
) happened
CROSS JOIN LATERAL (VALUES {steps}) step (name, at, later_at)
{stage_of_lead}
{opportunity_of_lead}
WHERE lead.deleted_at IS NULL AND step.at IS NOT NULL
    AND lead.created_at >= %(start)s AND lead.created_at < %(end)s

-- name: drop_off
-- Lead by lead through the index, as for the cohort.
SELECT {columns}
FROM leads_lead lead
CROSS JOIN LATERAL (
    SELECT {first_moments}
    FROM kpis_kpievent event
    WHERE event.lead_id = lead.id AND {is_once_per_lead}
        AND event.deleted_at IS NULL AND event.occurred_at <= %(as_of)s
) happened
{joined}
WHERE lead.deleted_at IS NULL
    AND lead.created_at >= %(start)s AND lead.created_at < %(end)s

-- name: consults
-- Bookings planned for the range whose hour has come, without canceled ones. The text
-- begins with a date, in any zone: an index finds the days around.
SELECT count(*) AS due, count(*) FILTER (WHERE {is_held}) AS held
FROM kpis_kpievent booking
JOIN leads_lead lead ON lead.id = booking.lead_id AND lead.deleted_at IS NULL
WHERE {is_booked} AND booking.deleted_at IS NULL AND {is_standing}
    AND {planned_text} >= %(not_before)s AND {planned_text} < %(not_after)s
    AND tstzrange(least(%(start)s, %(as_of)s), least(%(end)s, %(as_of)s)) @> {planned_at}

-- name: undated_bookings
-- Bookings recorded in the range without a date, and the ids of those among them whose
-- date is no moment. The database takes half of all bookings for undated and would join
-- all leads: 1.3 s at a million. So it asks for the lead of each one.
SELECT count(*) AS bookings,
    coalesce(array_agg(booking.id) FILTER (WHERE {planned_text} IS NOT NULL), '{{}}')
        AS unreadable
FROM kpis_kpievent booking
WHERE {is_booked} AND booking.deleted_at IS NULL AND {is_undated} AND {is_standing}
    AND booking.occurred_at >= %(start)s AND booking.occurred_at < %(end)s
    AND (SELECT lead.deleted_at IS NULL FROM leads_lead lead WHERE id = booking.lead_id)

-- name: first_touches
-- Lead by lead through the timeline's index, as for the cohort. Waits are of leads that
-- start a clock.
FROM leads_lead lead
CROSS JOIN LATERAL (
    SELECT min(activity.created_at) AS any_touch,
        min(activity.created_at) FILTER (WHERE {by_person}) AS human_touch
    FROM leads_activity activity
    WHERE activity.lead_id = lead.id AND {is_touch} AND {has_clock}
) first
WHERE lead.deleted_at IS NULL
    AND lead.created_at >= %(start)s AND lead.created_at < %(end)s

-- name: speed
-- `key` and `keyed` tell rows apart by something of the lead, or are empty.
WITH waits AS (
    SELECT {key} {has_clock} AS has_clock,
        first.any_touch - lead.created_at AS any_wait,
        first.human_touch - lead.created_at AS human_wait
    {first_touches}
)
SELECT {keyed} count(*) FILTER (WHERE has_clock) AS leads,
    count(*) FILTER (WHERE NOT has_clock) AS not_counted,
    count(any_wait) AS any_contacted,
    count(*) FILTER (WHERE any_wait <= {answer_goal}) AS any_within,
    percentile_cont(0.5) WITHIN GROUP (
        ORDER BY extract(epoch FROM any_wait)::float8
    ) AS any_median,
    count(human_wait) AS human_contacted,
    count(*) FILTER (WHERE human_wait <= {answer_goal}) AS human_within,
    percentile_cont(0.5) WITHIN GROUP (
        ORDER BY extract(epoch FROM human_wait)::float8
    ) AS human_median
FROM waits

-- name: leads_by_hour
WITH waits AS (
    SELECT extract(isodow FROM lead.created_at AT TIME ZONE %(zone)s)::integer
            AS weekday,
        extract(hour FROM lead.created_at AT TIME ZONE %(zone)s)::integer AS hour,
        {has_clock} AS has_clock, first.any_touch - lead.created_at AS wait
    {first_touches} AND lead.created_time_known
)
SELECT weekday, hour, count(*) AS leads,
    count(*) FILTER (WHERE NOT has_clock) AS not_counted, count(wait) AS contacted,
    count(*) FILTER (WHERE wait <= {answer_goal}) AS within_5min
FROM waits GROUP BY 1, 2 ORDER BY 1, 2

-- name: leads_without_hour
SELECT count(*) AS leads FROM leads_lead lead
WHERE lead.deleted_at IS NULL AND NOT lead.created_time_known
    AND lead.created_at >= %(start)s AND lead.created_at < %(end)s

-- name: stage_periods
-- How long leads were in each stage. Deleted leads are few: taking them out is quicker
-- than finding the others.
SELECT stage.id, stage.name, stage.order, stage.deleted_at, periods.*
FROM (
    SELECT stage_id, count(*) AS n,
        (extract(epoch FROM sum({length})) / count(*))::float8 AS mean_seconds,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY date_part('epoch', {length}))
            AS median_seconds
    FROM leads_leadstage stage_period
    WHERE {which} AND NOT EXISTS (
        SELECT FROM leads_lead lead
        WHERE lead.id = stage_period.lead_id AND lead.deleted_at IS NOT NULL
    )
    GROUP BY stage_id
) periods
JOIN leads_pipelinestage stage ON stage.id = periods.stage_id

-- name: forecast
SELECT date_trunc('month', expected_date::timestamp)::date AS month,
    {measures}
FROM leads_leadstage stage_period
JOIN leads_pipelinestage stage ON stage.id = stage_period.stage_id
JOIN leads_opportunity opportunity
    ON opportunity.lead_id = stage_period.lead_id AND opportunity.deleted_at IS NULL
WHERE stage_period.left_at IS NULL AND stage_period.stage_id = ANY(%(stages)s)
    AND NOT EXISTS (
        SELECT FROM leads_lead lead
        WHERE lead.id = stage_period.lead_id AND lead.deleted_at IS NOT NULL
    )
GROUP BY 1 ORDER BY 1 NULLS LAST

-- name: trend
-- A lead that books twice is counted once, on its first day, so that the days add up to
-- the card.
SELECT day, sum(leads)::bigint AS leads, sum(booked)::bigint AS booked_leads,
    sum(cents)::bigint AS net_revenue_cents
FROM (
    SELECT (created_at AT TIME ZONE %(zone)s)::date AS day,
        count(*) AS leads, 0 AS booked, 0 AS cents
    FROM leads_lead
    WHERE deleted_at IS NULL
        AND created_at >= %(start)s AND created_at < %(end)s
    GROUP BY 1
    UNION ALL
    SELECT (booked_at AT TIME ZONE %(zone)s)::date, 0, count(*), 0
    FROM (
        SELECT event.lead_id, min(event.occurred_at) AS booked_at
        FROM kpis_kpievent event
        JOIN leads_lead lead ON lead.id = event.lead_id AND lead.deleted_at IS NULL
        WHERE {is_booked} AND event.deleted_at IS NULL
            AND event.occurred_at >= %(start)s AND event.occurred_at < %(end)s
        GROUP BY event.lead_id
    ) first_bookings
    GROUP BY 1
    UNION ALL
    SELECT (occurred_at AT TIME ZONE %(zone)s)::date, 0, 0, sum({net_cents})
    FROM kpis_kpievent event
    LEFT JOIN leads_lead lead ON lead.id = event.lead_id
    WHERE {is_money}
        AND event.deleted_at IS NULL AND lead.deleted_at IS NULL
        AND event.occurred_at >= %(start)s AND event.occurred_at < %(end)s
    GROUP BY 1
) parts
GROUP BY day
ORDER BY day
