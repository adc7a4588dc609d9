-- name: providers_of_leads
-- The provider named last as treating each lead, the one who signs in as the person that
-- it is assigned to, and with whom it had consults: [id of the show, moment, provider],
-- the latest first. Providers who have left are left out.
SELECT l.id, treats.id, looks_after.id, held.consults FROM leads_lead l
LEFT JOIN LATERAL (
    SELECT provider_id FROM commissions_leadprovider WHERE lead_id = l.id
    ORDER BY chosen_at DESC, id DESC LIMIT 1
) chosen ON true
LEFT JOIN commissions_provider treats
    ON treats.id = chosen.provider_id AND treats.deleted_at IS NULL
LEFT JOIN commissions_provider looks_after
    ON looks_after.user_id = l.assigned_to_id AND looks_after.deleted_at IS NULL
LEFT JOIN LATERAL (
    SELECT jsonb_agg(jsonb_build_array(show.id, show.occurred_at, provider.id)
        ORDER BY show.occurred_at DESC, show.id DESC) AS consults
    FROM kpis_kpievent show
    JOIN kpis_consultdetails details
        ON details.booking_id = show.metadata_json ->> 'booking'
    JOIN commissions_provider provider
        ON provider.id = details.provider_id AND provider.deleted_at IS NULL
    WHERE show.lead_id = l.id AND show.kind = %(shown_kind)s
        AND show.deleted_at IS NULL
) held ON true
WHERE l.id = ANY(%(leads)s)

-- name: lead_earnings
-- One lead: its providers, all providers by name, and its latest payments with shares.
SELECT found.treats, found.looks_after, found.consults, jsonb_build_object(
    'providers', (
        SELECT jsonb_agg(jsonb_build_array(provider.id, provider.name)
            ORDER BY provider.name, provider.id)
        FROM commissions_provider provider WHERE provider.deleted_at IS NULL
    ),
    'payments', (
        SELECT jsonb_agg(
            jsonb_build_object('event', to_jsonb(payment), 'shares', coalesce((
                SELECT jsonb_agg(
                    jsonb_build_object(
                        'name', provider.name, 'share_bps', credit.share_bps
                    )
                    ORDER BY credit.share_bps DESC, credit.id
                )
                FROM commissions_credit credit
                JOIN commissions_provider provider ON provider.id = credit.provider_id
                WHERE credit.kpi_event_id = payment.id
            ), '[]'))
            ORDER BY payment.occurred_at DESC, payment.id DESC
        )
        FROM (
            SELECT * FROM kpis_kpievent event
            WHERE event.lead_id = found.lead AND event.kind = %(paid)s
                AND event.deleted_at IS NULL
            ORDER BY event.occurred_at DESC, event.id DESC LIMIT %(shown)s
        ) payment
    )
)
FROM ({providers_of_leads}) found (lead, treats, looks_after, consults)
