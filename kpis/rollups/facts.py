"""What one subject adds to the sums, worked out from its rows."""

from kpis.choices import Kind
from leads.choices import ActivityType

COLUMNS = (
    "subject",
    "campaign",
    "source",
    "procedure",
    "created_day",
    "created_hour",
    "any_wait",
    "human_wait",
    "any_bucket",
    "human_bucket",
    "kinds",
    "campaigns",
    "days",
    "earlier",
    "counts",
    "cents",
    "matured_cents",
    "tags",
)
TOUCHES = [
    ActivityType.SMS_SENT.value,
    ActivityType.EMAIL_SENT.value,
    ActivityType.CALL.value,
]
# Kinds of which a lead is counted once, however often it happens in a range.
ONCE = [
    Kind.CONSULT_BOOKED.value,
    Kind.CONSULT_SHOW.value,
    Kind.INVOICE_PAID.value,
]
# An entry that is no event of its own: consults by the day they are planned for. Its
# `cents` are the consults that were held.
DUE = "due"
# Waits of ten minutes and more share a bucket with those that are 2.5 % longer, shorter
# ones with those of the same second.
BUCKETS = (
    "(CASE WHEN {0} < 600 THEN floor({0}) ELSE 600 + floor(40 * ln({0} / 600)) END)"
    "::integer"
)

# Bound: zone, touches, once. `subject` is a relation with the column `id`.
FACTS = f"""
nobody AS (
    SELECT id, split_part(id, '@', 1) AS campaign,
        (split_part(id, '@', 2) || '-01')::timestamp AS month
    FROM subject WHERE id LIKE '%%@%%'
),
lead AS (
    SELECT lead.id, coalesce(lead.campaign_id, '') AS campaign, lead.source,
        coalesce(opportunity.procedure_code, '') AS procedure, lead.created_at
    FROM leads_lead lead
    JOIN subject USING (id)
    LEFT JOIN leads_opportunity opportunity
        ON opportunity.lead_id = lead.id AND opportunity.deleted_at IS NULL
    WHERE lead.deleted_at IS NULL
),
happened AS (
    SELECT event.*, lead.created_at
    FROM kpis_kpievent event JOIN lead ON lead.id = event.lead_id
    WHERE event.deleted_at IS NULL
),
consult AS (
    SELECT lead_id, booking, scheduled_for, EXISTS (
        SELECT FROM happened show
        WHERE show.lead_id = consult.lead_id AND show.kind = 'consult_show'
            AND show.metadata_json ->> 'booking' = consult.booking
    ) AS is_held
    FROM (
        SELECT lead_id, id AS booking,
            (metadata_json ->> 'scheduled_for')::timestamptz AS scheduled_for
        FROM happened WHERE kind = 'consult_booked'
    ) consult
    WHERE scheduled_for IS NOT NULL
),
entry AS (
    SELECT lead_id AS subject, kind,
        CASE kind WHEN 'ad_click' THEN coalesce(campaign_id, '') ELSE '' END
            AS campaign,
        (occurred_at AT TIME ZONE %(zone)s)::date AS day,
        count(*)::integer AS n, coalesce(sum(value_cents), 0)::bigint AS cents
    FROM happened GROUP BY 1, 2, 3, 4
    UNION ALL
    SELECT lead_id, '{DUE}', '', (scheduled_for AT TIME ZONE %(zone)s)::date,
        count(*)::integer, count(*) FILTER (WHERE is_held)
    FROM consult GROUP BY 1, 4
    UNION ALL
    SELECT nobody.id, 'ad_click', nobody.campaign, click.day, click.n, 0
    FROM nobody CROSS JOIN LATERAL (
        SELECT (occurred_at AT TIME ZONE %(zone)s)::date AS day, count(*)::integer AS n
        FROM kpis_kpievent
        WHERE lead_id IS NULL AND kind = 'ad_click' AND deleted_at IS NULL
            AND campaign_id = nobody.campaign
            AND occurred_at >= nobody.month AT TIME ZONE 'UTC'
            AND occurred_at < (nobody.month + interval '1 month') AT TIME ZONE 'UTC'
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
        SELECT entry.*, CASE WHEN kind = ANY(%(once)s) THEN
            lag(day) OVER (PARTITION BY subject, kind, campaign ORDER BY day)
        END AS earlier
        FROM entry
    ) chained
    GROUP BY subject
),
money AS (
    SELECT lead_id, created_at, occurred_at,
        CASE kind WHEN 'invoice_paid' THEN value_cents ELSE -value_cents END AS cents
    FROM happened WHERE kind IN ('invoice_paid', 'invoice_refunded')
),
matured AS (
    SELECT lead_id, ARRAY[
        sum(cents) FILTER (WHERE occurred_at < created_at + interval '168 hours'),
        sum(cents) FILTER (WHERE occurred_at < created_at + interval '720 hours'),
        sum(cents) FILTER (WHERE occurred_at < created_at + interval '1440 hours'),
        sum(cents) FILTER (WHERE occurred_at < created_at + interval '2160 hours')
    ]::bigint[] AS cents
    FROM money GROUP BY lead_id
),
wait AS (
    SELECT touch.lead_id,
        extract(epoch FROM min(touch.created_at - lead.created_at))::float8
            AS any_wait,
        extract(epoch FROM min(touch.created_at - lead.created_at) FILTER (
            WHERE NOT coalesce((touch.payload_json ->> 'automated')::boolean, false)
        ))::float8 AS human_wait
    FROM leads_activity touch JOIN lead ON lead.id = touch.lead_id
    WHERE touch.deleted_at IS NULL AND touch.type = ANY(%(touches)s)
        AND touch.created_at >= lead.created_at
    GROUP BY touch.lead_id
),
marked AS (
    SELECT mark.lead_id, array_agg(tag.id ORDER BY tag.id)::varchar(25)[] AS tags
    FROM leads_leadtag mark
    JOIN lead ON lead.id = mark.lead_id
    JOIN leads_tag tag ON tag.id = mark.tag_id AND tag.deleted_at IS NULL
    GROUP BY mark.lead_id
),
fact AS (
    SELECT coalesce(lead.id, entries.subject) AS subject,
        coalesce(lead.campaign, '') AS campaign,
        coalesce(lead.source, '') AS source,
        coalesce(lead.procedure, '') AS procedure,
        (lead.created_at AT TIME ZONE %(zone)s)::date AS created_day,
        coalesce(to_char(lead.created_at AT TIME ZONE %(zone)s, 'ID-HH24'), '')
            AS created_hour,
        wait.any_wait, wait.human_wait,
        {BUCKETS.format("wait.any_wait")} AS any_bucket,
        {BUCKETS.format("wait.human_wait")} AS human_bucket,
        coalesce(entries.kinds, '{{}}') AS kinds,
        coalesce(entries.campaigns, '{{}}') AS campaigns,
        coalesce(entries.days, '{{}}') AS days,
        coalesce(entries.earlier, '{{}}') AS earlier,
        coalesce(entries.counts, '{{}}') AS counts,
        coalesce(entries.cents, '{{}}') AS cents,
        coalesce(matured.cents, '{{}}') AS matured_cents,
        coalesce(marked.tags, '{{}}') AS tags
    FROM lead
    FULL JOIN entries ON entries.subject = lead.id
    LEFT JOIN matured ON matured.lead_id = lead.id
    LEFT JOIN wait ON wait.lead_id = lead.id
    LEFT JOIN marked ON marked.lead_id = lead.id
)
"""  # noqa: S608  (no input)
# What FACTS needs beside the zone.
BOUND = {"touches": TOUCHES, "once": ONCE}
