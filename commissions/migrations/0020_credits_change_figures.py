"""Leads whose payments are credited otherwise are marked for the KPIs."""

from django.db import migrations

NOTE_CREDITS = """
CREATE OR REPLACE FUNCTION commissions_note_credits()
    RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    ids text[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(DISTINCT kpi_event_id) INTO ids FROM new_rows;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(DISTINCT kpi_event_id) INTO ids FROM old_rows;
    ELSE
        SELECT array_agg(DISTINCT kpi_event_id) INTO ids FROM (
            SELECT kpi_event_id FROM new_rows UNION SELECT kpi_event_id FROM old_rows
        ) AS either;
    END IF;
    PERFORM commissions_note_moments(
        array_agg(occurred_at), array_agg(coalesce(lead_id, '')), array_agg(id))
    FROM kpis_kpievent WHERE id = ANY(ids);
    PERFORM commissions_keep_open(ids);
    INSERT INTO kpis_changed (subject)
    SELECT DISTINCT lead_id FROM kpis_kpievent WHERE id = ANY(ids) AND kind = 'invoice_paid';
    RETURN NULL;
END $$;
"""
NOTE_CREDITS_BEFORE = """
CREATE OR REPLACE FUNCTION commissions_note_credits()
    RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    ids text[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(DISTINCT kpi_event_id) INTO ids FROM new_rows;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(DISTINCT kpi_event_id) INTO ids FROM old_rows;
    ELSE
        SELECT array_agg(DISTINCT kpi_event_id) INTO ids FROM (
            SELECT kpi_event_id FROM new_rows UNION SELECT kpi_event_id FROM old_rows
        ) AS either;
    END IF;
    PERFORM commissions_note_moments(
        array_agg(occurred_at), array_agg(coalesce(lead_id, '')), array_agg(id))
    FROM kpis_kpievent WHERE id = ANY(ids);
    PERFORM commissions_keep_open(ids);
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("commissions", "0019_rules_name_listed_procedures"),
        ("kpis", "0028_stage_flows_and_credits"),
    ]

    operations = [migrations.RunSQL(NOTE_CREDITS, NOTE_CREDITS_BEFORE)]
