"""Changes of leads that no connection writes back are not looked up."""

from django.db import migrations

AFTER = """
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
"""

BEFORE = """
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
"""


class Migration(migrations.Migration):
    dependencies = [("connections", "0015_sentences_in_plain_words")]

    operations = [migrations.RunSQL(AFTER, BEFORE)]
