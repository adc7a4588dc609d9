"""Rollups of the steps to a payment and of the time in stages.

Built again by the worker, by `rebuild_kpis`, or in a small clinic by the first page that
asks. Until then pages ask leads and events themselves.
"""

import django.contrib.postgres.fields
from django.db import migrations, models

NOTE_OPPORTUNITIES = r"""
CREATE OR REPLACE FUNCTION kpis_note_opportunities()
    RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO kpis_changed (subject) SELECT lead_id FROM new_rows;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO kpis_changed (subject) SELECT lead_id FROM old_rows;
    ELSE
        INSERT INTO kpis_changed (subject)
        SELECT lead_id FROM (
            (SELECT lead_id, procedure_code, expected_value_cents, expected_date,
                deleted_at
            FROM new_rows
            EXCEPT
            SELECT lead_id, procedure_code, expected_value_cents, expected_date,
                deleted_at
            FROM old_rows)
            UNION ALL
            (SELECT lead_id, procedure_code, expected_value_cents, expected_date,
                deleted_at
            FROM old_rows
            EXCEPT
            SELECT lead_id, procedure_code, expected_value_cents, expected_date,
                deleted_at
            FROM new_rows)
        ) differing GROUP BY lead_id;
    END IF;
    RETURN NULL;
END $$;
"""
NOTE_OPPORTUNITIES_BEFORE = r"""
CREATE OR REPLACE FUNCTION kpis_note_opportunities()
    RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO kpis_changed (subject) SELECT lead_id FROM new_rows;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO kpis_changed (subject) SELECT lead_id FROM old_rows;
    ELSE
        INSERT INTO kpis_changed (subject)
        SELECT lead_id FROM (
            (SELECT lead_id, procedure_code, deleted_at FROM new_rows
            EXCEPT
            SELECT lead_id, procedure_code, deleted_at FROM old_rows)
            UNION ALL
            (SELECT lead_id, procedure_code, deleted_at FROM old_rows
            EXCEPT
            SELECT lead_id, procedure_code, deleted_at FROM new_rows)
        ) differing GROUP BY lead_id;
    END IF;
    RETURN NULL;
END $$;
"""
NOTE_STAGES = r"""
CREATE OR REPLACE FUNCTION kpis_note_stage_periods()
    RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO kpis_changed (subject) SELECT DISTINCT lead_id FROM new_rows;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO kpis_changed (subject) SELECT DISTINCT lead_id FROM old_rows;
    ELSE
        INSERT INTO kpis_changed (subject)
        SELECT lead_id FROM new_rows UNION SELECT lead_id FROM old_rows;
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER leads_leadstage_note_insert
    AFTER INSERT ON leads_leadstage
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION kpis_note_stage_periods();
CREATE OR REPLACE TRIGGER leads_leadstage_note_update
    AFTER UPDATE ON leads_leadstage
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION kpis_note_stage_periods();
CREATE OR REPLACE TRIGGER leads_leadstage_note_delete
    AFTER DELETE ON leads_leadstage
    REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION kpis_note_stage_periods();

CREATE OR REPLACE FUNCTION kpis_note_stages() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO kpis_changed (subject)
    SELECT stage_period.lead_id
    FROM new_rows JOIN old_rows USING (id)
    JOIN leads_leadstage stage_period
        ON stage_period.stage_id = new_rows.id AND stage_period.left_at IS NULL
    WHERE new_rows.outcome <> old_rows.outcome;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER leads_pipelinestage_note_update
    AFTER UPDATE ON leads_pipelinestage
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION kpis_note_stages();
"""
NOTE_STAGES_BEFORE = """
DROP TRIGGER leads_leadstage_note_insert ON leads_leadstage;
DROP TRIGGER leads_leadstage_note_update ON leads_leadstage;
DROP TRIGGER leads_leadstage_note_delete ON leads_leadstage;
DROP TRIGGER leads_pipelinestage_note_update ON leads_pipelinestage;
DROP FUNCTION kpis_note_stage_periods();
DROP FUNCTION kpis_note_stages();
"""
# Without this row there are no rollups, whatever stands in their tables.
FORGET = "DELETE FROM kpis_kept;"
# Empty, it gets columns and indexes at once.
EMPTY = "TRUNCATE kpis_fact;"


