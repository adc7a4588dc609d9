"""Refunds follow their payment, shown consults name a booking of their lead."""

from django.db import migrations

RULES = r"""
CREATE OR REPLACE FUNCTION kpis_refund_follows() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    payment record;
BEGIN
    SELECT lead_id, occurred_at INTO payment
    FROM kpis_kpievent WHERE id = NEW.refund_of_id;
    IF NEW.occurred_at < payment.occurred_at THEN
        RAISE EXCEPTION 'A refund can not be dated before its payment.'
            USING ERRCODE = 'check_violation',
                CONSTRAINT = 'kpis_kpievent_refund_follows';
    END IF;
    IF TG_OP = 'INSERT' AND NEW.lead_id <> payment.lead_id THEN
        RAISE EXCEPTION 'A refund is of the lead of its payment.'
            USING ERRCODE = 'check_violation',
                CONSTRAINT = 'kpis_kpievent_refund_follows';
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER kpis_kpievent_refund_follows
    AFTER INSERT OR UPDATE OF occurred_at, refund_of_id ON kpis_kpievent
    FOR EACH ROW WHEN (NEW.refund_of_id IS NOT NULL)
    EXECUTE FUNCTION kpis_refund_follows();

CREATE OR REPLACE FUNCTION kpis_payment_precedes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM kpis_kpievent
        WHERE refund_of_id = NEW.id AND deleted_at IS NULL
            AND occurred_at < NEW.occurred_at
    ) THEN
        RAISE EXCEPTION 'A refund can not be dated before its payment.'
            USING ERRCODE = 'check_violation',
                CONSTRAINT = 'kpis_kpievent_refund_follows';
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER kpis_kpievent_payment_precedes
    AFTER UPDATE OF occurred_at ON kpis_kpievent
    FOR EACH ROW WHEN (OLD.kind = 'invoice_paid')
    EXECUTE FUNCTION kpis_payment_precedes();

CREATE OR REPLACE FUNCTION kpis_show_has_booking() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM kpis_kpievent booking
        WHERE booking.id = NEW.metadata_json ->> 'booking'
            AND booking.lead_id = NEW.lead_id AND booking.kind = 'consult_booked'
    ) THEN
        RAISE EXCEPTION 'A shown consult names a booking of its own lead.'
            USING ERRCODE = 'check_violation',
                CONSTRAINT = 'kpis_kpievent_show_has_booking';
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER kpis_kpievent_show_has_booking
    AFTER INSERT OR UPDATE OF kind, metadata_json ON kpis_kpievent
    FOR EACH ROW WHEN (
        NEW.kind = 'consult_show' AND NEW.metadata_json ->> 'booking' IS NOT NULL
    )
    EXECUTE FUNCTION kpis_show_has_booking();
"""
NO_RULES = r"""
DROP TRIGGER kpis_kpievent_refund_follows ON kpis_kpievent;
DROP FUNCTION kpis_refund_follows;
DROP TRIGGER kpis_kpievent_payment_precedes ON kpis_kpievent;
DROP FUNCTION kpis_payment_precedes;
DROP TRIGGER kpis_kpievent_show_has_booking ON kpis_kpievent;
DROP FUNCTION kpis_show_has_booking;
"""


class Migration(migrations.Migration):
    dependencies = [("kpis", "0012_details_have_their_types")]

    operations = [
        migrations.RunSQL(RULES, NO_RULES),
    ]
