"""Wishes not to be contacted and statuses of consults are noted as they are made."""

from django.db import migrations

FORWARD = r"""
-- name: connections_note_leads
-- Changed first names, emails and phones, and leads that must not be contacted any
-- more: only that is told, since the stricter of both sides counts.
CREATE OR REPLACE FUNCTION connections_note_leads() RETURNS trigger
    LANGUAGE plpgsql AS $$
DECLARE
    changed text;
    ids text[];
BEGIN
    IF current_setting('medspa.origin', true) = 'gohighlevel' THEN
        RETURN NULL;
    END IF;
    FOREACH changed IN ARRAY ARRAY[
        'first_name', 'email', 'phone', 'do_not_contact'
    ] LOOP
        SELECT array_agg(after.id) INTO ids
        FROM new_rows after
        JOIN old_rows before USING (id)
        WHERE CASE changed
            WHEN 'first_name' THEN after.first_name <> before.first_name
            WHEN 'email' THEN after.email_index <> before.email_index
            WHEN 'phone' THEN after.phone_index <> before.phone_index
            ELSE after.do_not_contact_at IS NOT NULL
                AND before.do_not_contact_at IS NULL
        END;
        IF ids IS NOT NULL THEN
            PERFORM connections_note_outgoing(
                ids, changed, array_fill(''::text, ARRAY[cardinality(ids)])
            );
        END IF;
    END LOOP;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER connections_lead_updated
    AFTER UPDATE ON leads_lead REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION connections_note_leads();

-- name: connections_note_appointments
-- Leads whose consults were marked as showed or no-show, canceled, or had that undone.
CREATE OR REPLACE FUNCTION connections_note_appointments() RETURNS trigger
    LANGUAGE plpgsql AS $$
DECLARE
    ids text[];
BEGIN
    IF current_setting('medspa.origin', true) = 'gohighlevel' THEN
        RETURN NULL;
    END IF;
    IF TG_TABLE_NAME = 'leads_task' THEN
        SELECT array_agg(lead_id) INTO ids
        FROM changed_rows WHERE what = 'follow_up_no_show';
    ELSIF TG_TABLE_NAME = 'kpis_kpievent' AND TG_OP = 'INSERT' THEN
        SELECT array_agg(lead_id) INTO ids
        FROM changed_rows WHERE kind = 'consult_show' AND lead_id IS NOT NULL;
    ELSIF TG_TABLE_NAME = 'kpis_kpievent' THEN
        SELECT array_agg(after.lead_id) INTO ids
        FROM changed_rows after
        JOIN old_rows before USING (id)
        WHERE after.kind = 'consult_show' AND after.lead_id IS NOT NULL
            AND after.deleted_at IS DISTINCT FROM before.deleted_at;
    ELSIF TG_OP = 'INSERT' THEN
        SELECT array_agg(booking.lead_id) INTO ids
        FROM changed_rows details
        JOIN kpis_kpievent booking ON booking.id = details.booking_id
        WHERE details.canceled_at IS NOT NULL;
    ELSE
        SELECT array_agg(booking.lead_id) INTO ids
        FROM changed_rows after
        JOIN old_rows before USING (id)
        JOIN kpis_kpievent booking ON booking.id = after.booking_id
        WHERE after.canceled_at IS DISTINCT FROM before.canceled_at;
    END IF;
    IF ids IS NOT NULL THEN
        PERFORM connections_note_outgoing(
            ids, 'appointment', array_fill(''::text, ARRAY[cardinality(ids)])
        );
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER connections_no_show_planned
    AFTER INSERT ON leads_task REFERENCING NEW TABLE AS changed_rows
    FOR EACH STATEMENT EXECUTE FUNCTION connections_note_appointments();
CREATE OR REPLACE TRIGGER connections_consult_shown
    AFTER INSERT ON kpis_kpievent REFERENCING NEW TABLE AS changed_rows
    FOR EACH STATEMENT EXECUTE FUNCTION connections_note_appointments();
CREATE OR REPLACE TRIGGER connections_consult_unshown
    AFTER UPDATE ON kpis_kpievent
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS changed_rows
    FOR EACH STATEMENT EXECUTE FUNCTION connections_note_appointments();
CREATE OR REPLACE TRIGGER connections_consult_canceled_at_once
    AFTER INSERT ON kpis_consultdetails REFERENCING NEW TABLE AS changed_rows
    FOR EACH STATEMENT EXECUTE FUNCTION connections_note_appointments();
CREATE OR REPLACE TRIGGER connections_consult_canceled
    AFTER UPDATE ON kpis_consultdetails
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS changed_rows
    FOR EACH STATEMENT EXECUTE FUNCTION connections_note_appointments();
"""

BACKWARD = r"""
DROP TRIGGER connections_no_show_planned ON leads_task;
DROP TRIGGER connections_consult_shown ON kpis_kpievent;
DROP TRIGGER connections_consult_unshown ON kpis_kpievent;
DROP TRIGGER connections_consult_canceled_at_once ON kpis_consultdetails;
DROP TRIGGER connections_consult_canceled ON kpis_consultdetails;
DROP FUNCTION connections_note_appointments();

-- name: connections_note_leads
-- Changed first names, emails and phones.
CREATE OR REPLACE FUNCTION connections_note_leads() RETURNS trigger
    LANGUAGE plpgsql AS $$
DECLARE
    changed text;
    ids text[];
BEGIN
    IF current_setting('medspa.origin', true) = 'gohighlevel' THEN
        RETURN NULL;
    END IF;
    FOREACH changed IN ARRAY ARRAY['first_name', 'email', 'phone'] LOOP
        SELECT array_agg(after.id) INTO ids
        FROM new_rows after
        JOIN old_rows before USING (id)
        WHERE CASE changed
            WHEN 'first_name' THEN after.first_name <> before.first_name
            WHEN 'email' THEN after.email_index <> before.email_index
            ELSE after.phone_index <> before.phone_index
        END;
        IF ids IS NOT NULL THEN
            PERFORM connections_note_outgoing(
                ids, changed, array_fill(''::text, ARRAY[cardinality(ids)])
            );
        END IF;
    END LOOP;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER connections_lead_updated
    AFTER UPDATE ON leads_lead REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION connections_note_leads();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("connections", "0012_differences_wait_for_a_person"),
        ("kpis", "0024_payments_name_listed_procedures"),
        ("leads", "0056_leads_who_must_not_be_contacted"),
    ]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
