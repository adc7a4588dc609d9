"""Changes that are to be written to GoHighLevel are noted as they are made."""

from django.db import migrations

FORWARD = r"""
-- name: connections_note_outgoing
-- Note a changed field of leads, for each connection that writes it back. What came
-- from there is not noted: medspa.origin is set while it is taken in. A change that
-- waits already is not noted twice; its moment is the newest.
CREATE OR REPLACE FUNCTION connections_note_outgoing(
    lead_ids text[], changed_field text, details text[]
) RETURNS void LANGUAGE sql AS $$
    INSERT INTO connections_outgoingchange (connection_id, lead_id, field, detail)
    SELECT DISTINCT connection.id, lead.id, changed_field, changed.detail
    FROM unnest(lead_ids, details) AS changed (lead_id, detail)
    JOIN leads_lead lead ON lead.id = changed.lead_id
        AND lead.external_id IS NOT NULL AND lead.deleted_at IS NULL
    JOIN connections_connection connection ON connection.door = 'gohighlevel'
        AND connection.is_on AND connection.settings_json -> 'writes' ? changed_field
    ON CONFLICT (connection_id, lead_id, field, detail) WHERE state = 'waiting'
        DO UPDATE SET changed_at = excluded.changed_at, next_at = excluded.next_at,
            attempts = 0;
$$;

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
"""

BACKWARD = """
DROP TRIGGER connections_lead_updated ON leads_lead;
DROP TRIGGER connections_stage_entered ON leads_leadstage;
DROP TRIGGER connections_tag_added ON leads_leadtag;
DROP TRIGGER connections_tag_removed ON leads_leadtag;
DROP FUNCTION connections_note_leads();
DROP FUNCTION connections_note_stages();
DROP FUNCTION connections_note_tags();
DROP FUNCTION connections_note_outgoing(text[], text, text[]);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("connections", "0007_streams_and_outgoing_changes"),
    ]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
