"""Payments and consults are credited, ad clicks and refunds are not.

Credits of other events, which paid nobody, are removed first.
"""

from django.db import migrations

REMOVE = """
DELETE FROM commissions_credit c USING kpis_kpievent e
WHERE e.id = c.kpi_event_id
    AND e.kind NOT IN ('invoice_paid', 'consult_show', 'consult_booked');
"""
GUARD = """
CREATE OR REPLACE FUNCTION commissions_credit_is_earned()
    RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM kpis_kpievent WHERE id = NEW.kpi_event_id
            AND kind NOT IN ('invoice_paid', 'consult_show', 'consult_booked')
    ) THEN
        RAISE EXCEPTION 'Only payments and consults are credited.'
            USING ERRCODE = 'check_violation',
                CONSTRAINT = 'commissions_credit_is_for_payments_and_consults';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER commissions_credit_is_for_payments_and_consults
    BEFORE INSERT OR UPDATE OF kpi_event_id ON commissions_credit
    FOR EACH ROW EXECUTE FUNCTION commissions_credit_is_earned();
"""
NO_GUARD = """
DROP TRIGGER commissions_credit_is_for_payments_and_consults ON commissions_credit;
DROP FUNCTION commissions_credit_is_earned;
"""


class Migration(migrations.Migration):
    dependencies = [("commissions", "0012_a_draw_pays_despite_a_balance")]

    operations = [
        migrations.RunSQL(REMOVE, migrations.RunSQL.noop),
        migrations.RunSQL(GUARD, NO_GUARD),
    ]
