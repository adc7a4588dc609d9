-- Keeping the rollups: kpis/rollups.

-- name: facts
-- What each subject adds to the rollups. `subject` is a relation with the column `id`:
-- a lead's id, or `campaign@2026-03` for the clicks without a lead. Bound: zone.
anonymous AS (
    SELECT id, split_part(id, '@', 1) AS campaign,
        (split_part(id, '@', 2) || '-01')::timestamp AS month
    FROM subject WHERE id LIKE '%%@%%'
),
lead AS (
    SELECT lead.id, coalesce(lead.campaign_id, '') AS campaign, lead.source,
        coalesce(opportunity.procedure_code, '') AS procedure,
        coalesce(lead.assigned_to_id, '') AS assigned_to, lead.is_backfilled,
        lead.created_at, lead.created_time_known,
        coalesce(stage.id, '') AS stage, coalesce(stage.outcome, '') AS outcome,
        stage_period.changed_at AS stage_since,
        opportunity.expected_value_cents AS value_cents,
        opportunity.expected_date AS expected_on
    FROM leads_lead lead
    JOIN subject USING (id)
    {opportunity_of_lead}
    {stage_of_lead}
    WHERE lead.deleted_at IS NULL
),
happened AS (
    SELECT event.id, event.lead_id, event.campaign_id, event.kind, event.occurred_at,
        event.value_cents, event.metadata_json, event.refund_of_id, event.deleted_at,
        lead.created_at, (event.occurred_at AT TIME ZONE %(zone)s)::date AS day
    FROM kpis_kpievent event JOIN lead ON lead.id = event.lead_id
    WHERE event.deleted_at IS NULL {within}
),
booking AS MATERIALIZED (
    SELECT lead_id, id, {planned_at} AS planned_at FROM happened WHERE {is_booked}
),
consult AS MATERIALIZED (
    SELECT lead_id, (planned_at AT TIME ZONE %(zone)s)::date AS day,
        {is_held_happened} AS is_held
    FROM booking WHERE planned_at IS NOT NULL AND {is_standing}
),
entry AS (
    SELECT lead_id AS subject, kind,
        CASE WHEN {is_click} THEN coalesce(campaign_id, '') ELSE '' END AS campaign,
        day, count(*)::integer AS n, coalesce(sum(value_cents), 0)::bigint AS cents
    FROM happened GROUP BY 1, 2, 3, 4
    UNION ALL
    SELECT lead_id, outcome.kind, '', day, count(*)::integer, 0
    FROM consult CROSS JOIN LATERAL (
        VALUES ('{due}', true), ('{held}', is_held)
    ) outcome (kind, counts)
    WHERE outcome.counts
    GROUP BY 1, 2, 4
    UNION ALL
    SELECT anonymous.id, {click}, anonymous.campaign, click.day, click.n, 0
    FROM anonymous CROSS JOIN LATERAL (
        SELECT (occurred_at AT TIME ZONE %(zone)s)::date AS day, count(*)::integer AS n
        FROM kpis_kpievent
        WHERE lead_id IS NULL AND {is_click} AND deleted_at IS NULL
            AND campaign_id = anonymous.campaign
            AND occurred_at >= anonymous.month AT TIME ZONE 'UTC'
            AND occurred_at < (anonymous.month + interval '1 month') AT TIME ZONE 'UTC'
        GROUP BY 1
    ) click
),
entries AS (
    SELECT subject,
        array_agg(kind ORDER BY kind, campaign, day)::varchar(20)[] AS kinds,
        array_agg(campaign ORDER BY kind, campaign, day)::varchar(25)[] AS campaigns,
        array_agg(day ORDER BY kind, campaign, day) AS days,
        array_agg(earlier ORDER BY kind, campaign, day) AS earlier,
        array_agg(n ORDER BY kind, campaign, day) AS counts,
        array_agg(cents ORDER BY kind, campaign, day) AS cents
    FROM (
        SELECT entry.*, CASE WHEN {is_once_per_lead} THEN
            lag(day) OVER (PARTITION BY subject, kind, campaign ORDER BY day)
        END AS earlier
        FROM entry
    ) chained
    GROUP BY subject
),
money AS (
    SELECT lead_id, occurred_at - created_at AS age, {net_cents} AS cents
    FROM happened WHERE {is_money}
),
matured AS (
    SELECT lead_id, ARRAY[{matured_cents}]::bigint[] AS cents
    FROM money GROUP BY lead_id
),
wait AS (
    SELECT activity.lead_id,
        extract(epoch FROM min(activity.created_at - lead.created_at))::float8
            AS any_wait,
        extract(epoch FROM min(activity.created_at - lead.created_at)
            FILTER (WHERE {by_person}))::float8 AS human_wait
    FROM leads_activity activity JOIN lead ON lead.id = activity.lead_id
    WHERE {is_touch} AND {has_clock} {within}
    GROUP BY activity.lead_id
),
marked AS (
    SELECT mark.lead_id, array_agg(tag.id ORDER BY tag.id)::varchar(25)[] AS tags
    FROM leads_leadtag mark
    JOIN lead ON lead.id = mark.lead_id
    JOIN leads_tag tag ON tag.id = mark.tag_id AND tag.deleted_at IS NULL {within}
    GROUP BY mark.lead_id
),
moments AS (
    SELECT event.lead_id, {first_moments}
    FROM happened event WHERE {is_once_per_lead} GROUP BY event.lead_id
),
ended AS (
    SELECT lead_id,
        array_agg(stage_id ORDER BY left_at, stage_period.id)::varchar(25)[] AS stages,
        array_agg((changed_at AT TIME ZONE %(zone)s)::date
            ORDER BY left_at, stage_period.id) AS entered_days,
        array_agg((left_at AT TIME ZONE %(zone)s)::date
            ORDER BY left_at, stage_period.id) AS days,
        array_agg((1000000 * date_part('epoch', left_at - changed_at))::bigint
            ORDER BY left_at, stage_period.id) AS lengths
    FROM leads_leadstage stage_period JOIN lead ON lead.id = stage_period.lead_id
    WHERE left_at IS NOT NULL {within}
    GROUP BY lead_id
),
credited AS (
    SELECT lead_id, array_agg(provider_id ORDER BY id, provider_id)::varchar(25)[]
            AS keys,
        array_agg(day ORDER BY id, provider_id) AS days,
        array_agg(cents ORDER BY id, provider_id) AS cents
    FROM ({credited_parts}) part GROUP BY lead_id
),
fact AS (
    SELECT coalesce(lead.id, entries.subject) AS subject,
        coalesce(lead.campaign, '') AS campaign,
        coalesce(lead.source, '') AS source,
        coalesce(lead.procedure, '') AS procedure,
        coalesce(lead.assigned_to, '') AS assigned_to,
        (lead.created_at AT TIME ZONE %(zone)s)::date AS created_day,
        CASE WHEN lead.created_time_known
            THEN to_char(lead.created_at AT TIME ZONE %(zone)s, 'ID-HH24') ELSE '' END
            AS created_hour,
        coalesce(lead.is_backfilled, false) AS is_backfilled,
        wait.any_wait, wait.human_wait,
        coalesce(entries.kinds, '{{}}') AS kinds,
        coalesce(entries.campaigns, '{{}}') AS campaigns,
        coalesce(entries.days, '{{}}') AS days,
        coalesce(entries.earlier, '{{}}') AS earlier,
        coalesce(entries.counts, '{{}}') AS counts,
        coalesce(entries.cents, '{{}}') AS cents,
        coalesce(matured.cents, '{{}}') AS matured_cents,
        coalesce(marked.tags, '{{}}') AS tags,
        coalesce(lead.stage, '') AS stage, coalesce(lead.outcome, '') AS outcome,
        lead.stage_since, lead.value_cents, lead.expected_on,
        {step_waits},
        {last_step} AS last_step, {last_step_at} AS last_step_at,
        coalesce(ended.stages, '{{}}') AS left_stages,
        coalesce(ended.entered_days, '{{}}')
            || (lead.stage_since AT TIME ZONE %(zone)s)::date AS entered_days,
        coalesce(ended.days, '{{}}') AS left_days,
        coalesce(ended.lengths, '{{}}') AS left_lengths,
        coalesce(credited.keys, '{{}}') AS credited_to,
        coalesce(credited.days, '{{}}') AS credited_days,
        coalesce(credited.cents, '{{}}') AS credited_cents
    FROM lead
    FULL JOIN entries ON entries.subject = lead.id
    LEFT JOIN matured ON matured.lead_id = lead.id
    LEFT JOIN wait ON wait.lead_id = lead.id
    LEFT JOIN marked ON marked.lead_id = lead.id
    LEFT JOIN moments ON moments.lead_id = lead.id
    LEFT JOIN ended ON ended.lead_id = lead.id
    LEFT JOIN credited ON credited.lead_id = lead.id
)

