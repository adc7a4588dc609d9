-- Revenue by provider, for the KPI page: commissions/kpi_table.py.

-- name: shares
-- Payments and refunds, each split into whole cents among the providers to whom the
-- payment is credited. What is credited to nobody has no provider. The share up to each
-- provider is rounded, so the parts of an event add up to it.
SELECT event.id, event.lead_id, event.kind, event.occurred_at, lead.created_at,
    share.provider_id, share.cents
FROM kpis_kpievent event
JOIN leads_lead lead ON lead.id = event.lead_id AND lead.deleted_at IS NULL
CROSS JOIN LATERAL (
    SELECT provider_id,
        (round({net_cents} * up_to / 10000.0)
            - round({net_cents} * (up_to - share_bps) / 10000.0))::bigint AS cents
    FROM (
        SELECT provider_id, share_bps,
            sum(share_bps) OVER (ORDER BY provider_id NULLS LAST) AS up_to
        FROM (
            SELECT provider_id, share_bps FROM commissions_credit credit
            WHERE credit.kpi_event_id = coalesce(event.refund_of_id, event.id)
            UNION ALL
            SELECT NULL, 10000 - coalesce(sum(share_bps), 0) FROM commissions_credit rest
            WHERE rest.kpi_event_id = coalesce(event.refund_of_id, event.id)
        ) credited
    ) summed
) share
WHERE {is_money} AND event.deleted_at IS NULL AND {which}

-- name: of_period
event.occurred_at >= %(start)s AND event.occurred_at < %(end)s

-- name: of_cohort
lead.created_at >= %(start)s AND lead.created_at < %(end)s
    AND event.occurred_at <= %(as_of)s

-- name: by_provider
SELECT provider_id, coalesce(sum(cents) FILTER (WHERE {is_paid}), 0)::bigint AS gross,
    coalesce(sum(cents) FILTER (WHERE {is_refund}), 0)::bigint AS refunds
FROM ({shares}) part GROUP BY provider_id

-- name: rows
-- Those of one provider, as `kpis/sql/drill.sql` says.
SELECT id AS row_id, lead_id, occurred_at AS at, {sorted_at} AS sorted_at,
    kind AS what, NULL::float8 AS seconds, cents
FROM ({shares}) part
WHERE kind = ANY(%(kinds)s) AND provider_id IS NOT DISTINCT FROM %(key)s::text
    AND cents <> 0 AND ({sorted_at}, id) < (%(before)s, %(before_id)s)
ORDER BY {sorted_at} DESC, id DESC LIMIT %(limit)s
