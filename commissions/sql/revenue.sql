-- Revenue by provider, for the KPI page: commissions/kpi_table.py.

-- name: part
-- Of an event's cents what one provider is credited with. `up_to` sums the shares up to
-- theirs, in the order of providers: what it adds to the rounded sum of those before is
-- whole cents, and the parts of an event add up to it.
(round({net_cents} * up_to / 10000.0)
    - round({net_cents} * (up_to - share_bps) / 10000.0))::bigint

-- name: credited
-- The payments and refunds that count. A refund is credited like its payment.
FROM kpis_kpievent event
JOIN leads_lead lead ON lead.id = event.lead_id AND lead.deleted_at IS NULL
{joined}
WHERE {is_money} AND event.deleted_at IS NULL AND {which}

-- name: of_period
event.occurred_at >= %(start)s AND event.occurred_at < %(end)s

-- name: of_cohort
lead.created_at >= %(start)s AND lead.created_at < %(end)s
    AND event.occurred_at <= %(as_of)s

-- name: money
SELECT event.* {credited}

-- name: happened
SELECT * FROM happened WHERE {is_money}

-- name: parts
-- Of the events of the relation `money`, what each provider is credited with.
SELECT share.*, {part} AS cents
FROM (
    SELECT money.*, credit.provider_id, credit.share_bps, sum(credit.share_bps) OVER (
        PARTITION BY money.id ORDER BY credit.provider_id
    ) AS up_to
    FROM ({money}) money JOIN commissions_credit credit
        ON credit.kpi_event_id = coalesce(money.refund_of_id, money.id)
) share

-- name: by_provider
SELECT provider_id, coalesce(sum(cents) FILTER (WHERE {is_paid}), 0)::bigint AS gross,
    coalesce(sum(cents) FILTER (WHERE {is_refund}), 0)::bigint AS refunds
FROM ({parts}) part GROUP BY provider_id

-- name: joined_shares
-- One event at a time, so that a page of rows reads no more than it shows. What nobody
-- is credited with has no provider.
CROSS JOIN LATERAL (
    SELECT provider_id, {part} AS cents
    FROM (
        SELECT provider_id, share_bps,
            sum(share_bps) OVER (ORDER BY provider_id NULLS LAST) AS up_to
        FROM (
            SELECT provider_id, share_bps FROM commissions_credit credit
            WHERE credit.kpi_event_id = coalesce(event.refund_of_id, event.id)
            UNION ALL
            SELECT NULL, 10000 - coalesce(sum(share_bps), 0)
            FROM commissions_credit rest
            WHERE rest.kpi_event_id = coalesce(event.refund_of_id, event.id)
        ) credited
    ) summed
) share

-- name: rows
-- Those of one provider, as `kpis/sql/drill.sql` says.
SELECT event.id AS row_id, event.lead_id, event.occurred_at AS at,
    {sorted_at} AS sorted_at, event.kind AS what, NULL::float8 AS seconds, share.cents
{credited}
    AND event.kind = ANY(%(kinds)s)
    AND share.provider_id IS NOT DISTINCT FROM %(key)s::text AND share.cents <> 0
    AND ({sorted_at}, event.id) < (%(before)s, %(before_id)s)
ORDER BY {sorted_at} DESC, event.id DESC LIMIT %(limit)s
