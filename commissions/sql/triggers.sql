-- The functions and triggers of commissions, as they stand after all migrations.
-- docs/decisions/0013-triggers-in-sql-files.md says how to change one.
--
-- Three subjects: what was signed never changes; which payments still lack credit
-- (commissions_openpayment); and what changed under closed months
-- (commissions_inputchange, read when someone asks whether a month needs corrections).

-- name: commissions_shares_fit
-- The credit shares of one payment sum to at most 10000 basis points. The payment is
-- locked first, so the second of two writers sees what the first committed.
CREATE OR REPLACE FUNCTION commissions_shares_fit()
    RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM kpis_kpievent WHERE id = NEW.kpi_event_id FOR NO KEY UPDATE;
    IF (
        SELECT sum(share_bps) FROM commissions_credit
        WHERE kpi_event_id = NEW.kpi_event_id
    ) > 10000 THEN
        RAISE EXCEPTION 'The shares of one payment can not exceed the whole.'
            USING ERRCODE = 'check_violation',
                CONSTRAINT = 'commissions_credit_shares_fit';
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER commissions_credit_shares_fit
    AFTER INSERT OR UPDATE ON commissions_credit
    FOR EACH ROW EXECUTE FUNCTION commissions_shares_fit();

-- name: commissions_credit_is_earned
-- Payments and consults are credited; nobody earns an ad click, and a refund takes back
-- from those who earned its payment.
CREATE OR REPLACE FUNCTION commissions_credit_is_earned()
    RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM kpis_kpievent WHERE id = NEW.kpi_event_id
            AND kind NOT IN ('invoice_paid', 'consult_show', 'consult_booked')
    ) THEN
        RAISE EXCEPTION 'Only payments and consults are credited.'
            USING ERRCODE = 'check_violation',
                CONSTRAINT = 'commissions_credit_is_for_payments_and_consults';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER commissions_credit_is_for_payments_and_consults
    BEFORE INSERT OR UPDATE OF kpi_event_id ON commissions_credit
    FOR EACH ROW EXECUTE FUNCTION commissions_credit_is_earned();

