"""The rollups know to whom each lead is assigned.

Built again by the worker, by `rebuild_kpis`, or in a small clinic by the first page that
asks. Until then pages ask leads and events themselves.
"""

from django.db import migrations, models

NOTE_LEADS = r"""
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
NOTE_LEADS_BEFORE = r"""
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
# Without this row there are no rollups, whatever stands in their tables.
FORGET = "DELETE FROM kpis_kept;"
DIMENSION = models.CharField(
    choices=[
        ("slice", "Campaign, source and procedure"),
        ("tag", "Tag"),
        ("hour", "Hour of the week"),
        ("owner", "Assigned person"),
    ],
    db_collation="C",
    max_length=5,
)


class Migration(migrations.Migration):
    dependencies = [
        ("kpis", "0021_canceled_consults_are_not_due"),
        ("leads", "0032_time_of_day_may_be_unknown"),
    ]

    operations = [
        migrations.RunSQL(FORGET, FORGET),
        migrations.AddField(
            "fact",
            "assigned_to",
            models.CharField(
                blank=True, db_collation="C", db_default="", max_length=25
            ),
        ),
        migrations.AlterField("daysum", "dimension", DIMENSION),
        migrations.AlterField("repeat", "dimension", DIMENSION),
        migrations.RunSQL(NOTE_LEADS, NOTE_LEADS_BEFORE),
    ]
