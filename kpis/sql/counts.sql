-- What the leads, money and clicks of a range count up to: kpis/queries/counts.py.
-- `group_by` is what is grouped by, `joined` what has to be joined for it.

-- name: leads
SELECT {group_by}, count(*) AS leads
FROM leads_lead lead
{joined}
WHERE lead.deleted_at IS NULL
    AND lead.created_at >= %(start)s AND lead.created_at < %(end)s

-- name: events
-- Events by their own moment. The group without a lead holds what was recorded for a
-- campaign only.
WITH by_lead AS (
    SELECT lead_id, {lead_totals}
    FROM kpis_kpievent
    WHERE deleted_at IS NULL AND {is_no_click}
        AND occurred_at >= %(start)s AND occurred_at < %(end)s
    GROUP BY lead_id
)
SELECT {group_by}, {people_measures},
    count(lead.id) FILTER (WHERE paid > 0 AND NOT {paid_before_range}) AS new_customers
FROM by_lead
LEFT JOIN leads_lead lead ON lead.id = by_lead.lead_id
{joined}
WHERE lead.deleted_at IS NULL

-- name: clicks
-- A click belongs to its own campaign, whatever campaign its lead came from.
SELECT click.campaign_id, lead.source, opportunity.procedure_code,
    count(*) AS ad_clicks
FROM kpis_kpievent click
LEFT JOIN leads_lead lead ON lead.id = click.lead_id
{opportunity_of_lead}
WHERE {is_click} AND click.deleted_at IS NULL
    AND lead.deleted_at IS NULL
    AND click.occurred_at >= %(start)s AND click.occurred_at < %(end)s
GROUP BY 1, 2, 3

-- name: cohort
-- What came of the leads of the range up to `as_of`. Lead by lead through the index:
-- the time follows the range, not the clinic's size.
WITH cohort AS (
    SELECT id, campaign_id, source, assigned_to_id, created_at
    FROM leads_lead
    WHERE deleted_at IS NULL
        AND created_at >= %(start)s AND created_at < %(end)s
)
SELECT {group_by},
    count(*) AS leads,
    count(*) FILTER (
        WHERE lead.created_at > %(as_of)s - interval '30 days'
    ) AS immature_leads,
    {people_measures},
    count(*) FILTER (WHERE shown > 0 AND paid > 0) AS shown_and_won,
    count(*) FILTER (WHERE paid > 0) AS new_customers
FROM cohort lead
CROSS JOIN LATERAL (
    SELECT {lead_totals}
    FROM kpis_kpievent event
    WHERE event.lead_id = lead.id AND event.deleted_at IS NULL
        AND {is_no_click} AND event.occurred_at <= %(as_of)s
) by_lead
{joined}

-- name: by_tag
-- What is joined to group by tag. Retired tags mark nobody.
LEFT JOIN (
    leads_leadtag tagged
    JOIN leads_tag tag ON tag.id = tagged.tag_id AND tag.deleted_at IS NULL
) ON tagged.lead_id = lead.id
