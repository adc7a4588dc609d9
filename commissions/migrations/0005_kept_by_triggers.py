"""Triggers that know which payments lack credit, and what closed months rest on.

A note on a change is a row of its own, so writers never wait for each other, and it
becomes visible together with the change.
"""

from django.db import migrations

# Written anew from the rows under the payment's lock: of two who credit one payment
# at once the second sees what the first did.
OPEN = """
CREATE FUNCTION commissions_keep_open(ids text[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM kpis_kpievent WHERE id = ANY(ids) ORDER BY id FOR NO KEY UPDATE;
    DELETE FROM commissions_openpayment WHERE event_id = ANY(ids);
    INSERT INTO commissions_openpayment (event_id, occurred_at, open_bps)
    SELECT e.id, e.occurred_at, 10000 - coalesce(sum(c.share_bps), 0)
    FROM kpis_kpievent e LEFT JOIN commissions_credit c ON c.kpi_event_id = e.id
    WHERE e.id = ANY(ids) AND e.kind = 'invoice_paid' AND e.deleted_at IS NULL
    GROUP BY e.id HAVING coalesce(sum(c.share_bps), 0) < 10000;
END $$;
"""
FILL = """
INSERT INTO commissions_openpayment (event_id, occurred_at, open_bps)
SELECT e.id, e.occurred_at, 10000 - coalesce(sum(c.share_bps), 0)
FROM kpis_kpievent e LEFT JOIN commissions_credit c ON c.kpi_event_id = e.id
WHERE e.kind = 'invoice_paid' AND e.deleted_at IS NULL
GROUP BY e.id HAVING coalesce(sum(c.share_bps), 0) < 10000;
"""
# Many at once are one note on all months from the first on.
MOMENTS = """
CREATE FUNCTION commissions_note_moments(
    moments timestamptz[], leads text[], events text[]
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF cardinality(moments) > 100 THEN
        INSERT INTO commissions_inputchange (day, lead, event)
        SELECT min(moment AT TIME ZONE 'UTC')::date - 1, '', ''
        FROM unnest(moments) AS moment;
    ELSE
        INSERT INTO commissions_inputchange (moment, lead, event)
        SELECT DISTINCT moment, lead, event
        FROM unnest(moments, leads, events) AS changed (moment, lead, event);
    END IF;
END $$;
"""
EVENTS = """
CREATE FUNCTION commissions_note_events() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    moments timestamptz[];
    leads text[];
    events text[];
    payments text[];
BEGIN
    {rows}
    PERFORM commissions_note_moments(moments, leads, events);
    PERFORM commissions_keep_open(payments);
    RETURN NULL;
END $$;
"""
TAKEN = """
    SELECT array_agg(occurred_at), array_agg(coalesce(lead_id, '')),
        array_agg(coalesce(refund_of_id, id)),
        array_agg(id) FILTER (WHERE kind = 'invoice_paid')
    INTO moments, leads, events, payments FROM {source}
    WHERE kind IN
        ('invoice_paid', 'invoice_refunded', 'consult_show', 'consult_booked');
"""
COLUMNS = (
    "id, kind, occurred_at, value_cents, metadata_json, lead_id, refund_of_id, "
    "deleted_at"
)
DIFFERING = """(
        (SELECT {columns} FROM new_rows EXCEPT SELECT {columns} FROM old_rows)
        UNION ALL
        (SELECT {columns} FROM old_rows EXCEPT SELECT {columns} FROM new_rows)
    ) AS differing"""
