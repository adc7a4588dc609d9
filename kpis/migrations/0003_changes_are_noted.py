"""Triggers that note which lead changed, for the sums of `kpis.cube`.

A note is a row of its own, so writers never wait for each other. Clicks without a
lead are noted by campaign and UTC month.
"""

from django.db import migrations

EVENTS = """
CREATE FUNCTION kpis_note_events() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO kpis_changed (subject)
        SELECT DISTINCT coalesce(lead_id,
            campaign_id || to_char(occurred_at AT TIME ZONE 'UTC', '@YYYY-MM'))
        FROM new_rows;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO kpis_changed (subject)
        SELECT DISTINCT coalesce(lead_id,
            campaign_id || to_char(occurred_at AT TIME ZONE 'UTC', '@YYYY-MM'))
        FROM old_rows;
    END IF;
    RETURN NULL;
END $$;
"""

# A lead's name or phone, an opportunity's value or date change no number.
LEADS = """
CREATE FUNCTION kpis_note_leads() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO kpis_changed (subject) SELECT id FROM new_rows;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO kpis_changed (subject) SELECT id FROM old_rows;
    ELSE
        INSERT INTO kpis_changed (subject)
        SELECT id FROM (
            (SELECT id, campaign_id, source, created_at, deleted_at FROM new_rows
            EXCEPT
            SELECT id, campaign_id, source, created_at, deleted_at FROM old_rows)
            UNION ALL
            (SELECT id, campaign_id, source, created_at, deleted_at FROM old_rows
            EXCEPT
            SELECT id, campaign_id, source, created_at, deleted_at FROM new_rows)
        ) differing GROUP BY id;
    END IF;
    RETURN NULL;
END $$;
"""

OPPORTUNITIES = """
CREATE FUNCTION kpis_note_opportunities() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO kpis_changed (subject) SELECT lead_id FROM new_rows;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO kpis_changed (subject) SELECT lead_id FROM old_rows;
    ELSE
        INSERT INTO kpis_changed (subject)
        SELECT lead_id FROM (
            (SELECT lead_id, procedure_code, deleted_at FROM new_rows
            EXCEPT
            SELECT lead_id, procedure_code, deleted_at FROM old_rows)
            UNION ALL
            (SELECT lead_id, procedure_code, deleted_at FROM old_rows
            EXCEPT
            SELECT lead_id, procedure_code, deleted_at FROM new_rows)
        ) differing GROUP BY lead_id;
    END IF;
    RETURN NULL;
END $$;
"""

TOUCHES = """
CREATE FUNCTION kpis_note_touches() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO kpis_changed (subject)
        SELECT DISTINCT lead_id FROM new_rows
        WHERE type IN ('sms_sent', 'email_sent', 'call');
    END IF;
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO kpis_changed (subject)
        SELECT DISTINCT lead_id FROM old_rows
        WHERE type IN ('sms_sent', 'email_sent', 'call');
    END IF;
    RETURN NULL;
END $$;
"""

NOTED = {
    "kpis_kpievent": "events",
    "leads_lead": "leads",
    "leads_opportunity": "opportunities",
    "leads_activity": "touches",
}
ROWS = {
    "insert": "NEW TABLE AS new_rows",
    "update": "OLD TABLE AS old_rows NEW TABLE AS new_rows",
    "delete": "OLD TABLE AS old_rows",
}
TRIGGERS = "".join(
    f"CREATE TRIGGER {table}_note_{act} AFTER {act.upper()} ON {table}"
    f" REFERENCING {rows}"
    f" FOR EACH STATEMENT EXECUTE FUNCTION kpis_note_{what}();\n"
    for table, what in NOTED.items()
    for act, rows in ROWS.items()
)
DROP = "".join(
    f"DROP TRIGGER {table}_note_{act} ON {table};\n" for table in NOTED for act in ROWS
) + "".join(f"DROP FUNCTION kpis_note_{what};\n" for what in NOTED.values())
# Clicks without a lead are counted by campaign and month.
CLICKS = """
CREATE INDEX kpis_kpievent_nobodys ON kpis_kpievent (campaign_id, occurred_at)
    WHERE lead_id IS NULL;
"""
NO_CLICKS = "DROP INDEX kpis_kpievent_nobodys;"


class Migration(migrations.Migration):
    dependencies = [("kpis", "0002_kept_sums"), ("leads", "0002_kept_totals")]

    operations = [
        migrations.RunSQL(
            EVENTS + LEADS + OPPORTUNITIES + TOUCHES + TRIGGERS + CLICKS,
            NO_CLICKS + DROP,
        )
    ]
