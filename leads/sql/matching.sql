-- What `leads.services.matching` reads of the leads that incoming people may be.
--
-- By hand, because a webhook asks this for one person at a time: Django takes 8 ms of CPU
-- to write the eight queries, PostgreSQL 0.3 ms to answer these two. Only the ways are
-- asked that somebody can be found by: to plan all of them takes 0.8 ms, for one 0.3.

-- name: candidates
SELECT id, external_id, first_name, email, phone, campaign_id, ad_platform,
    assigned_to_id, deleted_at, created_at,
    EXISTS (
        SELECT FROM leads_contactpoint
        WHERE lead_id = leads_lead.id AND deleted_at IS NULL
    ) AS has_further
FROM leads_lead
WHERE id IN ({ways})

-- name: by_contact_id
-- Deleted leads, too.
SELECT id FROM leads_lead WHERE external_id = ANY(%(ids)s::varchar[])

-- name: by_email
SELECT id FROM leads_lead
WHERE email_index = ANY(%(emails)s::bytea[]) AND email_index <> ''
    AND deleted_at IS NULL
UNION ALL
SELECT lead.id
FROM leads_contactpoint point JOIN leads_lead lead ON lead.id = point.lead_id
WHERE point.email_index = ANY(%(emails)s::bytea[]) AND point.email_index <> ''
    AND point.deleted_at IS NULL AND lead.deleted_at IS NULL

-- name: by_phone
SELECT id FROM leads_lead
WHERE phone_index = ANY(%(phones)s::bytea[]) AND phone_index <> ''
    AND deleted_at IS NULL
UNION ALL
SELECT lead.id
FROM leads_contactpoint point JOIN leads_lead lead ON lead.id = point.lead_id
WHERE point.phone_index = ANY(%(phones)s::bytea[]) AND point.phone_index <> ''
    AND point.deleted_at IS NULL AND lead.deleted_at IS NULL

-- name: belongings
-- Tags, that there is an opportunity, and the moments of forms.
SELECT lead_id, tag_id, NULL::timestamptz AS submitted_at
FROM leads_leadtag WHERE lead_id = ANY(%(leads)s::varchar[])
UNION ALL
SELECT DISTINCT lead_id, NULL, NULL::timestamptz
FROM leads_opportunity WHERE lead_id = ANY(%(leads)s::varchar[])
UNION ALL
SELECT lead_id, NULL, created_at
FROM leads_activity
WHERE lead_id = ANY(%(leads)s::varchar[]) AND type = %(form)s