-- name: bucket
-- A whole number of which the first digits are kept, two for example: 47, 480, 1200.
{value} - mod({value}, (10 ^ greatest(length(({value})::text) - {digits}, 0))::bigint)

-- name: take_dirty
DELETE FROM kpis_changed WHERE id IN (
    SELECT id FROM kpis_changed ORDER BY id LIMIT %(at_once)s
) RETURNING subject

-- name: refresh
-- One statement, so one snapshot: what is read as the former facts is what is replaced.
{facts_of},
former AS (
    SELECT {columns} FROM kpis_fact JOIN subject ON subject.id = kpis_fact.subject
),
change AS (
    SELECT 1 AS sign, gained.* FROM (
        SELECT {columns} FROM fact EXCEPT SELECT {columns} FROM former
    ) gained
    UNION ALL
    SELECT -1, lost.* FROM (
        SELECT {columns} FROM former EXCEPT SELECT {columns} FROM fact
    ) lost
),
gone AS (
    DELETE FROM kpis_fact USING change
    WHERE change.sign = -1 AND kpis_fact.subject = change.subject
        AND NOT EXISTS (SELECT FROM fact WHERE fact.subject = change.subject)
),
stored AS (
    INSERT INTO kpis_fact ({columns})
    SELECT {columns} FROM change WHERE sign = 1
    ON CONFLICT (subject) DO UPDATE SET {replaced}
),
{additions}
SELECT count(*) FROM change

