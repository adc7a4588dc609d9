"""A lead's figures depend on whether the time of day of its creation is known."""

from django.db import migrations

NOTE = r"""
CREATE OR REPLACE FUNCTION kpis_note_leads() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO kpis_changed (subject) SELECT id FROM new_rows;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO kpis_changed (subject) SELECT id FROM old_rows;
    ELSE
        INSERT INTO kpis_changed (subject)
        SELECT id FROM (
            (SELECT id, campaign_id, source, is_backfilled, created_at,
                created_time_known, deleted_at
            FROM new_rows
            EXCEPT
            SELECT id, campaign_id, source, is_backfilled, created_at,
                created_time_known, deleted_at
            FROM old_rows)
            UNION ALL
            (SELECT id, campaign_id, source, is_backfilled, created_at,
                created_time_known, deleted_at
            FROM old_rows
            EXCEPT
            SELECT id, campaign_id, source, is_backfilled, created_at,
                created_time_known, deleted_at
            FROM new_rows)
        ) differing GROUP BY id;
    END IF;
    RETURN NULL;
END $$;
"""
WITHOUT_TIME = r"""
CREATE OR REPLACE FUNCTION kpis_note_leads() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO kpis_changed (subject) SELECT id FROM new_rows;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO kpis_changed (subject) SELECT id FROM old_rows;
    ELSE
        INSERT INTO kpis_changed (subject)
        SELECT id FROM (
            (SELECT id, campaign_id, source, is_backfilled, created_at, deleted_at
            FROM new_rows
            EXCEPT
            SELECT id, campaign_id, source, is_backfilled, created_at, deleted_at
            FROM old_rows)
            UNION ALL
            (SELECT id, campaign_id, source, is_backfilled, created_at, deleted_at
            FROM old_rows
            EXCEPT
            SELECT id, campaign_id, source, is_backfilled, created_at, deleted_at
            FROM new_rows)
        ) differing GROUP BY id;
    END IF;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("kpis", "0014_history_is_only_added_to"),
        ("leads", "0032_time_of_day_may_be_unknown"),
    ]

    operations = [migrations.RunSQL(NOTE, WITHOUT_TIME)]
