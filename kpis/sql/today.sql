-- Consults on the page Today: kpis/today.py.

-- name: consults
-- Consults of the next days that nobody was noted for, and the last ones before them to
-- learn from. The index knows the texts of the planned moments; the day is decided by
-- the moment itself, of texts in UTC by comparing them as they are: to see that a text
-- is a moment takes 5 µs, 10 of the 17 ms of 800 texts. Of those that are near, in their
-- order, only as many are looked into as the page shows.
SELECT booking.pk, booking.lead_id, booking.occurred_at, booking.due,
    came.has_come IS NOT NULL, lead.first_name, lead.source,
    coalesce(nullif(booking.procedure_code, ''), opportunity.procedure_code),
    opportunity.expected_value_cents, booking.is_past,
    coalesce(provider.name, ''), booking.confirmed_at IS NOT NULL
FROM (
    (
        SELECT coming.pk, coming.lead_id, coming.occurred_at, coming.due,
            false AS is_past, details.procedure_code, details.provider_id,
            details.confirmed_at
        FROM (
            SELECT * FROM (
                SELECT id AS pk, lead_id, occurred_at, {planned_text} AS due,
                    ({planned_text})::timestamptz AS due_at
                FROM kpis_kpievent booking
                WHERE {is_booked} AND deleted_at IS NULL
                    AND {planned_text} >= %(from_text)s
                    AND {planned_text} < %(until_text)s
                    AND CASE WHEN {planned_text} LIKE '____-__-__T__:__:__+00:00'
                        THEN {planned_text} >= %(first_utc)s
                            AND {planned_text} < %(end_utc)s
                        ELSE true END
                    AND {planned_at} <@ tstzrange(%(first)s, %(end)s)
                    AND lead_id <> ALL(%(without)s)
                ORDER BY {planned_text} LIMIT {near}
            ) near
            ORDER BY due_at, pk
        ) coming
        JOIN leads_lead lead ON lead.id = coming.lead_id AND lead.deleted_at IS NULL
        LEFT JOIN kpis_consultdetails details ON details.booking_id = coming.pk
        WHERE details.canceled_at IS NULL AND NOT EXISTS (
            SELECT FROM kpis_kpievent show
            WHERE show.lead_id = coming.lead_id AND {is_shown}
                AND show.deleted_at IS NULL
                AND show.metadata_json ->> 'booking' = coming.pk
        ) AND NOT EXISTS (
            SELECT FROM leads_task task
            WHERE task.lead_id = coming.lead_id AND task.what = 'follow_up_no_show'
                AND task.deleted_at IS NULL
                AND task.created_at >= greatest(coming.due_at, coming.occurred_at)
        )
        ORDER BY coming.due_at, coming.pk LIMIT {shown}
    ) UNION ALL (
        SELECT booking.id, booking.lead_id, booking.occurred_at, {planned_text}, true,
            details.procedure_code, details.provider_id, details.confirmed_at
        FROM kpis_kpievent booking
        LEFT JOIN kpis_consultdetails details ON details.booking_id = booking.id
        WHERE {is_booked} AND booking.deleted_at IS NULL
            AND details.canceled_at IS NULL AND {planned_text} < %(from_text)s
        ORDER BY {planned_text} DESC LIMIT {learned_from}
    )
) booking
JOIN leads_lead lead ON lead.id = booking.lead_id AND lead.deleted_at IS NULL
LEFT JOIN leads_opportunity opportunity
    ON opportunity.lead_id = lead.id AND opportunity.deleted_at IS NULL
LEFT JOIN {providers} provider ON provider.id = booking.provider_id
LEFT JOIN LATERAL (
    SELECT true AS has_come FROM kpis_kpievent show
    WHERE booking.is_past AND show.lead_id = booking.lead_id AND {is_shown}
        AND show.deleted_at IS NULL AND show.metadata_json ->> 'booking' = booking.pk
    LIMIT 1
) came ON true