-- name: empty
-- What changes from here on is marked as dirty again; what was marked before is counted
-- anyway.
DELETE FROM kpis_kept;
DELETE FROM kpis_changed;
TRUNCATE {tables};

-- name: leads
SELECT id FROM leads_lead
WHERE id > %(after)s AND id <= %(last)s AND deleted_at IS NULL

-- name: anonymous_subjects
SELECT DISTINCT campaign_id || to_char(occurred_at AT TIME ZONE 'UTC', '@YYYY-MM') AS id
FROM kpis_kpievent WHERE lead_id IS NULL AND deleted_at IS NULL

-- name: facts_of
WITH subject AS ({subjects}), {facts}

-- name: digest
-- One number by month for all rows, in whatever order; other rows have another number.
-- A row's hash only adds up those of its values: hashed again, it also says which stand
-- together.
SELECT date_trunc('month', {day}::timestamp)::date,
    sum(hashint8extended(hash_record_extended(ROW({columns}), 0), 0)::numeric)
FROM {rows} AS compared WHERE {only} GROUP BY 1

-- name: all_facts
-- Facts are wide: reading them twice is quicker than keeping a copy of them.
WITH change AS NOT MATERIALIZED (SELECT 1 AS sign, kpis_fact.* FROM kpis_fact)

-- name: insert
INSERT INTO {table} AS rollup ({columns}) SELECT {columns} FROM ({rows}) added

-- name: entries
-- The entries of a fact, one row each.
LATERAL (SELECT unnest(kinds) AS kind, unnest(campaigns) AS own_campaign,
    unnest(days) AS entry_day, unnest(earlier) AS entry_earlier, unnest(counts) AS n,
    unnest(cents) AS entry_cents) entry

-- name: each_tag
-- One row for each tag of a fact; without any, one for none.
CROSS JOIN LATERAL unnest(CASE tags WHEN '{{}}' THEN ARRAY['']::varchar[] ELSE tags END)
    AS tagged (tag)

-- name: came
-- What came of one lead.
LATERAL (SELECT {lead_totals_of_fact} FROM (SELECT unnest(kinds) AS kind,
    unnest(counts) AS n, unnest(cents) AS entry_cents) entry) came

