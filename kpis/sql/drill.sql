-- The rows behind numbers, newest first: kpis/drill.
--
-- Every query answers `row_id`, `lead_id`, `at` (what people see), `sorted_at` (what the
-- rows are sorted by), `what`, `seconds` and `cents`, from the row `before`, `before_id`
-- on. `only` picks the rows that the number counts, `where` the leads of the table's row.
-- Each walks an index from the range's end, so the first page does not wait for the rest.

-- name: leads
SELECT lead.id AS row_id, lead.id AS lead_id, lead.created_at AS at,
    lead.created_at AS sorted_at, '' AS what, NULL::float8 AS seconds,
    NULL::bigint AS cents
FROM leads_lead lead
WHERE lead.deleted_at IS NULL
    AND lead.created_at >= %(start)s AND lead.created_at < %(end)s
    AND (lead.created_at, lead.id) < (%(before)s, %(before_id)s)
    {only} {where}
ORDER BY lead.created_at DESC, lead.id DESC LIMIT %(limit)s

-- name: events
SELECT event.id AS row_id, event.lead_id, event.occurred_at AS at,
    event.occurred_at AS sorted_at, event.kind AS what, NULL::float8 AS seconds,
    {net_cents} AS cents
FROM kpis_kpievent event
LEFT JOIN leads_lead lead ON lead.id = event.lead_id
WHERE event.kind = ANY(%(kinds)s) AND event.deleted_at IS NULL
    AND lead.deleted_at IS NULL
    AND event.occurred_at >= %(start)s AND event.occurred_at < %(end)s
    AND (event.occurred_at, event.id) < (%(before)s, %(before_id)s)
    {only} {where}
ORDER BY event.occurred_at DESC, event.id DESC LIMIT %(limit)s

-- name: cohort_events
-- What the leads of the range did: lead by lead, the newest lead first.
SELECT event.id AS row_id, event.lead_id, event.occurred_at AS at,
    lead.created_at AS sorted_at, event.kind AS what, NULL::float8 AS seconds,
    {net_cents} AS cents
FROM leads_lead lead
JOIN kpis_kpievent event ON event.lead_id = lead.id
WHERE event.kind = ANY(%(kinds)s) AND event.deleted_at IS NULL
    AND lead.deleted_at IS NULL AND event.occurred_at <= %(as_of)s
    AND lead.created_at >= %(start)s AND lead.created_at < %(end)s
    AND (lead.created_at, event.id) < (%(before)s, %(before_id)s)
    {only} {where}
ORDER BY lead.created_at DESC, event.id DESC LIMIT %(limit)s

-- name: bookings
SELECT booking.id AS row_id, booking.lead_id, booking.at, booking.at AS sorted_at,
    '' AS what, NULL::float8 AS seconds, NULL::bigint AS cents
FROM (
    SELECT id, lead_id, {planned_at} AS at
    FROM kpis_kpievent
    WHERE {is_booked} AND deleted_at IS NULL
        AND {planned_text} >= %(not_before)s AND {planned_text} < %(not_after)s
) booking
JOIN leads_lead lead ON lead.id = booking.lead_id AND lead.deleted_at IS NULL
WHERE booking.at >= %(start)s AND booking.at < least(%(end)s, %(as_of)s)
    AND {is_standing}
    AND (booking.at, booking.id) < (%(before)s, %(before_id)s)
    {only} {where}
ORDER BY booking.at DESC, booking.id DESC LIMIT %(limit)s

-- name: ended_stage_periods
SELECT stage_period.id AS row_id, stage_period.lead_id, stage_period.left_at AS at,
    stage_period.left_at AS sorted_at, '' AS what,
    extract(epoch FROM stage_period.left_at - stage_period.changed_at)::float8
        AS seconds,
    NULL::bigint AS cents
FROM leads_leadstage stage_period
JOIN leads_lead lead ON lead.id = stage_period.lead_id AND lead.deleted_at IS NULL
WHERE stage_period.stage_id = %(key)s
    AND stage_period.left_at >= %(start)s AND stage_period.left_at < %(end)s
    AND (stage_period.left_at, stage_period.id) < (%(before)s, %(before_id)s)
    {only} {where}
ORDER BY stage_period.left_at DESC, stage_period.id DESC LIMIT %(limit)s

-- name: open_stage_periods
SELECT stage_period.id AS row_id, stage_period.lead_id, stage_period.changed_at AS at,
    stage_period.changed_at AS sorted_at, '' AS what,
    extract(epoch FROM %(as_of)s - stage_period.changed_at)::float8 AS seconds,
    NULL::bigint AS cents
FROM leads_leadstage stage_period
JOIN leads_lead lead ON lead.id = stage_period.lead_id AND lead.deleted_at IS NULL
WHERE stage_period.stage_id = %(key)s AND stage_period.left_at IS NULL
    AND (stage_period.changed_at, stage_period.id) < (%(before)s, %(before_id)s)
    {only} {where}