BY_ACT = (
    "IF TG_OP = 'INSERT' THEN"
    + TAKEN.format(source="new_rows")
    + "    ELSIF TG_OP = 'DELETE' THEN"
    + TAKEN.format(source="old_rows")
    + "    ELSE"
    + TAKEN.format(source=DIFFERING.format(columns=COLUMNS))
    + "    END IF;"
)
CREDITS = """
CREATE FUNCTION commissions_note_credits() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    ids text[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(DISTINCT kpi_event_id) INTO ids FROM new_rows;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(DISTINCT kpi_event_id) INTO ids FROM old_rows;
    ELSE
        SELECT array_agg(DISTINCT kpi_event_id) INTO ids FROM (
            SELECT kpi_event_id FROM new_rows UNION SELECT kpi_event_id FROM old_rows
        ) AS either;
    END IF;
    PERFORM commissions_note_moments(
        array_agg(occurred_at), array_agg(coalesce(lead_id, '')), array_agg(id))
    FROM kpis_kpievent WHERE id = ANY(ids);
    PERFORM commissions_keep_open(ids);
    RETURN NULL;
END $$;
"""
# The events of a deleted lead count nowhere.
LEADS = """
CREATE FUNCTION commissions_note_leads() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO commissions_inputchange (lead, event)
    SELECT new_rows.id, '' FROM new_rows JOIN old_rows ON old_rows.id = new_rows.id
    WHERE (new_rows.deleted_at IS NULL) <> (old_rows.deleted_at IS NULL)
        AND EXISTS (
            SELECT 1 FROM kpis_kpievent e
            WHERE e.lead_id = new_rows.id AND e.kind <> 'ad_click');
    RETURN NULL;
END $$;
CREATE TRIGGER leads_lead_note_commissions AFTER UPDATE ON leads_lead
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION commissions_note_leads();
"""
# A rule concerns no month before its first day; a new last day none before that.
RULES = """
CREATE FUNCTION commissions_note_rules() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    free text[] := ARRAY['effective_to', 'acknowledged_name'];
    since date;
BEGIN
    IF TG_OP = 'INSERT' THEN
        since := NEW.effective_from;
    ELSIF TG_OP = 'DELETE' THEN
        since := OLD.effective_from;
    ELSIF to_jsonb(OLD) - free <> to_jsonb(NEW) - free THEN
        since := least(OLD.effective_from, NEW.effective_from);
    ELSIF OLD.effective_to IS DISTINCT FROM NEW.effective_to THEN
        since := least(OLD.effective_to, NEW.effective_to) + 1;
    ELSE
        RETURN NULL;
    END IF;
    INSERT INTO commissions_inputchange (day, lead, event) VALUES (since, '', '');
    RETURN NULL;
END $$;
CREATE TRIGGER commissions_commissionrule_note
    AFTER INSERT OR UPDATE OR DELETE ON commissions_commissionrule
    FOR EACH ROW EXECUTE FUNCTION commissions_note_rules();
"""
# A role is read from the history; before its first row the present one counts.
PROVIDERS = """
CREATE FUNCTION commissions_note_providers() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    since date;
BEGIN
    IF NEW.role <> OLD.role THEN
        since := '0001-01-01';
    ELSIF NEW.deleted_at IS DISTINCT FROM OLD.deleted_at THEN
        since := (least(OLD.deleted_at, NEW.deleted_at) AT TIME ZONE 'UTC')::date - 1;
    ELSE
        RETURN NULL;
    END IF;
    INSERT INTO commissions_inputchange (day, lead, event) VALUES (since, '', '');
    RETURN NULL;
END $$;
CREATE TRIGGER commissions_provider_note
    AFTER UPDATE ON commissions_provider
    FOR EACH ROW EXECUTE FUNCTION commissions_note_providers();
CREATE FUNCTION commissions_note_roles() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    since timestamptz;
BEGIN
    IF TG_OP = 'INSERT' THEN
        since := NEW.history_date;
    ELSIF TG_OP = 'DELETE' THEN
        since := OLD.history_date;
    ELSE
        since := least(OLD.history_date, NEW.history_date);
    END IF;
    INSERT INTO commissions_inputchange (day, lead, event)
    VALUES ((since AT TIME ZONE 'UTC')::date - 1, '', '');
    RETURN NULL;
END $$;
CREATE TRIGGER commissions_providerhistory_note
    AFTER INSERT OR UPDATE OR DELETE ON commissions_providerhistory
    FOR EACH ROW EXECUTE FUNCTION commissions_note_roles();
"""
NOTED = {"kpis_kpievent": "events", "commissions_credit": "credits"}
ROWS = {
    "insert": "NEW TABLE AS new_rows",
    "update": "OLD TABLE AS old_rows NEW TABLE AS new_rows",
    "delete": "OLD TABLE AS old_rows",
}
TRIGGERS = "".join(
    f"CREATE TRIGGER {table}_{act}_note_commissions AFTER {act.upper()} ON {table}"
    f" REFERENCING {rows}"
    f" FOR EACH STATEMENT EXECUTE FUNCTION commissions_note_{what}();\n"
    for table, what in NOTED.items()
    for act, rows in ROWS.items()
)
DROP = (
    "".join(
        f"DROP TRIGGER {table}_{act}_note_commissions ON {table};\n"
        for table in NOTED
        for act in ROWS
    )
    + """
DROP TRIGGER leads_lead_note_commissions ON leads_lead;
DROP TRIGGER commissions_commissionrule_note ON commissions_commissionrule;
DROP TRIGGER commissions_provider_note ON commissions_provider;
DROP TRIGGER commissions_providerhistory_note ON commissions_providerhistory;
DROP FUNCTION commissions_note_events;
DROP FUNCTION commissions_note_credits;
DROP FUNCTION commissions_note_leads;
DROP FUNCTION commissions_note_rules;
DROP FUNCTION commissions_note_providers;
DROP FUNCTION commissions_note_roles;
DROP FUNCTION commissions_note_moments;
DROP FUNCTION commissions_keep_open;
DELETE FROM commissions_openpayment;
DELETE FROM commissions_settledmonth;
DELETE FROM commissions_inputchange;
"""
)


class Migration(migrations.Migration):
    dependencies = [
        ("commissions", "0004_providers_of_leads_and_kept_rows"),
        ("kpis", "0004_refunds_fit_their_payment"),
        ("leads", "0007_list_views"),
    ]

    operations = [
        migrations.RunSQL(
            OPEN
            + MOMENTS
            + EVENTS.format(rows=BY_ACT)
            + CREDITS
            + LEADS
            + RULES
            + PROVIDERS
            + TRIGGERS,
            DROP,
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