-- name: commissions_procedures_are_listed
-- The procedures that a rule names are some of the clinic's, archived ones included. A
-- foreign key can't look into JSON.
CREATE OR REPLACE FUNCTION commissions_procedures_are_listed() RETURNS trigger
    LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM jsonb_array_elements_text(NEW.rule_json #> '{match,procedures}')
            AS named (code)
        WHERE NOT EXISTS (SELECT FROM leads_procedure WHERE code = named.code)
    ) THEN
        RAISE EXCEPTION 'Choose procedures from the list.'
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER commissions_commissionrule_procedures_are_listed
    AFTER INSERT OR UPDATE OF rule_json ON commissions_commissionrule
    FOR EACH ROW
    WHEN (jsonb_typeof(NEW.rule_json #> '{match,procedures}') = 'array')
    EXECUTE FUNCTION commissions_procedures_are_listed();

-- name: commissions_statement_stays
-- A locked statement never changes, except that it may be paid or superseded.
CREATE OR REPLACE FUNCTION commissions_statement_stays()
    RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    free text[] := ARRAY['status', 'paid_at', 'paid_by_id',
                         'superseded_at', 'superseded_by_id'];
BEGIN
    IF OLD.status IN ('draft', 'approved') THEN
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE'
        AND to_jsonb(OLD) - free = to_jsonb(NEW) - free
        AND (NEW.status = OLD.status OR (OLD.status, NEW.status) = ('locked', 'paid'))
        AND (OLD.superseded_at IS NULL OR to_jsonb(OLD) = to_jsonb(NEW))
        AND (OLD.status <> 'paid' OR to_jsonb(OLD) = to_jsonb(NEW))
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'A locked statement never changes; unlock it for a new revision.'
        USING ERRCODE = 'check_violation',
            CONSTRAINT = 'commissions_statement_stays_as_locked';
END $$;
CREATE OR REPLACE TRIGGER commissions_statement_stays_as_locked
    BEFORE UPDATE OR DELETE ON commissions_statement
    FOR EACH ROW EXECUTE FUNCTION commissions_statement_stays();

-- name: commissions_line_stays
-- Only the lines of a draft can change. One query for each statement (of SQL), however
-- many lines it writes. A statement that is deleted takes its lines along: its row is
-- gone by then and doesn't object.
CREATE OR REPLACE FUNCTION commissions_line_stays()
    RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    signed boolean := false;
BEGIN
    IF TG_OP <> 'DELETE' THEN
        signed := EXISTS (
            SELECT 1 FROM commissions_statement WHERE status <> 'draft'
                AND id IN (SELECT DISTINCT statement_id FROM new_lines));
    END IF;
    IF TG_OP <> 'INSERT' AND NOT signed THEN
        -- A statement that goes away itself takes its lines along.
        signed := EXISTS (
            SELECT 1 FROM commissions_statement WHERE status <> 'draft'
                AND id IN (SELECT DISTINCT statement_id FROM old_lines));
    END IF;
    IF signed THEN
        RAISE EXCEPTION 'Only the lines of a draft can change.'
            USING ERRCODE = 'check_violation',
                CONSTRAINT = 'commissions_statementline_stays_as_signed';
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER commissions_statementline_is_added_to_a_draft
    AFTER INSERT ON commissions_statementline
    REFERENCING NEW TABLE AS new_lines
    FOR EACH STATEMENT EXECUTE FUNCTION commissions_line_stays();
CREATE OR REPLACE TRIGGER commissions_statementline_is_changed_in_a_draft
    AFTER UPDATE ON commissions_statementline
    REFERENCING OLD TABLE AS old_lines NEW TABLE AS new_lines
    FOR EACH STATEMENT EXECUTE FUNCTION commissions_line_stays();
CREATE OR REPLACE TRIGGER commissions_statementline_is_removed_from_a_draft
    AFTER DELETE ON commissions_statementline
    REFERENCING OLD TABLE AS old_lines
    FOR EACH STATEMENT EXECUTE FUNCTION commissions_line_stays();

-- name: commissions_lines_add_up
-- A statement's totals are what its lines add up to, checked when the transaction
-- commits, so that statement and lines can be written in any order.
CREATE OR REPLACE FUNCTION commissions_lines_add_up()
    RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    earned bigint;
    corrected bigint;
BEGIN
    SELECT coalesce(sum(amount_cents) FILTER (WHERE corrects_statement_id IS NULL), 0),
        coalesce(sum(amount_cents) FILTER (WHERE corrects_statement_id IS NOT NULL), 0)
    INTO earned, corrected
    FROM commissions_statementline WHERE statement_id = NEW.id;
    IF NOT EXISTS (
        SELECT 1 FROM commissions_statement WHERE id = NEW.id
            AND (lines_cents <> earned OR adjustments_cents
                <> corrected + draw_topup_cents - draw_recovered_cents)
    ) THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'A statement''s totals are not what its lines add up to.'
        USING ERRCODE = 'check_violation',
            CONSTRAINT = 'commissions_statement_lines_add_up';
END $$;
CREATE CONSTRAINT TRIGGER commissions_statement_lines_add_up
    AFTER INSERT OR UPDATE ON commissions_statement
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION commissions_lines_add_up();

-- name: commissions_used_rule_stays
-- A rule that a statement was computed with never changes; it may only end, be deleted,
-- or get the name of whoever acknowledged it.
CREATE OR REPLACE FUNCTION commissions_used_rule_stays()
    RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    free text[] := ARRAY['effective_to', 'deleted_at', 'acknowledged_name'];
BEGIN
    IF (TG_OP = 'UPDATE' AND to_jsonb(OLD) - free = to_jsonb(NEW) - free)
        OR NOT (
            EXISTS (SELECT 1 FROM commissions_statementline WHERE rule_id = OLD.id)
            OR EXISTS (SELECT 1 FROM commissions_statement WHERE draw_rule_id = OLD.id)
        )
    THEN
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'A statement was worked out with this rule.'
        USING ERRCODE = 'check_violation',
            CONSTRAINT = 'commissions_commissionrule_stays_as_used';
END $$;
CREATE OR REPLACE TRIGGER commissions_commissionrule_stays_as_used
    BEFORE UPDATE OR DELETE ON commissions_commissionrule
    FOR EACH ROW EXECUTE FUNCTION commissions_used_rule_stays();

-- name: commissions_keep_open
-- Write anew which of these payments lack credit, and how much. The payments are locked
-- first: of two people who credit one payment, the second sees what the first did.
-- The plans are kept: making them takes two thirds of the time for one payment.
-- Without sequential scans, so that those made while the tables were empty stay right.
CREATE OR REPLACE FUNCTION commissions_keep_open(ids text[])
    RETURNS void LANGUAGE plpgsql
    SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
BEGIN
    PERFORM 1 FROM kpis_kpievent WHERE id = ANY(ids) ORDER BY id FOR NO KEY UPDATE;
    DELETE FROM commissions_openpayment WHERE event_id = ANY(ids);
    INSERT INTO commissions_openpayment (event_id, occurred_at, open_bps)
    SELECT e.id, e.occurred_at, 10000 - coalesce(sum(c.share_bps), 0)
    FROM kpis_kpievent e LEFT JOIN commissions_credit c ON c.kpi_event_id = e.id
    WHERE e.id = ANY(ids) AND e.kind = 'invoice_paid' AND e.deleted_at IS NULL
    GROUP BY e.id HAVING coalesce(sum(c.share_bps), 0) < 10000;
END $$;

-- name: commissions_note_moments
-- Note which months' inputs changed, by the moments of their events. More than 100
-- events at once are one row, which concerns all months from the first on.
CREATE OR REPLACE FUNCTION commissions_note_moments(
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

-- name: commissions_note_events
-- Payments, refunds or consults are written or change in what commissions depend on:
-- note their months, and which payments lack credit now.
CREATE OR REPLACE FUNCTION commissions_note_events()
    RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    moments timestamptz[];
    leads text[];
    events text[];
    payments text[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(occurred_at), array_agg(coalesce(lead_id, '')),
            array_agg(coalesce(refund_of_id, id)),
            array_agg(id) FILTER (WHERE kind = 'invoice_paid')
        INTO moments, leads, events, payments FROM new_rows
        WHERE kind IN
            ('invoice_paid', 'invoice_refunded', 'consult_show', 'consult_booked');
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(occurred_at), array_agg(coalesce(lead_id, '')),
            array_agg(coalesce(refund_of_id, id)),
            array_agg(id) FILTER (WHERE kind = 'invoice_paid')
        INTO moments, leads, events, payments FROM old_rows
        WHERE kind IN
            ('invoice_paid', 'invoice_refunded', 'consult_show', 'consult_booked');
    ELSE
        SELECT array_agg(occurred_at), array_agg(coalesce(lead_id, '')),
            array_agg(coalesce(refund_of_id, id)),
            array_agg(id) FILTER (WHERE kind = 'invoice_paid')
        INTO moments, leads, events, payments FROM (
            (SELECT id, kind, occurred_at, value_cents, metadata_json, lead_id,
                refund_of_id, deleted_at FROM new_rows
            EXCEPT SELECT id, kind, occurred_at, value_cents, metadata_json, lead_id,
                refund_of_id, deleted_at FROM old_rows)
            UNION ALL
            (SELECT id, kind, occurred_at, value_cents, metadata_json, lead_id,
                refund_of_id, deleted_at FROM old_rows
            EXCEPT SELECT id, kind, occurred_at, value_cents, metadata_json, lead_id,
                refund_of_id, deleted_at FROM new_rows)
        ) AS differing
        WHERE kind IN
            ('invoice_paid', 'invoice_refunded', 'consult_show', 'consult_booked');
    END IF;
    PERFORM commissions_note_moments(moments, leads, events);
    PERFORM commissions_keep_open(payments);
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER kpis_kpievent_insert_note_commissions
    AFTER INSERT ON kpis_kpievent
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION commissions_note_events();
CREATE OR REPLACE TRIGGER kpis_kpievent_update_note_commissions
    AFTER UPDATE ON kpis_kpievent
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION commissions_note_events();
CREATE OR REPLACE TRIGGER kpis_kpievent_delete_note_commissions
    AFTER DELETE ON kpis_kpievent
    REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION commissions_note_events();

-- name: commissions_note_credits
-- Credits are written: note the months of their payments, which payments lack credit
-- now, and the leads for the KPIs.
CREATE OR REPLACE FUNCTION commissions_note_credits()
    RETURNS trigger LANGUAGE plpgsql AS $$
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
    INSERT INTO kpis_changed (subject)
    SELECT DISTINCT lead_id FROM kpis_kpievent WHERE id = ANY(ids) AND kind = 'invoice_paid';
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER commissions_credit_insert_note_commissions
    AFTER INSERT ON commissions_credit
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION commissions_note_credits();
CREATE OR REPLACE TRIGGER commissions_credit_update_note_commissions
    AFTER UPDATE ON commissions_credit
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION commissions_note_credits();
CREATE OR REPLACE TRIGGER commissions_credit_delete_note_commissions
    AFTER DELETE ON commissions_credit
    REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION commissions_note_credits();

-- name: commissions_note_leads
-- Leads are deleted or restored: the events of a deleted lead count nowhere, so note
-- the leads that have any (clicks apart).
CREATE OR REPLACE FUNCTION commissions_note_leads()
    RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO commissions_inputchange (lead, event)
    SELECT new_rows.id, '' FROM new_rows JOIN old_rows ON old_rows.id = new_rows.id
    WHERE (new_rows.deleted_at IS NULL) <> (old_rows.deleted_at IS NULL)
        AND EXISTS (
            SELECT 1 FROM kpis_kpievent e
            WHERE e.lead_id = new_rows.id AND e.kind <> 'ad_click');
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER leads_lead_note_commissions
    AFTER UPDATE ON leads_lead
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION commissions_note_leads();

-- name: commissions_note_rules
-- A rule is written: months from its first day on are concerned. If only its last day
-- moved, the months after the earlier of the two are.
CREATE OR REPLACE FUNCTION commissions_note_rules()
    RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE OR REPLACE TRIGGER commissions_commissionrule_note
    AFTER INSERT OR UPDATE OR DELETE ON commissions_commissionrule
    FOR EACH ROW EXECUTE FUNCTION commissions_note_rules();

-- name: commissions_note_providers
-- A provider's role changes (all months are concerned, since before its first history
-- row the present role counts), or the provider is deleted or restored (the months from
-- then on).
CREATE OR REPLACE FUNCTION commissions_note_providers()
    RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE OR REPLACE TRIGGER commissions_provider_note
    AFTER UPDATE ON commissions_provider
    FOR EACH ROW EXECUTE FUNCTION commissions_note_providers();

-- name: commissions_note_roles
-- The history of providers is written: roles are read from it, so the months from that
-- row on are concerned.
CREATE OR REPLACE FUNCTION commissions_note_roles()
    RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE OR REPLACE TRIGGER commissions_providerhistory_note
    AFTER INSERT OR UPDATE OR DELETE ON commissions_providerhistory
    FOR EACH ROW EXECUTE FUNCTION commissions_note_roles();

-- name: commissions_follow_the_clock
-- A row is recorded at its moment, if that is a few minutes ahead of this clock: the
-- clock was set back since the row before it was written, and it goes on from there.
CREATE OR REPLACE FUNCTION commissions_follow_the_clock() RETURNS trigger
    LANGUAGE plpgsql AS $$
BEGIN
    NEW.recorded_at := (to_jsonb(NEW) ->> TG_ARGV[0])::timestamptz;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER commissions_leadprovider_follow_the_clock
    BEFORE INSERT ON commissions_leadprovider
    FOR EACH ROW WHEN (
        NEW.chosen_at > NEW.recorded_at + interval '1 minute'
        AND NEW.chosen_at <= NEW.recorded_at + interval '10 minutes'
    )
    EXECUTE FUNCTION commissions_follow_the_clock('chosen_at');

-- name: commissions_recorded_is_past
-- When a row was recorded is no later than now; other moments are judged by it. An hour
-- is left for a clock that is set back.
CREATE OR REPLACE FUNCTION commissions_recorded_is_past() RETURNS trigger
    LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A row can not be recorded in the future.'
        USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
END $$;
CREATE OR REPLACE TRIGGER commissions_leadprovider_recorded_is_past
    BEFORE INSERT OR UPDATE OF recorded_at ON commissions_leadprovider
    FOR EACH ROW WHEN (NEW.recorded_at > clock_timestamp() + interval '1 hour')
    EXECUTE FUNCTION commissions_recorded_is_past();