ORDER BY stage_period.changed_at DESC, stage_period.id DESC LIMIT %(limit)s

-- name: opportunities
-- By the expected day; what has none comes last. An index has this order. The first page
-- begins where the days do: a comparison of rows would begin before all of them.
SELECT opportunity.id AS row_id, opportunity.lead_id, opportunity.at,
    opportunity.sorted_on::timestamp AT TIME ZONE 'UTC' AS sorted_at,
    opportunity.what, NULL::float8 AS seconds, {cents} AS cents
FROM (
    SELECT opportunity.id, opportunity.lead_id,
        opportunity.expected_date::timestamp AT TIME ZONE %(zone)s AS at,
        {expected_on} AS sorted_on,
        stage.name || ', ' || trim_scale(stage.win_probability_bps / 100.0) || '%%' AS what,
        opportunity.expected_value_cents, {running}
    {open_opportunities} AND (%(before_id)s = '' OR
        ({expected_on}, opportunity.id) < ({before}, %(before_id)s))
    ORDER BY {expected_on} DESC, opportunity.id DESC LIMIT %(limit)s
) opportunity
ORDER BY opportunity.sorted_on DESC, opportunity.id DESC

-- name: open_opportunities
FROM leads_opportunity opportunity
    JOIN leads_lead lead ON lead.id = opportunity.lead_id AND lead.deleted_at IS NULL
    JOIN leads_leadstage stage_period
        ON stage_period.lead_id = lead.id AND stage_period.left_at IS NULL
    JOIN leads_pipelinestage stage
        ON stage.id = stage_period.stage_id AND stage.{is_open}
    WHERE opportunity.deleted_at IS NULL
        AND {expected_on} BETWEEN %(expected_first)s AND %(expected_last)s
        {only} {where}

-- name: expected_on
coalesce(opportunity.expected_date, '0001-01-02')

-- name: before_opportunity
(%(before)s AT TIME ZONE 'UTC')::date

-- name: weighted
-- The exact weighted value of an opportunity and of those above it in the list, those
-- of earlier pages included. By the day alone the index knows where those end.
opportunity.expected_value_cents * stage.win_probability_bps / 10000.0 AS weighted,
        sum(opportunity.expected_value_cents * stage.win_probability_bps / 10000.0)
            OVER (ORDER BY {expected_on} DESC, opportunity.id DESC)
        + coalesce((
            SELECT sum(expected_value_cents * win_probability_bps / 10000.0)
            {open_opportunities} AND %(before_id)s <> '' AND {expected_on} >= {before}
                AND ({expected_on}, opportunity.id) >= ({before}, %(before_id)s)
        ), 0) AS so_far

-- name: steps
SELECT person.id AS row_id, person.id AS lead_id, person.at,
    person.created_at AS sorted_at, coalesce(person.outcome, '') AS what,
    extract(epoch FROM coalesce(person.later_at, %(as_of)s) - person.at)::float8
        AS seconds,
    person.expected_value_cents::bigint AS cents
FROM ({steps_of_leads}) person
WHERE (person.step = %(key)s::text OR %(key)s::text = 'all')
    AND (person.created_at, person.id) < (%(before)s, %(before_id)s)
    {only} {where}
ORDER BY person.created_at DESC, person.id DESC LIMIT %(limit)s

-- name: is_first
-- The first such event since a moment stands for the lead.
AND event.lead_id IS NOT NULL AND NOT EXISTS (
    SELECT FROM kpis_kpievent earlier
    WHERE earlier.lead_id = event.lead_id AND earlier.kind = event.kind
        AND earlier.deleted_at IS NULL {since}
        AND (earlier.occurred_at, earlier.id) < (event.occurred_at, event.id)
)

-- name: did
AND EXISTS (
    SELECT FROM kpis_kpievent done
    WHERE done.lead_id = lead.id AND {which}
        AND done.deleted_at IS NULL AND done.occurred_at <= %(as_of)s
)

-- name: touched
EXISTS (
    SELECT FROM leads_activity activity
    WHERE activity.lead_id = lead.id AND {is_touch} {only}
)

-- name: has_tag
EXISTS (
    SELECT FROM leads_leadtag tagged
    JOIN leads_tag tag ON tag.id = tagged.tag_id AND tag.deleted_at IS NULL
    WHERE tagged.lead_id = lead.id {only}
)

-- name: has_procedure
EXISTS (
    SELECT FROM leads_opportunity opportunity
    WHERE opportunity.lead_id = lead.id AND opportunity.deleted_at IS NULL {only}
)

-- name: people
SELECT lead.id, lead.first_name, lead.source, campaign.name AS campaign
FROM leads_lead lead LEFT JOIN campaigns_campaign campaign
    ON campaign.id = lead.campaign_id
WHERE lead.id = ANY(%(ids)s)
