-- Answers from the rollups: kpis/rollups/reading.py and response_times.py. `sums` and
-- `repeats` pick the rows of a range, `group_by` is what is grouped by.

-- name: state
-- The zone of the rollups, when they were built, and the clinic's zone by now; is
-- anything dirty; did anything happen after `as_of`.
SELECT kept.zone, kept.built_at, clinic.time_zone, EXISTS (SELECT FROM kpis_changed),
    EXISTS (SELECT FROM kpis_kpievent WHERE occurred_at > %(as_of)s)
FROM medspa_clinic clinic LEFT JOIN kpis_kept kept ON kept.layout = %(layout)s

-- name: period
SELECT {group_by}, {measures}
FROM kpis_daysum WHERE {sums} GROUP BY 1, 2, 3

-- name: period_repeats
SELECT {group_by}, kind, sum(n)::bigint AS n
FROM kpis_repeat WHERE {repeats} GROUP BY 1, 2, 3, 4

-- name: trend
SELECT {step} AS day, sum(leads)::bigint AS leads, sum(booked_days)::bigint AS booked,
    sum(gross_cents - refunds_cents)::bigint AS cents
FROM kpis_daysum WHERE {sums} GROUP BY 1

-- name: trend_repeats
SELECT {step} AS day, sum(n)::bigint AS again
FROM kpis_repeat WHERE {repeats} AND {is_booked} GROUP BY 1

-- name: consults
SELECT coalesce(sum(due), 0)::bigint AS due, coalesce(sum(held), 0)::bigint AS held
FROM kpis_daysum WHERE {sums}

-- name: cohort_months
SELECT {month} AS month, sum(leads)::bigint AS leads,
    sum(cohort_paying_leads)::bigint AS new_customers,
    sum(cohort_gross_cents - cohort_refunds_cents)::bigint AS net_revenue_cents,
    {revenue}
FROM kpis_daysum WHERE {sums} GROUP BY 1

-- name: hours
SELECT key AS hour, sum(leads)::bigint AS leads,
    sum(cohort_backfilled_leads)::bigint AS not_counted,
    sum(cohort_any_contacted)::bigint AS contacted,
    sum(cohort_any_within)::bigint AS within_5min
FROM kpis_daysum WHERE {sums} AND key <> '' GROUP BY 1
HAVING sum(leads) <> 0 ORDER BY 1

-- name: speed
SELECT {columns},
    coalesce(sum(leads - cohort_backfilled_leads), 0)::bigint AS leads,
    coalesce(sum(cohort_backfilled_leads), 0)::bigint AS not_counted
FROM kpis_daysum WHERE {sums}

-- name: waits
SELECT key, who, bucket, sum(n)::bigint AS n FROM kpis_waitsum
WHERE ({sums}) AND digits = {digits}
GROUP BY 1, 2, 3 HAVING sum(n) <> 0 ORDER BY 1, 2, 3

-- name: middle_values
-- Of each key some values of a wide bucket, `many` after `skip`. The narrow buckets
-- within it say in which of them to look; `values` reads one of those.
SELECT asked.key, found.seconds
FROM unnest(%(keys)s::text[], %(lows)s::bigint[], %(highs)s::bigint[],
    %(skips)s::bigint[], %(counts)s::bigint[]) AS asked (key, low, high, skip, many)
CROSS JOIN LATERAL (
    SELECT bucket AS low, greatest(asked.skip - before, 0) AS skip,
        least(n, asked.skip + asked.many - before) AS until,
        bucket + (10 ^ greatest(length(bucket::text) - {digits}, 0))::bigint AS high
    FROM (
        SELECT bucket, sum(n) AS n, sum(sum(n)) OVER (ORDER BY bucket) - sum(n) AS before
        FROM {sums} AND digits = {digits} AND {of_key}
            AND bucket >= asked.low AND bucket < asked.high
        GROUP BY 1
    ) counted
    WHERE before < asked.skip + asked.many AND before + n > asked.skip
) narrow
CROSS JOIN LATERAL ({values} OFFSET narrow.skip LIMIT narrow.until - narrow.skip) found

-- name: waits_of_key
SELECT {who}_wait AS seconds FROM kpis_fact
WHERE {who}_wait >= narrow.low AND {who}_wait < narrow.high
    AND created_day BETWEEN %(first)s AND %(last)s AND {is_of_key}
