-- The functions and triggers of connections, as they stand after all migrations.
-- docs/decisions/0013-triggers-in-sql-files.md says how to change one.
--
-- What changes here and is to be written to GoHighLevel is noted by triggers, so that
-- the note commits with the change, whoever makes it.

-- name: connections_note_outgoing
-- Note a changed field of leads, for each connection that writes it back. What came
-- from there is not noted: medspa.origin is set while it is taken in. A change that
-- waits already is not noted twice; its moment is the newest.
CREATE OR REPLACE FUNCTION connections_note_outgoing(
    lead_ids text[], changed_field text, details text[]
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    connected record;
BEGIN
    FOR connected IN
        SELECT id FROM connections_connection
        WHERE door = 'gohighlevel' AND is_on
            AND settings_json -> 'writes' ? changed_field
    LOOP
        INSERT INTO connections_outgoingchange (connection_id, lead_id, field, detail)
        SELECT DISTINCT connected.id, lead.id, changed_field, changed.detail
        FROM unnest(lead_ids, details) AS changed (lead_id, detail)
        JOIN leads_lead lead ON lead.id = changed.lead_id
            AND lead.external_id IS NOT NULL AND lead.deleted_at IS NULL
        ON CONFLICT (connection_id, lead_id, field, detail) WHERE state = 'waiting'
            DO UPDATE SET changed_at = excluded.changed_at,
                next_at = excluded.next_at, attempts = 0;
    END LOOP;
END $$;

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

-- name: connections_note_stages
-- Leads that entered another stage.
CREATE OR REPLACE FUNCTION connections_note_stages() RETURNS trigger
    LANGUAGE plpgsql AS $$
DECLARE
    ids text[];
BEGIN
    IF current_setting('medspa.origin', true) = 'gohighlevel' THEN
        RETURN NULL;
    END IF;
    SELECT array_agg(lead_id) INTO ids FROM new_rows WHERE left_at IS NULL;
    IF ids IS NOT NULL THEN
        PERFORM connections_note_outgoing(
            ids, 'stage', array_fill(''::text, ARRAY[cardinality(ids)])
        );
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER connections_stage_entered
    AFTER INSERT ON leads_leadstage REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION connections_note_stages();

-- name: connections_note_tags
-- Tags that were added to leads or removed.
CREATE OR REPLACE FUNCTION connections_note_tags() RETURNS trigger
    LANGUAGE plpgsql AS $$
DECLARE
    ids text[];
    tags text[];
BEGIN
    IF current_setting('medspa.origin', true) = 'gohighlevel' THEN
        RETURN NULL;
    END IF;
    SELECT array_agg(lead_id), array_agg(tag_id) INTO ids, tags FROM changed_rows;
    IF ids IS NOT NULL THEN
        PERFORM connections_note_outgoing(ids, 'tags', tags);
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER connections_tag_added
    AFTER INSERT ON leads_leadtag REFERENCING NEW TABLE AS changed_rows
    FOR EACH STATEMENT EXECUTE FUNCTION connections_note_tags();
CREATE OR REPLACE TRIGGER connections_tag_removed
    AFTER DELETE ON leads_leadtag REFERENCING OLD TABLE AS changed_rows
    FOR EACH STATEMENT EXECUTE FUNCTION connections_note_tags();

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