class Migration(migrations.Migration):
    dependencies = [
        ("kpis", "0024_payments_name_listed_procedures"),
        ("leads", "0055_all_leads_heard_from_listed_sources"),
    ]

    operations = [
        migrations.RunSQL(FORGET, FORGET),
        migrations.RunSQL(EMPTY, migrations.RunSQL.noop),
        migrations.CreateModel(
            name="StagePeriodSum",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "granularity",
                        "day",
                        "stage",
                        "bucket",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "granularity",
                    models.CharField(
                        choices=[("day", "Day"), ("month", "Month")],
                        db_collation="C",
                        max_length=5,
                    ),
                ),
                ("day", models.DateField()),
                ("stage", models.CharField(db_collation="C", max_length=25)),
                ("bucket", models.BigIntegerField()),
                ("n", models.BigIntegerField()),
                ("microseconds", models.BigIntegerField()),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="StepSum",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "granularity",
                        "day",
                        "step",
                        "went_on",
                        "bucket",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "granularity",
                    models.CharField(
                        choices=[("day", "Day"), ("month", "Month")],
                        db_collation="C",
                        max_length=5,
                    ),
                ),
                ("day", models.DateField()),
                ("step", models.CharField(db_collation="C", max_length=10)),
                ("went_on", models.BooleanField()),
                ("bucket", models.BigIntegerField()),
                ("n", models.BigIntegerField()),
                ("given_up", models.BigIntegerField()),
                ("lost_cents", models.BigIntegerField()),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.AddField(
            model_name="fact",
            name="booked_wait",
            field=models.FloatField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="fact",
            name="expected_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="fact",
            name="last_step",
            field=models.CharField(
                blank=True, db_collation="C", db_default="", max_length=10
            ),
        ),
        migrations.AddField(
            model_name="fact",
            name="last_step_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="fact",
            name="leads_wait",
            field=models.FloatField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="fact",
            name="left_days",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.DateField(),
                blank=True,
                db_default=models.Value("{}"),
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="fact",
            name="left_lengths",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(),
                blank=True,
                db_default=models.Value("{}"),
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="fact",
            name="left_stages",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=25),
                blank=True,
                db_default=models.Value("{}"),
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="fact",
            name="outcome",
            field=models.CharField(
                blank=True, db_collation="C", db_default="", max_length=10
            ),
        ),
        migrations.AddField(
            model_name="fact",
            name="shown_wait",
            field=models.FloatField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="fact",
            name="stage",
            field=models.CharField(
                blank=True, db_collation="C", db_default="", max_length=25
            ),
        ),
        migrations.AddField(
            model_name="fact",
            name="stage_since",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="fact",
            name="value_cents",
            field=models.BigIntegerField(blank=True, null=True),
        ),
        migrations.AddIndex(
            model_name="fact",
            index=models.Index(
                models.F("stage"),
                models.F("stage_since"),
                condition=models.Q(("outcome", "open")),
                include=("value_cents", "expected_on"),
                name="kpis_fact_open",
            ),
        ),
        migrations.AddIndex(
            model_name="fact",
            index=models.Index(
                models.F("leads_wait"),
                models.F("created_day"),
                condition=models.Q(("leads_wait__isnull", False)),
                name="kpis_fact_leads_wait",
            ),
        ),
        migrations.AddIndex(
            model_name="fact",
            index=models.Index(
                models.F("booked_wait"),
                models.F("created_day"),
                condition=models.Q(("booked_wait__isnull", False)),
                name="kpis_fact_booked_wait",
            ),
        ),
        migrations.AddIndex(
            model_name="fact",
            index=models.Index(
                models.F("shown_wait"),
                models.F("created_day"),
                condition=models.Q(("shown_wait__isnull", False)),
                name="kpis_fact_shown_wait",
            ),
        ),
        migrations.AddIndex(
            model_name="fact",
            index=models.Index(
                models.F("last_step"),
                models.F("last_step_at"),
                models.F("created_day"),
                name="kpis_fact_last_step",
            ),
        ),
        migrations.RunSQL(NOTE_OPPORTUNITIES, NOTE_OPPORTUNITIES_BEFORE),
        migrations.RunSQL(NOTE_STAGES, NOTE_STAGES_BEFORE),
    ]
