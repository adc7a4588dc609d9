"""Leads that were imported later than a day after their creation have no waits.

No lead is marked yet, so the rollups are true as they stand.
"""

from django.db import migrations, models

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
            (SELECT id, campaign_id, source, created_at, deleted_at FROM new_rows
            EXCEPT
            SELECT id, campaign_id, source, created_at, deleted_at FROM old_rows)
            UNION ALL
            (SELECT id, campaign_id, source, created_at, deleted_at FROM old_rows
            EXCEPT
            SELECT id, campaign_id, source, created_at, deleted_at FROM new_rows)
        ) differing GROUP BY id;
    END IF;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("kpis", "0010_rows_follow_the_clock"),
        ("leads", "0016_backfilled_leads"),
    ]

    operations = [
        migrations.AddField(
            model_name="daysum",
            name="cohort_backfilled_leads",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="fact",
            name="is_backfilled",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.RunSQL(NOTE_LEADS, NOTE_LEADS_BEFORE),
    ]
