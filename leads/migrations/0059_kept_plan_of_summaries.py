"""The plan of a lead's summary is kept: it took longer to make than to run."""

from django.db import migrations

AFTER = """
CREATE OR REPLACE FUNCTION leads_summarize(ids text[]) RETURNS void LANGUAGE plpgsql
    SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
BEGIN
    PERFORM 1 FROM leads_lead WHERE id = ANY(ids) ORDER BY id FOR NO KEY UPDATE;
    DELETE FROM leads_leadsummary summary USING leads_lead lead
    WHERE lead.id = ANY(ids) AND lead.deleted_at IS NOT NULL
        AND summary.lead_id = lead.id;
    INSERT INTO leads_leadsummary AS summary
        (lead_id, active_at, contacted_at, called_at, next_due_at, value_cents)
    SELECT lead.id, greatest(lead.created_at, done.active_at),
        coalesce(done.contacted_at, '1970-01-01 00:00+00'),
        coalesce(done.called_at, '1970-01-01 00:00+00'),
        coalesce(planned.due_at, '3000-01-01 00:00+00'),
        coalesce(opportunity.expected_value_cents, 0)
    FROM leads_lead lead
    CROSS JOIN LATERAL (
        SELECT max(created_at) AS active_at,
            max(created_at) FILTER (WHERE is_contact) AS contacted_at,
            max(created_at) FILTER (WHERE is_contact AND type = 'call') AS called_at
        FROM (
            SELECT created_at, type, type IN ('call', 'sms_sent', 'email_sent')
                AND coalesce(payload_json ->> 'automated', 'false') = 'false'
                AS is_contact
            FROM leads_activity
            WHERE lead_id = lead.id AND deleted_at IS NULL
        ) activity
    ) done
    CROSS JOIN LATERAL (
        SELECT min(due_at) AS due_at FROM leads_task
        WHERE lead_id = lead.id AND done_at IS NULL AND deleted_at IS NULL
    ) planned
    LEFT JOIN leads_opportunity opportunity
        ON opportunity.lead_id = lead.id AND opportunity.deleted_at IS NULL
    WHERE lead.id = ANY(ids) AND lead.deleted_at IS NULL
    ON CONFLICT (lead_id) DO UPDATE SET active_at = excluded.active_at,
        contacted_at = excluded.contacted_at, called_at = excluded.called_at,
        next_due_at = excluded.next_due_at, value_cents = excluded.value_cents
    WHERE (summary.active_at, summary.contacted_at, summary.called_at,
            summary.next_due_at, summary.value_cents)
        IS DISTINCT FROM (excluded.active_at, excluded.contacted_at,
            excluded.called_at, excluded.next_due_at, excluded.value_cents);
END $$;
"""

BEFORE = """
CREATE OR REPLACE FUNCTION leads_summarize(ids text[]) RETURNS void LANGUAGE plpgsql
    SET plan_cache_mode = force_custom_plan AS $$
BEGIN
    PERFORM 1 FROM leads_lead WHERE id = ANY(ids) ORDER BY id FOR NO KEY UPDATE;
    DELETE FROM leads_leadsummary summary USING leads_lead lead
    WHERE lead.id = ANY(ids) AND lead.deleted_at IS NOT NULL
        AND summary.lead_id = lead.id;
    INSERT INTO leads_leadsummary AS summary
        (lead_id, active_at, contacted_at, called_at, next_due_at, value_cents)
    SELECT lead.id, greatest(lead.created_at, done.active_at),
        coalesce(done.contacted_at, '1970-01-01 00:00+00'),
        coalesce(done.called_at, '1970-01-01 00:00+00'),
        coalesce(planned.due_at, '3000-01-01 00:00+00'),
        coalesce(opportunity.expected_value_cents, 0)
    FROM leads_lead lead
    CROSS JOIN LATERAL (
        SELECT max(created_at) AS active_at,
            max(created_at) FILTER (WHERE is_contact) AS contacted_at,
            max(created_at) FILTER (WHERE is_contact AND type = 'call') AS called_at
        FROM (
            SELECT created_at, type, type IN ('call', 'sms_sent', 'email_sent')
                AND coalesce(payload_json ->> 'automated', 'false') = 'false'
                AS is_contact
            FROM leads_activity
            WHERE lead_id = lead.id AND deleted_at IS NULL
        ) activity
    ) done
    CROSS JOIN LATERAL (
        SELECT min(due_at) AS due_at FROM leads_task
        WHERE lead_id = lead.id AND done_at IS NULL AND deleted_at IS NULL
    ) planned
    LEFT JOIN leads_opportunity opportunity
        ON opportunity.lead_id = lead.id AND opportunity.deleted_at IS NULL
    WHERE lead.id = ANY(ids) AND lead.deleted_at IS NULL
    ON CONFLICT (lead_id) DO UPDATE SET active_at = excluded.active_at,
        contacted_at = excluded.contacted_at, called_at = excluded.called_at,
        next_due_at = excluded.next_due_at, value_cents = excluded.value_cents
    WHERE (summary.active_at, summary.contacted_at, summary.called_at,
            summary.next_due_at, summary.value_cents)
        IS DISTINCT FROM (excluded.active_at, excluded.contacted_at,
            excluded.called_at, excluded.next_due_at, excluded.value_cents);
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("leads", "0058_sentences_in_plain_words")]

    operations = [migrations.RunSQL(AFTER, BEFORE)]
