"""The living refunds of a payment never exceed it, also with two writers at once.

A payment that was paid back in part can't be voided or made smaller. Whoever writes a
refund locks its payment first, so the second of two sees what the first committed.
"""

from django.db import migrations

CREATE = """
CREATE FUNCTION kpis_refunds_fit(payment_id varchar) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    payment record;
BEGIN
    SELECT kind, value_cents, deleted_at INTO payment
    FROM kpis_kpievent WHERE id = payment_id FOR NO KEY UPDATE;
    IF (
        SELECT sum(value_cents) FROM kpis_kpievent
        WHERE refund_of_id = payment_id AND deleted_at IS NULL
    ) > (CASE WHEN payment.kind = 'invoice_paid' AND payment.deleted_at IS NULL
        THEN payment.value_cents ELSE 0 END)
    THEN
        RAISE EXCEPTION 'The refunds of a payment can not exceed it.'
            USING ERRCODE = 'check_violation',
                CONSTRAINT = 'kpis_kpievent_refunds_fit';
    END IF;
END $$;
CREATE FUNCTION kpis_refund_fits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM kpis_refunds_fit(NEW.refund_of_id);
    RETURN NULL;
END $$;
CREATE FUNCTION kpis_payment_holds() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM kpis_refunds_fit(NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER kpis_kpievent_refund_fits
    AFTER INSERT OR UPDATE OF value_cents, refund_of_id, deleted_at ON kpis_kpievent
    FOR EACH ROW WHEN (NEW.refund_of_id IS NOT NULL AND NEW.deleted_at IS NULL)
    EXECUTE FUNCTION kpis_refund_fits();
CREATE TRIGGER kpis_kpievent_payment_holds
    AFTER UPDATE OF value_cents, kind, deleted_at ON kpis_kpievent
    FOR EACH ROW WHEN (OLD.kind = 'invoice_paid')
    EXECUTE FUNCTION kpis_payment_holds();
"""
DROP = """
DROP TRIGGER kpis_kpievent_payment_holds ON kpis_kpievent;
DROP TRIGGER kpis_kpievent_refund_fits ON kpis_kpievent;
DROP FUNCTION kpis_payment_holds;
DROP FUNCTION kpis_refund_fits;
DROP FUNCTION kpis_refunds_fit;
"""


class Migration(migrations.Migration):
    dependencies = [("kpis", "0003_changes_are_noted")]

    operations = [migrations.RunSQL(CREATE, DROP)]
