"""A period can't be reopened in a retired stage, as none can begin in one."""

from django.db import migrations

IS_LIVING = """
CREATE OR REPLACE FUNCTION leads_stage_is_living()
    RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM leads_pipelinestage
    WHERE id = NEW.stage_id AND deleted_at IS NULL FOR SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'This stage no longer exists.'
            USING ERRCODE = 'check_violation',
                CONSTRAINT = 'leads_leadstage_stage_is_living';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER leads_leadstage_stage_is_living
    BEFORE INSERT OR UPDATE OF left_at ON leads_leadstage
    FOR EACH ROW WHEN (NEW.left_at IS NULL)
    EXECUTE FUNCTION leads_stage_is_living();
"""
IS_LIVING_BEFORE = """
CREATE OR REPLACE FUNCTION leads_stage_is_living()
    RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM leads_pipelinestage
    WHERE id = NEW.stage_id AND deleted_at IS NULL FOR SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'This stage no longer exists.'
            USING ERRCODE = 'check_violation',
                CONSTRAINT = 'leads_leadstage_stage_is_living';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER leads_leadstage_stage_is_living
    BEFORE INSERT ON leads_leadstage
    FOR EACH ROW WHEN (NEW.left_at IS NULL)
    EXECUTE FUNCTION leads_stage_is_living();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0019_one_entry_stage"),
    ]

    operations = [
        migrations.RunSQL(IS_LIVING, IS_LIVING_BEFORE),
    ]
