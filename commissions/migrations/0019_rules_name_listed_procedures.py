"""The procedures that a rule names are some of the clinic's table."""

from django.db import migrations

FORWARD = r"""
CREATE OR REPLACE FUNCTION commissions_procedures_are_listed() RETURNS trigger
    LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM jsonb_array_elements_text(NEW.rule_json #> '{match,procedures}')
            AS named (code)
        WHERE NOT EXISTS (SELECT FROM leads_procedure WHERE code = named.code)
    ) THEN
        RAISE EXCEPTION 'Choose procedures from the list.'
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER commissions_commissionrule_procedures_are_listed
    AFTER INSERT OR UPDATE OF rule_json ON commissions_commissionrule
    FOR EACH ROW
    WHEN (jsonb_typeof(NEW.rule_json #> '{match,procedures}') = 'array')
    EXECUTE FUNCTION commissions_procedures_are_listed();
"""
BACKWARD = "DROP FUNCTION commissions_procedures_are_listed CASCADE"


class Migration(migrations.Migration):
    dependencies = [
        ("commissions", "0018_plain_words"),
        ("leads", "0042_procedures"),
    ]

    operations = [
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
