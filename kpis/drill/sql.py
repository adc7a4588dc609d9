"""The SQL of the rows behind numbers: each walks them newest first.

Every question answers `row_id`, `lead_id`, `at` (what people see), `place_at` (what is
walked along), `what`, `seconds` and `cents`, from the row `before`, `before_id` on.
"""

from kpis.queries.drop_off import PEOPLE

LEADS = """
SELECT lead.id AS row_id, lead.id AS lead_id, lead.created_at AS at,
    lead.created_at AS place_at, '' AS what, NULL::float8 AS seconds,
    NULL::bigint AS cents
FROM leads_lead lead
WHERE lead.deleted_at IS NULL
    AND lead.created_at >= %(start)s AND lead.created_at < %(end)s
    AND (lead.created_at, lead.id) < (%(before)s, %(before_id)s)
    {only} {where}
ORDER BY lead.created_at DESC, lead.id DESC LIMIT %(limit)s
"""
_EVENT = """
SELECT event.id AS row_id, event.lead_id, event.occurred_at AS at,
    {place_at} AS place_at, event.kind AS what, NULL::float8 AS seconds,
    CASE event.kind WHEN 'invoice_refunded' THEN -event.value_cents
        ELSE event.value_cents END AS cents
"""
EVENTS = (
    _EVENT.replace("{place_at}", "event.occurred_at")
    + """
FROM kpis_kpievent event
LEFT JOIN leads_lead lead ON lead.id = event.lead_id
WHERE event.kind = ANY(%(kinds)s) AND event.deleted_at IS NULL
    AND lead.deleted_at IS NULL
    AND event.occurred_at >= %(start)s AND event.occurred_at < %(end)s
    AND (event.occurred_at, event.id) < (%(before)s, %(before_id)s)
    {only} {where}
ORDER BY event.occurred_at DESC, event.id DESC LIMIT %(limit)s
"""
)
# What the leads of the range did: lead by lead, the newest lead first.
COHORT_EVENTS = (
    _EVENT.replace("{place_at}", "lead.created_at")
    + """
FROM leads_lead lead
JOIN kpis_kpievent event ON event.lead_id = lead.id
WHERE event.kind = ANY(%(kinds)s) AND event.deleted_at IS NULL
    AND lead.deleted_at IS NULL AND event.occurred_at <= %(as_of)s
    AND lead.created_at >= %(start)s AND lead.created_at < %(end)s
    AND (lead.created_at, event.id) < (%(before)s, %(before_id)s)
    {only} {where}
ORDER BY lead.created_at DESC, event.id DESC LIMIT %(limit)s
"""
)
# The lead's first such event since then stands for the lead.
ONCE = """
AND event.lead_id IS NOT NULL AND NOT EXISTS (
    SELECT FROM kpis_kpievent earlier
    WHERE earlier.lead_id = event.lead_id AND earlier.kind = event.kind
        AND earlier.deleted_at IS NULL AND earlier.occurred_at >= %(since)s
        AND (earlier.occurred_at, earlier.id) < (event.occurred_at, event.id)
)
"""
# The first payment ever stands for the new customer.
FIRST = ONCE.replace("AND earlier.occurred_at >= %(since)s", "")
ATTRIBUTED = "AND lead.campaign_id IS NOT NULL"
DID = """
AND EXISTS (
    SELECT FROM kpis_kpievent done
    WHERE done.lead_id = lead.id AND done.kind = '{kind}'
        AND done.deleted_at IS NULL AND done.occurred_at <= %(as_of)s
)
"""
TOUCHED = """
EXISTS (
    SELECT FROM leads_activity touch
    WHERE touch.lead_id = lead.id AND touch.deleted_at IS NULL
        AND touch.type = ANY(%(touches)s) AND touch.created_at >= lead.created_at
        {only}
)
"""
IN_TIME = "AND touch.created_at <= lead.created_at + interval '5 minutes'"
BY_A_PERSON = "AND NOT coalesce((touch.payload_json ->> 'automated')::boolean, false)"
BOOKINGS = """
SELECT booking.id AS row_id, booking.lead_id, booking.at, booking.at AS place_at,
    '' AS what, NULL::float8 AS seconds, NULL::bigint AS cents
FROM (
    SELECT id, lead_id, (metadata_json ->> 'scheduled_for')::timestamptz AS at
    FROM kpis_kpievent
    WHERE kind = 'consult_booked' AND deleted_at IS NULL
        AND metadata_json ->> 'scheduled_for' >= %(not_before)s
        AND metadata_json ->> 'scheduled_for' < %(not_after)s
) booking
JOIN leads_lead lead ON lead.id = booking.lead_id AND lead.deleted_at IS NULL
WHERE booking.at >= %(start)s AND booking.at < least(%(end)s, %(as_of)s)
    AND (booking.at, booking.id) < (%(before)s, %(before_id)s)
    {only} {where}
ORDER BY booking.at DESC, booking.id DESC LIMIT %(limit)s
"""
HELD = """
EXISTS (
    SELECT FROM kpis_kpievent show
    WHERE show.lead_id = booking.lead_id AND show.kind = 'consult_show'
        AND show.deleted_at IS NULL AND show.metadata_json ->> 'booking' = booking.id
)
"""
LEFT_STAYS = """
SELECT stay.id AS row_id, stay.lead_id, stay.left_at AS at, stay.left_at AS place_at,
    '' AS what, extract(epoch FROM stay.left_at - stay.changed_at)::float8 AS seconds,
    NULL::bigint AS cents
FROM leads_leadstage stay
JOIN leads_lead lead ON lead.id = stay.lead_id AND lead.deleted_at IS NULL
WHERE stay.stage_id = %(key)s
    AND stay.left_at >= %(start)s AND stay.left_at < %(end)s
    AND (stay.left_at, stay.id) < (%(before)s, %(before_id)s)
    {only} {where}
ORDER BY stay.left_at DESC, stay.id DESC LIMIT %(limit)s
"""
OPEN_STAYS = """
SELECT stay.id AS row_id, stay.lead_id, stay.changed_at AS at,
    stay.changed_at AS place_at, '' AS what,
    extract(epoch FROM %(as_of)s - stay.changed_at)::float8 AS seconds,
    NULL::bigint AS cents
FROM leads_leadstage stay
JOIN leads_lead lead ON lead.id = stay.lead_id AND lead.deleted_at IS NULL
WHERE stay.stage_id = %(key)s AND stay.left_at IS NULL
    AND (stay.changed_at, stay.id) < (%(before)s, %(before_id)s)
    {only} {where}
ORDER BY stay.changed_at DESC, stay.id DESC LIMIT %(limit)s
"""
# By the expected day; what has none comes last.
OPPORTUNITIES = """
SELECT opportunity.id AS row_id, opportunity.lead_id,
    opportunity.expected_date::timestamp AT TIME ZONE %(zone)s AS at,
    dated.at AS place_at, stage.name || ', '
        || trim_scale(stage.win_probability_bps / 100.0) || ' %%' AS what,
    NULL::float8 AS seconds, opportunity.expected_value_cents::bigint AS cents
FROM leads_opportunity opportunity
JOIN leads_lead lead ON lead.id = opportunity.lead_id AND lead.deleted_at IS NULL
JOIN leads_leadstage stay ON stay.lead_id = lead.id AND stay.left_at IS NULL
JOIN leads_pipelinestage stage ON stage.id = stay.stage_id AND stage.outcome = 'open'
CROSS JOIN LATERAL (
    SELECT coalesce(opportunity.expected_date, '0001-01-02')::timestamp
        AT TIME ZONE 'UTC' AS at
) dated
WHERE opportunity.deleted_at IS NULL
    AND CASE WHEN %(key)s::text IS NULL THEN opportunity.expected_date IS NULL
        WHEN %(key)s::text = 'all' THEN true
        ELSE to_char(opportunity.expected_date, 'YYYY-MM') = %(key)s::text END
    AND (dated.at, opportunity.id) < (%(before)s, %(before_id)s)
    {only} {where}
ORDER BY dated.at DESC, opportunity.id DESC LIMIT %(limit)s
"""
STEPS = (
    """
SELECT person.id AS row_id, person.id AS lead_id, person.at,
    person.created_at AS place_at, coalesce(person.outcome, '') AS what,
    extract(epoch FROM coalesce(person.later_at, %(as_of)s) - person.at)::float8
        AS seconds,
    person.expected_value_cents::bigint AS cents
FROM ("""
    + PEOPLE
    + """) person
WHERE (person.step = %(key)s::text OR %(key)s::text = 'all')
    AND (person.created_at, person.id) < (%(before)s, %(before_id)s)
    {only} {where}
ORDER BY person.created_at DESC, person.id DESC LIMIT %(limit)s
"""
)
