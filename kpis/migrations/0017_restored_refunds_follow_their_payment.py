"""A refund that counts again is not dated before its payment."""

from django.db import migrations

FORWARD = r"""
CREATE OR REPLACE FUNCTION kpis_refund_follows() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    payment record;
BEGIN
    SELECT lead_id, occurred_at INTO payment
    FROM kpis_kpievent WHERE id = NEW.refund_of_id;
    IF NEW.deleted_at IS NULL AND NEW.occurred_at < payment.occurred_at THEN
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
    AFTER INSERT OR UPDATE OF occurred_at, refund_of_id, deleted_at ON kpis_kpievent
    FOR EACH ROW WHEN (NEW.refund_of_id IS NOT NULL)
    EXECUTE FUNCTION kpis_refund_follows();
"""
BACKWARD = r"""
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
"""


class Migration(migrations.Migration):
    dependencies = [("kpis", "0016_nothing_is_recorded_in_the_future")]

    operations = [
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
