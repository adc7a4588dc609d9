"""The shares of one event sum to at most 10000, also with two writers at once."""

from django.db import migrations

CREATE = """
CREATE FUNCTION commissions_shares_fit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM kpis_kpievent WHERE id = NEW.kpi_event_id FOR NO KEY UPDATE;
    IF (
        SELECT sum(share_bps) FROM commissions_credit
        WHERE kpi_event_id = NEW.kpi_event_id
    ) > 10000 THEN
        RAISE EXCEPTION 'The shares of one payment can not exceed the whole.'
            USING ERRCODE = 'check_violation',
                CONSTRAINT = 'commissions_credit_shares_fit';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER commissions_credit_shares_fit
    AFTER INSERT OR UPDATE ON commissions_credit FOR EACH ROW
    EXECUTE FUNCTION commissions_shares_fit();
"""
DROP = """
DROP TRIGGER commissions_credit_shares_fit ON commissions_credit;
DROP FUNCTION commissions_shares_fit;
"""


class Migration(migrations.Migration):
    dependencies = [("commissions", "0001_initial")]

    operations = [migrations.RunSQL(CREATE, DROP)]
