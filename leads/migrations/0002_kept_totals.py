"""Triggers that keep `StageTotal` true under every writer, raw SQL included.

A lead counts in the stage of its current stay, with its living opportunity's value,
while it is not deleted. Each statement inserts what it changed as delta rows.

The three tables describe one lead, so a writer first locks the lead: two
transactions that change the stage and the value of one lead follow each other, and
the second computes its delta from what the first has committed.
"""

from django.db import migrations

LOCK_LEAD = """
CREATE FUNCTION leads_lock_lead() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        PERFORM 1 FROM leads_lead WHERE id = OLD.lead_id FOR NO KEY UPDATE;
        RETURN OLD;
    END IF;
    PERFORM 1 FROM leads_lead WHERE id = NEW.lead_id FOR NO KEY UPDATE;
    RETURN NEW;
END $$;
CREATE TRIGGER leads_leadstage_lock_lead BEFORE INSERT OR UPDATE OR DELETE
    ON leads_leadstage FOR EACH ROW EXECUTE FUNCTION leads_lock_lead();
CREATE TRIGGER leads_opportunity_lock_lead BEFORE INSERT OR UPDATE OR DELETE
    ON leads_opportunity FOR EACH ROW EXECUTE FUNCTION leads_lock_lead();
"""

# A plan for each statement's own rows: one kept from empty tables joins in loops.
# One function a table; the transition tables that an operation lacks are read as
# empty by choosing the trigger's branch on TG_OP.
TOTAL_STAYS = """
CREATE FUNCTION leads_total_stays() RETURNS trigger LANGUAGE plpgsql
    SET plan_cache_mode = force_custom_plan AS $$
BEGIN
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO leads_stagetotal (stage_id, lead_count, expected_value_cents)
        SELECT stay.stage_id, count(*), coalesce(sum(opportunity.expected_value_cents), 0)
        FROM new_rows stay
        JOIN leads_lead lead ON lead.id = stay.lead_id AND lead.deleted_at IS NULL
        LEFT JOIN leads_opportunity opportunity
            ON opportunity.lead_id = lead.id AND opportunity.deleted_at IS NULL
        WHERE stay.left_at IS NULL
        GROUP BY stay.stage_id;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO leads_stagetotal (stage_id, lead_count, expected_value_cents)
        SELECT stay.stage_id, -count(*), -coalesce(sum(opportunity.expected_value_cents), 0)
        FROM old_rows stay
        JOIN leads_lead lead ON lead.id = stay.lead_id AND lead.deleted_at IS NULL
        LEFT JOIN leads_opportunity opportunity
            ON opportunity.lead_id = lead.id AND opportunity.deleted_at IS NULL
        WHERE stay.left_at IS NULL
        GROUP BY stay.stage_id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER leads_leadstage_total_insert AFTER INSERT ON leads_leadstage
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION leads_total_stays();
CREATE TRIGGER leads_leadstage_total_update AFTER UPDATE ON leads_leadstage
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION leads_total_stays();
CREATE TRIGGER leads_leadstage_total_delete AFTER DELETE ON leads_leadstage
    REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION leads_total_stays();
"""

TOTAL_VALUES = """
CREATE FUNCTION leads_total_values() RETURNS trigger LANGUAGE plpgsql
    SET plan_cache_mode = force_custom_plan AS $$
BEGIN
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO leads_stagetotal (stage_id, lead_count, expected_value_cents)
        SELECT stay.stage_id, 0, sum(opportunity.expected_value_cents)
        FROM new_rows opportunity
        JOIN leads_lead lead
            ON lead.id = opportunity.lead_id AND lead.deleted_at IS NULL
        JOIN leads_leadstage stay ON stay.lead_id = lead.id AND stay.left_at IS NULL
        WHERE opportunity.deleted_at IS NULL
        GROUP BY stay.stage_id;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO leads_stagetotal (stage_id, lead_count, expected_value_cents)
        SELECT stay.stage_id, 0, -sum(opportunity.expected_value_cents)
        FROM old_rows opportunity
        JOIN leads_lead lead
            ON lead.id = opportunity.lead_id AND lead.deleted_at IS NULL
        JOIN leads_leadstage stay ON stay.lead_id = lead.id AND stay.left_at IS NULL
        WHERE opportunity.deleted_at IS NULL
        GROUP BY stay.stage_id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER leads_opportunity_total_insert AFTER INSERT ON leads_opportunity
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION leads_total_values();
CREATE TRIGGER leads_opportunity_total_update AFTER UPDATE ON leads_opportunity
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION leads_total_values();
CREATE TRIGGER leads_opportunity_total_delete AFTER DELETE ON leads_opportunity
    REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION leads_total_values();
"""

# A deleted lead leaves its stage's totals, a restored one comes back.
TOTAL_LEADS = """
CREATE FUNCTION leads_total_leads() RETURNS trigger LANGUAGE plpgsql
    SET plan_cache_mode = force_custom_plan AS $$
BEGIN
    INSERT INTO leads_stagetotal (stage_id, lead_count, expected_value_cents)
    SELECT stay.stage_id,
        sum(changed.sign),
        coalesce(sum(changed.sign * opportunity.expected_value_cents), 0)
    FROM (
        SELECT new_rows.id,
            CASE WHEN new_rows.deleted_at IS NULL THEN 1 ELSE -1 END AS sign
        FROM new_rows JOIN old_rows USING (id)
        WHERE (new_rows.deleted_at IS NULL) <> (old_rows.deleted_at IS NULL)
    ) changed
    JOIN leads_leadstage stay ON stay.lead_id = changed.id AND stay.left_at IS NULL
    LEFT JOIN leads_opportunity opportunity
        ON opportunity.lead_id = changed.id AND opportunity.deleted_at IS NULL
    GROUP BY stay.stage_id;
    RETURN NULL;
END $$;
CREATE TRIGGER leads_lead_total_update AFTER UPDATE ON leads_lead
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION leads_total_leads();
"""

DROP = """
DROP TRIGGER leads_lead_total_update ON leads_lead;
DROP TRIGGER leads_opportunity_total_delete ON leads_opportunity;
DROP TRIGGER leads_opportunity_total_update ON leads_opportunity;
DROP TRIGGER leads_opportunity_total_insert ON leads_opportunity;
DROP TRIGGER leads_leadstage_total_delete ON leads_leadstage;
DROP TRIGGER leads_leadstage_total_update ON leads_leadstage;
DROP TRIGGER leads_leadstage_total_insert ON leads_leadstage;
DROP TRIGGER leads_opportunity_lock_lead ON leads_opportunity;
DROP TRIGGER leads_leadstage_lock_lead ON leads_leadstage;
DROP FUNCTION leads_total_leads;
DROP FUNCTION leads_total_values;
DROP FUNCTION leads_total_stays;
DROP FUNCTION leads_lock_lead;
"""


class Migration(migrations.Migration):
    dependencies = [("leads", "0001_initial")]

    operations = [
        migrations.RunSQL(LOCK_LEAD + TOTAL_STAYS + TOTAL_VALUES + TOTAL_LEADS, DROP)
    ]
