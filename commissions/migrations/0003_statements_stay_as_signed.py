"""Locked statements and used rules never change; totals are what the lines say."""

from django.db import migrations

STATEMENTS = """
CREATE FUNCTION commissions_statement_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    free text[] := ARRAY['status', 'paid_at', 'paid_by_id',
                         'superseded_at', 'superseded_by_id'];
BEGIN
    IF OLD.status IN ('draft', 'approved') THEN
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE'
        AND to_jsonb(OLD) - free = to_jsonb(NEW) - free
        AND (NEW.status = OLD.status OR (OLD.status, NEW.status) = ('locked', 'paid'))
        AND (OLD.superseded_at IS NULL OR to_jsonb(OLD) = to_jsonb(NEW))
        AND (OLD.status <> 'paid' OR to_jsonb(OLD) = to_jsonb(NEW))
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'A locked statement never changes; unlock it for a new revision.'
        USING ERRCODE = 'check_violation',
            CONSTRAINT = 'commissions_statement_stays_as_locked';
END $$;
CREATE TRIGGER commissions_statement_stays_as_locked
    BEFORE UPDATE OR DELETE ON commissions_statement FOR EACH ROW
    EXECUTE FUNCTION commissions_statement_stays();
"""
# One look at each statement that an act touches, not at each of its many lines.
LINES = """
CREATE FUNCTION commissions_line_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    signed boolean := false;
BEGIN
    IF TG_OP <> 'DELETE' THEN
        signed := EXISTS (
            SELECT 1 FROM commissions_statement WHERE status <> 'draft'
                AND id IN (SELECT DISTINCT statement_id FROM new_lines));
    END IF;
    IF TG_OP <> 'INSERT' AND NOT signed THEN
        -- A statement that goes away itself takes its lines along.
        signed := EXISTS (
            SELECT 1 FROM commissions_statement WHERE status <> 'draft'
                AND id IN (SELECT DISTINCT statement_id FROM old_lines));
    END IF;
    IF signed THEN
        RAISE EXCEPTION 'Only the lines of a draft can change.'
            USING ERRCODE = 'check_violation',
                CONSTRAINT = 'commissions_statementline_stays_as_signed';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER commissions_statementline_is_added_to_a_draft
    AFTER INSERT ON commissions_statementline
    REFERENCING NEW TABLE AS new_lines FOR EACH STATEMENT
    EXECUTE FUNCTION commissions_line_stays();
CREATE TRIGGER commissions_statementline_is_changed_in_a_draft
    AFTER UPDATE ON commissions_statementline
    REFERENCING OLD TABLE AS old_lines NEW TABLE AS new_lines FOR EACH STATEMENT
    EXECUTE FUNCTION commissions_line_stays();
CREATE TRIGGER commissions_statementline_is_removed_from_a_draft
    AFTER DELETE ON commissions_statementline
    REFERENCING OLD TABLE AS old_lines FOR EACH STATEMENT
    EXECUTE FUNCTION commissions_line_stays();
"""
DROP_LINES = """
DROP TRIGGER commissions_statementline_is_added_to_a_draft ON commissions_statementline;
DROP TRIGGER commissions_statementline_is_changed_in_a_draft
    ON commissions_statementline;
DROP TRIGGER commissions_statementline_is_removed_from_a_draft
    ON commissions_statementline;
DROP FUNCTION commissions_line_stays;
"""
SUMS = """
CREATE FUNCTION commissions_lines_add_up() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    earned bigint;
    corrected bigint;
BEGIN
    SELECT coalesce(sum(amount_cents) FILTER (WHERE corrects_statement_id IS NULL), 0),
        coalesce(sum(amount_cents) FILTER (WHERE corrects_statement_id IS NOT NULL), 0)
    INTO earned, corrected
    FROM commissions_statementline WHERE statement_id = NEW.id;
    IF NOT EXISTS (
        SELECT 1 FROM commissions_statement WHERE id = NEW.id
            AND (lines_cents <> earned OR adjustments_cents
                <> corrected + draw_topup_cents - draw_recovered_cents)
    ) THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'A statement''s totals are not what its lines add up to.'
        USING ERRCODE = 'check_violation',
            CONSTRAINT = 'commissions_statement_lines_add_up';
END $$;
CREATE CONSTRAINT TRIGGER commissions_statement_lines_add_up
    AFTER INSERT OR UPDATE ON commissions_statement
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    EXECUTE FUNCTION commissions_lines_add_up();
"""
RULES = """
CREATE FUNCTION commissions_used_rule_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    free text[] := ARRAY['effective_to', 'deleted_at', 'acknowledged_name'];
BEGIN
    IF (TG_OP = 'UPDATE' AND to_jsonb(OLD) - free = to_jsonb(NEW) - free)
        OR NOT (
            EXISTS (SELECT 1 FROM commissions_statementline WHERE rule_id = OLD.id)
            OR EXISTS (SELECT 1 FROM commissions_statement WHERE draw_rule_id = OLD.id)
        )
    THEN
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'A statement was worked out with this rule.'
        USING ERRCODE = 'check_violation',
            CONSTRAINT = 'commissions_commissionrule_stays_as_used';
END $$;
CREATE TRIGGER commissions_commissionrule_stays_as_used
    BEFORE UPDATE OR DELETE ON commissions_commissionrule FOR EACH ROW
    EXECUTE FUNCTION commissions_used_rule_stays();
"""
DROP = """
DROP TRIGGER {trigger} ON {table};
DROP FUNCTION {function};
"""


def drop(trigger: str, table: str, function: str) -> str:
    return DROP.format(trigger=trigger, table=table, function=function)


class Migration(migrations.Migration):
    dependencies = [("commissions", "0002_shares_sum_to_the_whole")]

    operations = [
        migrations.RunSQL(
            STATEMENTS,
            drop(
                "commissions_statement_stays_as_locked",
                "commissions_statement",
                "commissions_statement_stays",
            ),
        ),
        migrations.RunSQL(LINES, DROP_LINES),
        migrations.RunSQL(
            SUMS,
            drop(
                "commissions_statement_lines_add_up",
                "commissions_statement",
                "commissions_lines_add_up",
            ),
        ),
        migrations.RunSQL(
            RULES,
            drop(
                "commissions_commissionrule_stays_as_used",
                "commissions_commissionrule",
                "commissions_used_rule_stays",
            ),
        ),
    ]
