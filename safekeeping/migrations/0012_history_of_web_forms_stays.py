"""The history of web forms is proved and kept as that of all other tables is."""

from django.db import migrations

TABLE = "connections_webformhistory"
FORWARD = f"""
ALTER TABLE {TABLE} ADD COLUMN proof_salt uuid, ADD COLUMN proof_xid bigint,
    ADD COLUMN proof_kept jsonb, ADD COLUMN proof_change bigint;
ALTER TABLE {TABLE} ALTER COLUMN proof_salt SET DEFAULT gen_random_uuid(),
    ALTER COLUMN proof_xid SET DEFAULT pg_current_xact_id()::text::bigint;
CREATE INDEX {TABLE}_by_xid ON {TABLE}
    USING brin (proof_xid) WITH (pages_per_range = 32, autosummarize = on);
CREATE OR REPLACE TRIGGER {TABLE}_stays
    BEFORE UPDATE OR DELETE ON {TABLE}
    FOR EACH ROW EXECUTE FUNCTION safekeeping_history_stays();
CREATE OR REPLACE TRIGGER {TABLE}_is_never_emptied
    BEFORE TRUNCATE ON {TABLE}
    FOR EACH STATEMENT EXECUTE FUNCTION safekeeping_table_stays();
"""
BACKWARD = f"""
DROP TRIGGER {TABLE}_is_never_emptied ON {TABLE};
DROP TRIGGER {TABLE}_stays ON {TABLE};
DROP INDEX {TABLE}_by_xid;
ALTER TABLE {TABLE} DROP COLUMN proof_salt, DROP COLUMN proof_xid,
    DROP COLUMN proof_kept, DROP COLUMN proof_change;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("connections", "0006_web_forms"),
        ("safekeeping", "0011_history_of_connections_stays"),
    ]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
