-- Consults on the page Today: kpis/today.py.

-- name: consults
-- Consults of the next days, and the last ones before them to learn from. The index
-- knows the texts of the planned moments; the day is decided by the moment itself. Who
-- came is looked up for the rows of the page, not for all bookings.
SELECT booking.pk, booking.lead_id, booking.occurred_at, booking.due,
    came.has_come IS NOT NULL, lead.first_name, lead.source,
    coalesce(nullif(details.procedure_code, ''), opportunity.procedure_code),
    opportunity.expected_value_cents, booking.is_past,
    coalesce(provider.name, ''), details.confirmed_at IS NOT NULL
FROM (
    (
        SELECT id AS pk, lead_id, occurred_at, false AS is_past,
            {planned_text} AS due
        FROM kpis_kpievent booking
        WHERE {is_booked} AND deleted_at IS NULL AND {is_standing}
            AND {planned_text} >= %(from_text)s
            AND {planned_text} < %(until_text)s
            AND {planned_at} >= %(first)s
            AND {planned_at} < %(end)s
        ORDER BY {planned_text} LIMIT %(judged)s
    ) UNION ALL (
        SELECT id, lead_id, occurred_at, true, {planned_text}
        FROM kpis_kpievent booking
        WHERE {is_booked} AND deleted_at IS NULL AND {is_standing}
            AND {planned_text} < %(from_text)s
        ORDER BY {planned_text} DESC LIMIT %(learnt_from)s
    )
) booking
JOIN leads_lead lead ON lead.id = booking.lead_id AND lead.deleted_at IS NULL
LEFT JOIN leads_opportunity opportunity
    ON opportunity.lead_id = lead.id AND opportunity.deleted_at IS NULL
LEFT JOIN kpis_consultdetails details ON details.booking_id = booking.pk
LEFT JOIN {providers} provider ON provider.id = details.provider_id
LEFT JOIN LATERAL (
    SELECT true AS has_come FROM kpis_kpievent show
    WHERE show.lead_id = booking.lead_id AND {is_shown}
        AND show.deleted_at IS NULL AND show.metadata_json ->> 'booking' = booking.pk
    LIMIT 1
) came ON true
LEFT JOIN LATERAL (
    SELECT true AS is_answered FROM leads_task task
    WHERE NOT booking.is_past AND task.lead_id = booking.lead_id
        AND task.what = 'follow_up_no_show' AND task.deleted_at IS NULL
        AND task.created_at >= %(first)s
    LIMIT 1
) answered ON true
WHERE booking.is_past OR came.has_come IS NULL AND answered.is_answered IS NULL
