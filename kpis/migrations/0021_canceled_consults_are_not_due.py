"""Canceled consults change figures; details belong to bookings; history stays."""

from django.db import migrations

NOTE = r"""
CREATE OR REPLACE FUNCTION kpis_note_consults() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO kpis_changed (subject)
        SELECT DISTINCT booking.lead_id
        FROM new_rows JOIN kpis_kpievent booking ON booking.id = new_rows.booking_id
        WHERE new_rows.canceled_at IS NOT NULL;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO kpis_changed (subject)
        SELECT DISTINCT booking.lead_id
        FROM old_rows JOIN kpis_kpievent booking ON booking.id = old_rows.booking_id
        WHERE old_rows.canceled_at IS NOT NULL;
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER kpis_consultdetails_note_insert
    AFTER INSERT ON kpis_consultdetails
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION kpis_note_consults();
CREATE OR REPLACE TRIGGER kpis_consultdetails_note_update
    AFTER UPDATE ON kpis_consultdetails
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION kpis_note_consults();
CREATE OR REPLACE TRIGGER kpis_consultdetails_note_delete
    AFTER DELETE ON kpis_consultdetails
    REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION kpis_note_consults();
"""
DONT_NOTE = r"""
DROP TRIGGER kpis_consultdetails_note_insert ON kpis_consultdetails;
DROP TRIGGER kpis_consultdetails_note_update ON kpis_consultdetails;
DROP TRIGGER kpis_consultdetails_note_delete ON kpis_consultdetails;
DROP FUNCTION kpis_note_consults;
"""
OF_A_BOOKING = r"""
CREATE OR REPLACE FUNCTION kpis_details_are_of_a_booking() RETURNS trigger
    LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM kpis_kpievent booking
        WHERE booking.id = NEW.booking_id AND booking.kind = 'consult_booked'
    ) THEN
        RAISE EXCEPTION 'Details of a consult belong to a booked consult.'
            USING ERRCODE = 'check_violation',
                CONSTRAINT = 'kpis_consultdetails_of_a_booking';
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER kpis_consultdetails_of_a_booking
    AFTER INSERT OR UPDATE OF booking_id ON kpis_consultdetails
    FOR EACH ROW EXECUTE FUNCTION kpis_details_are_of_a_booking();
"""
OF_ANY_EVENT = r"""
DROP TRIGGER kpis_consultdetails_of_a_booking ON kpis_consultdetails;
DROP FUNCTION kpis_details_are_of_a_booking;
"""
HISTORY_STAYS = r"""
CREATE OR REPLACE TRIGGER kpis_consultdetailshistory_stays
    BEFORE UPDATE OR DELETE ON kpis_consultdetailshistory
    FOR EACH ROW EXECUTE FUNCTION kpis_history_stays();
"""
HISTORY_MAY_CHANGE = r"""
DROP TRIGGER kpis_consultdetailshistory_stays ON kpis_consultdetailshistory;
"""


class Migration(migrations.Migration):
    dependencies = [("kpis", "0020_consult_details")]

    operations = [
        migrations.RunSQL(NOTE, DONT_NOTE),
        migrations.RunSQL(OF_A_BOOKING, OF_ANY_EVENT),
        migrations.RunSQL(HISTORY_STAYS, HISTORY_MAY_CHANGE),
    ]