-- name: credited
unnest(credited_to, credited_days, credited_cents)
    AS part (credited_key, credited_day, part_cents)

-- name: cells
SELECT {day} AS own_day, {columns}, {measures}
FROM change CROSS JOIN {joined} WHERE {day} IS NOT NULL AND {only}
GROUP BY 1, 2, 3, 4, 5

-- name: measures
SELECT {granularity} AS granularity, '{dimension}' AS dimension,
    coalesce(own_day, month) AS day, key, campaign, source, procedure, {sums}
FROM (SELECT {month_of_own_day} AS month, cells.* FROM ({cells}) cells) dated
GROUP BY key, campaign, source, procedure, GROUPING SETS (own_day, month)

-- name: repeats
SELECT {granularity} AS granularity, '{dimension}' AS dimension, kind,
    coalesce(entry_earlier, earlier_month) AS earlier, coalesce(entry_day, month) AS day,
    key, campaign, source, procedure, sum(sign) AS n
FROM (
    SELECT sign, kind, entry_earlier, {month_of_entry_earlier} AS earlier_month,
        entry_day, {month_of_entry_day} AS month, {columns}
    FROM change CROSS JOIN {entries} {joined}
    WHERE entry_earlier IS NOT NULL AND cardinality(earlier) > 1
) cells
GROUP BY kind, key, campaign, source, procedure,
    GROUPING SETS ((entry_earlier, entry_day), (earlier_month, month))

-- name: buckets
-- What is `counted` by day in narrow buckets, and what comes of it by month and in wide.
WITH counted AS MATERIALIZED ({counted})
SELECT '{day}' AS granularity, {narrow_digits} AS digits, own_day AS day, {keys},
    narrow AS bucket, {counts} FROM counted
UNION ALL
SELECT {granularity}, {digits}, coalesce(own_day, month), {keys},
    coalesce(narrow, wide), {sums}
FROM (SELECT {month_of_own_day} AS month, {wide} AS wide, counted.* FROM counted) cells
GROUP BY {keys}, GROUPING SETS ((month, narrow), (month, wide), (own_day, wide))

-- name: counted_waits
SELECT created_day AS own_day, dimension, who, {narrow} AS narrow,
    CASE dimension WHEN 'owner' THEN assigned_to ELSE '' END AS key,
    sum(sign)::integer AS n
FROM change CROSS JOIN (
    VALUES ('slice' COLLATE "C", 'any'), ('slice', 'human'), ('owner', 'human')
) AS waits (dimension, who)
WHERE {wait} IS NOT NULL GROUP BY 1, 2, 3, 4, 5

-- name: counted_steps
SELECT created_day AS own_day, step, went_on, {narrow} AS narrow,
    sum(sign)::integer AS n,
    coalesce(sum(sign) FILTER (WHERE NOT went_on AND {is_lost}), 0)::integer AS given_up,
    coalesce(sum(sign * value_cents) FILTER (WHERE NOT went_on), 0) AS lost_cents
FROM change CROSS JOIN LATERAL (
    SELECT unnest(ARRAY[{steps}, last_step]) AS step,
        unnest(ARRAY[{went_on}, false]) AS went_on,
        unnest(ARRAY[{waits}, floor(date_part('epoch', last_step_at) / 86400)]) AS value
) reached
WHERE value IS NOT NULL AND step <> '' GROUP BY 1, 2, 3, 4

-- name: counted_stage_periods
SELECT own_day, stage, {narrow} AS narrow,
    sum(sign)::integer AS n, sum(sign * length)::bigint AS microseconds
FROM (SELECT sign, unnest(left_stages) AS stage, unnest(left_days) AS own_day,
    unnest(left_lengths) AS length FROM change) ended
GROUP BY 1, 2, 3

-- name: stage_flows
SELECT flow.day, flow.stage, sum(sign * n) AS leads,
    coalesce(sum(sign * n * value_cents), 0) AS cents
FROM change CROSS JOIN LATERAL (
    SELECT unnest(entered_days), unnest(left_stages || stage), 1
    UNION ALL SELECT unnest(left_days), unnest(left_stages), -1
) flow (day, stage, n)
WHERE flow.day IS NOT NULL GROUP BY 1, 2
