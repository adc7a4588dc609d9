"""Sums of tags and of the hours of the week; what they need of each lead.

Whoever upgrades a large clinic runs `rebuild_kpis`: until then pages ask the rows.
"""

import django.contrib.postgres.fields
from django.db import migrations, models

MARKS = """
CREATE FUNCTION kpis_note_marks() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO kpis_changed (subject) SELECT DISTINCT lead_id FROM new_rows;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO kpis_changed (subject) SELECT DISTINCT lead_id FROM old_rows;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER leads_leadtag_note_insert AFTER INSERT ON leads_leadtag
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION kpis_note_marks();
CREATE TRIGGER leads_leadtag_note_update AFTER UPDATE ON leads_leadtag
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION kpis_note_marks();
CREATE TRIGGER leads_leadtag_note_delete AFTER DELETE ON leads_leadtag
    REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION kpis_note_marks();
"""
# A tag that is retired or comes back changes all leads that it marks.
TAGS = """
CREATE FUNCTION kpis_note_tags() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO kpis_changed (subject)
    SELECT DISTINCT mark.lead_id
    FROM new_rows JOIN old_rows USING (id)
    JOIN leads_leadtag mark ON mark.tag_id = new_rows.id
    WHERE (new_rows.deleted_at IS NULL) <> (old_rows.deleted_at IS NULL);
    RETURN NULL;
END $$;
CREATE TRIGGER leads_tag_note_update AFTER UPDATE ON leads_tag
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION kpis_note_tags();
"""
DROP = """
DROP TRIGGER leads_tag_note_update ON leads_tag;
DROP FUNCTION kpis_note_tags;
DROP TRIGGER leads_leadtag_note_insert ON leads_leadtag;
DROP TRIGGER leads_leadtag_note_update ON leads_leadtag;
DROP TRIGGER leads_leadtag_note_delete ON leads_leadtag;
DROP FUNCTION kpis_note_marks;
"""
# Stays by the moment at which they ended, without looking at the table; the few deleted
# leads; and how few of all stays are those that last in an open stage.
STAYS = """
CREATE INDEX leads_leadstage_left ON leads_leadstage (left_at)
    INCLUDE (stage_id, changed_at, lead_id) WHERE left_at IS NOT NULL;
CREATE INDEX leads_lead_deleted ON leads_lead (id) WHERE deleted_at IS NOT NULL;
CREATE STATISTICS leads_leadstage_standing (mcv)
    ON stage_id, left_at FROM leads_leadstage;
"""
NO_STAYS = """
DROP STATISTICS IF EXISTS leads_leadstage_standing;
DROP INDEX IF EXISTS leads_lead_deleted;
DROP INDEX IF EXISTS leads_leadstage_left;
"""
# The sums at hand know neither tags nor hours: nothing counts as kept any more.
FORGET = "DELETE FROM kpis_kept;"


class Migration(migrations.Migration):
    dependencies = [
        ("kpis", "0006_snapshots"),
        ("leads", "0006_exports_are_logged"),
    ]

    operations = [
        migrations.AddField(
            "fact",
            "created_hour",
            models.CharField(max_length=4, blank=True, db_default=""),
        ),
        migrations.AddField(
            "fact",
            "tags",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=25),
                blank=True,
                db_default=models.Value("{}"),
                size=None,
            ),
        ),
        *(
            migrations.AlterField(
                model,
                "span",
                models.CharField(
                    choices=[
                        ("d", "Day"),
                        ("m", "Month"),
                        ("t", "Day of a tag"),
                        ("u", "Month of a tag"),
                        ("h", "Day of an hour of the week"),
                        ("i", "Month of an hour of the week"),
                    ],
                    max_length=1,
                ),
            )
            for model in ("daysum", "repeat", "waitsum")
        ),
        migrations.RunSQL(MARKS + TAGS, DROP),
        migrations.RunSQL(FORGET, FORGET),
        migrations.RunSQL(STAYS, NO_STAYS),
    ]
