"""A stage with leads in it can't be retired, whoever tries."""

from django.db import migrations

CREATE = """
CREATE FUNCTION leads_stage_is_empty() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM leads_leadstage stay
        JOIN leads_lead lead ON lead.id = stay.lead_id AND lead.deleted_at IS NULL
        WHERE stay.stage_id = NEW.id AND stay.left_at IS NULL
    ) THEN
        RAISE EXCEPTION 'There are leads in this stage. Say where they go first.'
            USING ERRCODE = 'check_violation',
                CONSTRAINT = 'leads_pipelinestage_retires_empty';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER leads_pipelinestage_retires_empty
    AFTER UPDATE OF deleted_at ON leads_pipelinestage FOR EACH ROW
    WHEN (OLD.deleted_at IS NULL AND NEW.deleted_at IS NOT NULL)
    EXECUTE FUNCTION leads_stage_is_empty();
"""
DROP = """
DROP TRIGGER leads_pipelinestage_retires_empty ON leads_pipelinestage;
DROP FUNCTION leads_stage_is_empty;
"""


class Migration(migrations.Migration):
    dependencies = [("leads", "0002_kept_totals")]

    operations = [migrations.RunSQL(CREATE, DROP)]
