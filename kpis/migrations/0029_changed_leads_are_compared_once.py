"""A changed lead keeps its id: what is new says all of them, the other half cost twice."""

from django.db import migrations

NOTE_LEADS = """
CREATE OR REPLACE FUNCTION kpis_note_leads() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO kpis_changed (subject) SELECT id FROM new_rows;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO kpis_changed (subject) SELECT id FROM old_rows;
    ELSE
        INSERT INTO kpis_changed (subject)
        SELECT id FROM (
            SELECT id, campaign_id, source, assigned_to_id, is_backfilled,
                created_at, created_time_known, deleted_at
            FROM new_rows
            EXCEPT
            SELECT id, campaign_id, source, assigned_to_id, is_backfilled,
                created_at, created_time_known, deleted_at
            FROM old_rows
        ) differing;
    END IF;
    RETURN NULL;
END $$;
"""
NOTE_LEADS_BEFORE = """
CREATE OR REPLACE FUNCTION kpis_note_leads() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO kpis_changed (subject) SELECT id FROM new_rows;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO kpis_changed (subject) SELECT id FROM old_rows;
    ELSE
        INSERT INTO kpis_changed (subject)
        SELECT id FROM (
            (SELECT id, campaign_id, source, assigned_to_id, is_backfilled,
                created_at, created_time_known, deleted_at
            FROM new_rows
            EXCEPT
            SELECT id, campaign_id, source, assigned_to_id, is_backfilled,
                created_at, created_time_known, deleted_at
            FROM old_rows)
            UNION ALL
            (SELECT id, campaign_id, source, assigned_to_id, is_backfilled,
                created_at, created_time_known, deleted_at
            FROM old_rows
            EXCEPT
            SELECT id, campaign_id, source, assigned_to_id, is_backfilled,
                created_at, created_time_known, deleted_at
            FROM new_rows)
        ) differing GROUP BY id;
    END IF;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("kpis", "0028_stage_flows_and_credits")]

    operations = [migrations.RunSQL(NOTE_LEADS, NOTE_LEADS_BEFORE)]
