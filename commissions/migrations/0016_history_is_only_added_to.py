"""Nobody changes or removes the history of commissions."""

from django.db import migrations

FORWARD = r"""
CREATE OR REPLACE FUNCTION commissions_history_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF (to_jsonb(NEW) -> 'history_user_id') IN
                (to_jsonb(OLD) -> 'history_user_id', 'null')
            AND to_jsonb(NEW) - 'history_user_id' = to_jsonb(OLD) - 'history_user_id'
        THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'History is never changed.'
        USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
END $$;
CREATE OR REPLACE TRIGGER commissions_providerhistory_stays
    BEFORE UPDATE OR DELETE ON commissions_providerhistory
    FOR EACH ROW EXECUTE FUNCTION commissions_history_stays();
CREATE OR REPLACE TRIGGER commissions_leadproviderhistory_stays
    BEFORE UPDATE OR DELETE ON commissions_leadproviderhistory
    FOR EACH ROW EXECUTE FUNCTION commissions_history_stays();
CREATE OR REPLACE TRIGGER commissions_credithistory_stays
    BEFORE UPDATE OR DELETE ON commissions_credithistory
    FOR EACH ROW EXECUTE FUNCTION commissions_history_stays();
CREATE OR REPLACE TRIGGER commissions_commissionrulehistory_stays
    BEFORE UPDATE OR DELETE ON commissions_commissionrulehistory
    FOR EACH ROW EXECUTE FUNCTION commissions_history_stays();
CREATE OR REPLACE TRIGGER commissions_statementhistory_stays
    BEFORE UPDATE OR DELETE ON commissions_statementhistory
    FOR EACH ROW EXECUTE FUNCTION commissions_history_stays();
CREATE OR REPLACE TRIGGER commissions_disputehistory_stays
    BEFORE UPDATE OR DELETE ON commissions_disputehistory
    FOR EACH ROW EXECUTE FUNCTION commissions_history_stays();
"""
BACKWARD = r"""
DROP TRIGGER commissions_providerhistory_stays ON commissions_providerhistory;
DROP TRIGGER commissions_leadproviderhistory_stays ON commissions_leadproviderhistory;
DROP TRIGGER commissions_credithistory_stays ON commissions_credithistory;
DROP TRIGGER commissions_commissionrulehistory_stays ON commissions_commissionrulehistory;
DROP TRIGGER commissions_statementhistory_stays ON commissions_statementhistory;
DROP TRIGGER commissions_disputehistory_stays ON commissions_disputehistory;
DROP FUNCTION commissions_history_stays;
"""


class Migration(migrations.Migration):
    dependencies = [("commissions", "0015_provider_names_are_no_persons")]

    operations = [
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
