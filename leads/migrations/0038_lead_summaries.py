"""Last activity, last contact, next step and value of each lead, for the list."""

import datetime

import django.db.models.deletion
from django.db import migrations, models

SUMMARIZE = """
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

CREATE OR REPLACE FUNCTION leads_summarize_leads() RETURNS trigger LANGUAGE plpgsql
    SET plan_cache_mode = force_custom_plan AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        DELETE FROM leads_leadsummary summary USING old_rows
        WHERE summary.lead_id = old_rows.id;
    ELSIF TG_OP = 'INSERT' THEN
        PERFORM leads_summarize(array_agg(id)) FROM new_rows HAVING count(*) > 0;
    ELSE
        PERFORM leads_summarize(array_agg(new_rows.id))
        FROM new_rows JOIN old_rows USING (id)
        WHERE (new_rows.deleted_at IS NULL) <> (old_rows.deleted_at IS NULL)
            OR new_rows.created_at <> old_rows.created_at
        HAVING count(*) > 0;
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER leads_lead_summary_insert
    AFTER INSERT ON leads_lead
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION leads_summarize_leads();
CREATE OR REPLACE TRIGGER leads_lead_summary_update
    AFTER UPDATE ON leads_lead
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION leads_summarize_leads();
CREATE OR REPLACE TRIGGER leads_lead_summary_delete
    AFTER DELETE ON leads_lead
    REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION leads_summarize_leads();

CREATE OR REPLACE FUNCTION leads_summarize_rows() RETURNS trigger LANGUAGE plpgsql
    SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    ids text[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(DISTINCT lead_id) INTO ids FROM new_rows;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(DISTINCT lead_id) INTO ids FROM old_rows;
    ELSE
        SELECT array_agg(lead_id) INTO ids
        FROM (SELECT lead_id FROM new_rows UNION SELECT lead_id FROM old_rows) changed;
    END IF;
    IF ids IS NOT NULL THEN
        PERFORM leads_summarize(ids);
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER leads_activity_summary_insert
    AFTER INSERT ON leads_activity
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION leads_summarize_rows();
CREATE OR REPLACE TRIGGER leads_activity_summary_update
    AFTER UPDATE ON leads_activity
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION leads_summarize_rows();
CREATE OR REPLACE TRIGGER leads_activity_summary_delete
    AFTER DELETE ON leads_activity
    REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION leads_summarize_rows();
CREATE OR REPLACE TRIGGER leads_task_summary_insert
    AFTER INSERT ON leads_task
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION leads_summarize_rows();
CREATE OR REPLACE TRIGGER leads_task_summary_update
    AFTER UPDATE ON leads_task
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION leads_summarize_rows();
CREATE OR REPLACE TRIGGER leads_task_summary_delete
    AFTER DELETE ON leads_task
    REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION leads_summarize_rows();
CREATE OR REPLACE TRIGGER leads_opportunity_summary_insert
    AFTER INSERT ON leads_opportunity
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION leads_summarize_rows();
CREATE OR REPLACE TRIGGER leads_opportunity_summary_update
    AFTER UPDATE ON leads_opportunity
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION leads_summarize_rows();
CREATE OR REPLACE TRIGGER leads_opportunity_summary_delete
    AFTER DELETE ON leads_opportunity
    REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION leads_summarize_rows();
"""
DROP = """
DROP FUNCTION leads_summarize_rows() CASCADE;
DROP FUNCTION leads_summarize_leads() CASCADE;
DROP FUNCTION leads_summarize(text[]);
"""


class Migration(migrations.Migration):
    dependencies = [("leads", "0037_stage_periods_in_plain_words")]

    operations = [
        migrations.CreateModel(
            name="LeadSummary",
            fields=[
                (
                    "lead",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="summary",
                        serialize=False,
                        to="leads.lead",
                    ),
                ),
                ("active_at", models.DateTimeField()),
                (
                    "contacted_at",
                    models.DateTimeField(
                        default=datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
                    ),
                ),
                (
                    "called_at",
                    models.DateTimeField(
                        default=datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
                    ),
                ),
                (
                    "next_due_at",
                    models.DateTimeField(
                        default=datetime.datetime(3000, 1, 1, tzinfo=datetime.UTC)
                    ),
                ),
                ("value_cents", models.BigIntegerField(default=0)),
            ],
            options={"default_permissions": ()},
        ),
        migrations.RunSQL(SUMMARIZE, DROP),
    ]
