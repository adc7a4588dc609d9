"""A lead can't enter a retired stage, also when it is retired at that moment.

The share lock makes retiring wait for moves under way, and moves wait for a retirement
under way: whoever comes second sees what the first did.
"""

from django.db import migrations

CREATE = """
CREATE FUNCTION leads_stage_is_living() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE TRIGGER leads_leadstage_stage_is_living
    BEFORE INSERT ON leads_leadstage FOR EACH ROW
    WHEN (NEW.left_at IS NULL)
    EXECUTE FUNCTION leads_stage_is_living();
"""
DROP = """
DROP TRIGGER leads_leadstage_stage_is_living ON leads_leadstage;
DROP FUNCTION leads_stage_is_living;
"""


class Migration(migrations.Migration):
    dependencies = [("leads", "0003_stages_keep_their_leads")]

    operations = [migrations.RunSQL(CREATE, DROP)]