ORDER BY {who}_wait

-- name: steps
SELECT step, went_on, bucket, sum(n)::bigint AS n,
    sum(given_up)::bigint AS given_up, sum(lost_cents)::bigint AS lost_cents
FROM kpis_stepsum WHERE ({sums})
    AND digits = CASE WHEN went_on THEN {digits_of_waits} ELSE {digits_of_days} END
GROUP BY 1, 2, 3 HAVING sum(n) <> 0 ORDER BY 1, 2, 3

-- name: last_steps
SELECT date_part('epoch', %(as_of)s - last_step_at) AS seconds FROM kpis_fact
WHERE last_step = asked.key AND last_step_at >= to_timestamp(narrow.low * 86400)
    AND last_step_at < to_timestamp(narrow.high * 86400)
    AND created_day BETWEEN %(first)s AND %(last)s
ORDER BY last_step_at

-- name: stage_periods
SELECT stage.id, stage.name, stage.order, stage.deleted_at, periods.*
FROM (
    SELECT stage, bucket, sum(n)::bigint AS n, sum(microseconds) AS microseconds
    FROM kpis_stageperiodsum
    WHERE ({sums}) AND digits = {digits}
        AND (%(stages)s::text[] IS NULL OR stage = ANY(%(stages)s))
    GROUP BY 1, 2 HAVING sum(n) <> 0
) periods
JOIN leads_pipelinestage stage ON stage.id = periods.stage
ORDER BY periods.bucket

-- name: stage_period_lengths
-- Looked up among the deleted leads, which are few.
SELECT date_part('epoch', left_at - changed_at) AS seconds FROM leads_leadstage
WHERE stage_id = asked.key AND left_at >= %(start)s AND left_at < %(end)s
    AND left_at - changed_at >= make_interval(secs => narrow.low)
    AND left_at - changed_at < make_interval(secs => narrow.high)
    AND NOT EXISTS (SELECT FROM leads_lead WHERE id = lead_id AND deleted_at IS NOT NULL)
ORDER BY left_at - changed_at

-- name: open_stage_periods
-- The flows say how many leads are there; only the middle one or two are read.
SELECT stage.id, stage.name, stage.order, stage.deleted_at, held.n, median_seconds
FROM (
    SELECT stage, sum(leads)::bigint AS n FROM kpis_stageflow
    WHERE stage = ANY(%(stages)s) GROUP BY 1 HAVING sum(leads) <> 0
) held
JOIN leads_pipelinestage stage ON stage.id = held.stage
CROSS JOIN LATERAL (
    SELECT avg(date_part('epoch', %(as_of)s - stage_since)) AS median_seconds
    FROM (
        SELECT stage_since FROM kpis_fact WHERE {is_open} AND kpis_fact.stage = held.stage
        ORDER BY stage_since OFFSET (n - 1) / 2 LIMIT 2 - n %% 2
    ) middle
) middles

-- name: forecast
SELECT date_trunc('month', expected_on::timestamp)::date AS month,
    {measures}
FROM leads_pipelinestage stage CROSS JOIN LATERAL (
    SELECT expected_on, count(*) AS n, sum(value_cents) AS cents FROM kpis_fact
    WHERE {is_open} AND kpis_fact.stage = stage.id AND value_cents IS NOT NULL GROUP BY 1
) expected
GROUP BY 1 ORDER BY 1 NULLS LAST

-- name: stages_at
-- How many leads each stage had before a day began, and what they are worth now. Leads
-- that were deleted since are in no rollup. One snapshot, which may be dirty.
SELECT stage, sum(leads)::bigint AS leads, sum(cents)::bigint AS cents,
    EXISTS (SELECT FROM kpis_changed) AS is_dirty
FROM (
    SELECT stage, leads, cents FROM kpis_stageflow WHERE day < %(day)s
    UNION ALL
    SELECT stage_period.stage_id, 1, coalesce(opportunity.expected_value_cents, 0)
    FROM leads_lead lead
    JOIN leads_leadstage stage_period ON stage_period.lead_id = lead.id
        AND changed_at < %(start)s AND (left_at IS NULL OR left_at >= %(start)s)
    {opportunity_of_lead}
    WHERE lead.deleted_at >= %(start)s
) part GROUP BY stage
