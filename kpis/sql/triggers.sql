-- The functions and triggers of kpis, as they stand after all migrations.
-- docs/decisions/0013-triggers-in-sql-files.md says how to change one.
--
-- The functions kpis_note_* write into kpis_changed which lead's figures are out of
-- date; whoever reads next brings the rollups up to date and deletes those rows. The
-- functions only add rows, so writers never wait for each other. Several of them stand
-- on tables of leads, which doesn't know of kpis.

-- name: kpis_note_events
-- Events are written: note their leads. Clicks without a lead are noted by campaign and
-- UTC month, as `<campaign id>@2026-03`.
CREATE OR REPLACE FUNCTION kpis_note_events() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE OR REPLACE TRIGGER kpis_kpievent_note_insert
    AFTER INSERT ON kpis_kpievent
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION kpis_note_events();
CREATE OR REPLACE TRIGGER kpis_kpievent_note_update
    AFTER UPDATE ON kpis_kpievent
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION kpis_note_events();
CREATE OR REPLACE TRIGGER kpis_kpievent_note_delete
    AFTER DELETE ON kpis_kpievent
    REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION kpis_note_events();

-- name: kpis_note_consults
-- A consult is canceled, or its canceling undone: note its lead. With whom it is and
-- whether it was confirmed changes no figure.
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

-- name: kpis_note_leads
-- Leads are created, removed, or change in what figures depend on. A new name or phone
-- changes no figure and is not noted.
CREATE OR REPLACE FUNCTION kpis_note_leads() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO kpis_changed (subject) SELECT id FROM new_rows;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO kpis_changed (subject) SELECT id FROM old_rows;
    ELSE
        INSERT INTO kpis_changed (subject)
        SELECT id FROM (
            SELECT id, campaign_id, source, assigned_to_id, is_backfilled,
                created_at, created_time_known, deleted_at
            FROM new_rows
            EXCEPT
            SELECT id, campaign_id, source, assigned_to_id, is_backfilled,
                created_at, created_time_known, deleted_at
            FROM old_rows
        ) differing;
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER leads_lead_note_insert
    AFTER INSERT ON leads_lead
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION kpis_note_leads();
CREATE OR REPLACE TRIGGER leads_lead_note_update
    AFTER UPDATE ON leads_lead
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION kpis_note_leads();
CREATE OR REPLACE TRIGGER leads_lead_note_delete
    AFTER DELETE ON leads_lead
    REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION kpis_note_leads();

-- name: kpis_note_opportunities
-- Opportunities are created, removed, or change in what figures depend on.
CREATE OR REPLACE FUNCTION kpis_note_opportunities()
    RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO kpis_changed (subject) SELECT lead_id FROM new_rows;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO kpis_changed (subject) SELECT lead_id FROM old_rows;
    ELSE
        INSERT INTO kpis_changed (subject)
        SELECT lead_id FROM (
            (SELECT lead_id, procedure_code, expected_value_cents, expected_date,
                deleted_at
            FROM new_rows
            EXCEPT
            SELECT lead_id, procedure_code, expected_value_cents, expected_date,
                deleted_at
            FROM old_rows)
            UNION ALL
            (SELECT lead_id, procedure_code, expected_value_cents, expected_date,
                deleted_at
            FROM old_rows
            EXCEPT
            SELECT lead_id, procedure_code, expected_value_cents, expected_date,
                deleted_at
            FROM new_rows)
        ) differing GROUP BY lead_id;
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER leads_opportunity_note_insert
    AFTER INSERT ON leads_opportunity
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION kpis_note_opportunities();
CREATE OR REPLACE TRIGGER leads_opportunity_note_update
    AFTER UPDATE ON leads_opportunity
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION kpis_note_opportunities();
CREATE OR REPLACE TRIGGER leads_opportunity_note_delete
    AFTER DELETE ON leads_opportunity
    REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION kpis_note_opportunities();

-- name: kpis_note_touches
-- Activities that can be a first contact are written: note their leads.
CREATE OR REPLACE FUNCTION kpis_note_touches() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE OR REPLACE TRIGGER leads_activity_note_insert
    AFTER INSERT ON leads_activity
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION kpis_note_touches();
CREATE OR REPLACE TRIGGER leads_activity_note_update
    AFTER UPDATE ON leads_activity
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION kpis_note_touches();
CREATE OR REPLACE TRIGGER leads_activity_note_delete
    AFTER DELETE ON leads_activity
    REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION kpis_note_touches();

-- name: kpis_note_marks
-- Tags are put on leads or taken off: note the leads.
CREATE OR REPLACE FUNCTION kpis_note_marks() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO kpis_changed (subject) SELECT DISTINCT lead_id FROM new_rows;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO kpis_changed (subject) SELECT DISTINCT lead_id FROM old_rows;
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER leads_leadtag_note_insert
    AFTER INSERT ON leads_leadtag
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION kpis_note_marks();
CREATE OR REPLACE TRIGGER leads_leadtag_note_update
    AFTER UPDATE ON leads_leadtag
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION kpis_note_marks();
CREATE OR REPLACE TRIGGER leads_leadtag_note_delete
    AFTER DELETE ON leads_leadtag
    REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION kpis_note_marks();

-- name: kpis_note_tags
-- A tag is retired or comes back: note all leads that have it.
CREATE OR REPLACE FUNCTION kpis_note_tags() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO kpis_changed (subject)
    SELECT DISTINCT mark.lead_id
    FROM new_rows JOIN old_rows USING (id)
    JOIN leads_leadtag mark ON mark.tag_id = new_rows.id
    WHERE (new_rows.deleted_at IS NULL) <> (old_rows.deleted_at IS NULL);
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER leads_tag_note_update
    AFTER UPDATE ON leads_tag
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION kpis_note_tags();

-- name: kpis_note_stage_periods
-- Leads come into a stage or leave it: note them.
CREATE OR REPLACE FUNCTION kpis_note_stage_periods()
    RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO kpis_changed (subject) SELECT DISTINCT lead_id FROM new_rows;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO kpis_changed (subject) SELECT DISTINCT lead_id FROM old_rows;
    ELSE
        INSERT INTO kpis_changed (subject)
        SELECT lead_id FROM new_rows UNION SELECT lead_id FROM old_rows;
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER leads_leadstage_note_insert
    AFTER INSERT ON leads_leadstage
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION kpis_note_stage_periods();
CREATE OR REPLACE TRIGGER leads_leadstage_note_update
    AFTER UPDATE ON leads_leadstage
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION kpis_note_stage_periods();
CREATE OR REPLACE TRIGGER leads_leadstage_note_delete
    AFTER DELETE ON leads_leadstage
    REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION kpis_note_stage_periods();

-- name: kpis_note_stages
-- A stage gets another outcome: note the leads that are in it.
CREATE OR REPLACE FUNCTION kpis_note_stages() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO kpis_changed (subject)
    SELECT stage_period.lead_id
    FROM new_rows JOIN old_rows USING (id)
    JOIN leads_leadstage stage_period
        ON stage_period.stage_id = new_rows.id AND stage_period.left_at IS NULL
    WHERE new_rows.outcome <> old_rows.outcome;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER leads_pipelinestage_note_update
    AFTER UPDATE ON leads_pipelinestage
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION kpis_note_stages();

-- name: kpis_refunds_fit
-- Refuse if the refunds of a payment that are not voided exceed it. The payment is
-- locked first, so the second of two writers sees what the first committed. The two
-- triggers below call it.
CREATE OR REPLACE FUNCTION kpis_refunds_fit(payment_id varchar)
    RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    payment record;
BEGIN
    SELECT kind, value_cents, deleted_at INTO payment
    FROM kpis_kpievent WHERE id = payment_id FOR NO KEY UPDATE;
    IF (
        SELECT sum(value_cents) FROM kpis_kpievent
        WHERE refund_of_id = payment_id AND deleted_at IS NULL
    ) > (CASE WHEN payment.kind = 'invoice_paid' AND payment.deleted_at IS NULL
        THEN payment.value_cents ELSE 0 END)
    THEN
        RAISE EXCEPTION 'The refunds of a payment can not exceed it.'
            USING ERRCODE = 'check_violation',
                CONSTRAINT = 'kpis_kpievent_refunds_fit';
    END IF;
END $$;

-- name: kpis_refund_fits
-- A refund is recorded or grows: it must fit its payment.
CREATE OR REPLACE FUNCTION kpis_refund_fits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM kpis_refunds_fit(NEW.refund_of_id);
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER kpis_kpievent_refund_fits
    AFTER INSERT OR UPDATE OF value_cents, refund_of_id, deleted_at ON kpis_kpievent
    FOR EACH ROW WHEN (NEW.refund_of_id IS NOT NULL AND NEW.deleted_at IS NULL)
    EXECUTE FUNCTION kpis_refund_fits();

-- name: kpis_payment_holds
-- A payment is voided, gets smaller or becomes another kind: its refunds must fit.
CREATE OR REPLACE FUNCTION kpis_payment_holds() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM kpis_refunds_fit(NEW.id);
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER kpis_kpievent_payment_holds
    AFTER UPDATE OF value_cents, kind, deleted_at ON kpis_kpievent
    FOR EACH ROW WHEN (OLD.kind = 'invoice_paid')
    EXECUTE FUNCTION kpis_payment_holds();

-- name: kpis_snapshot_stays
-- A snapshot never changes: it is the record of what a month's figures were on that
-- evening, and later figures are compared with it.
CREATE OR REPLACE FUNCTION kpis_snapshot_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'What was kept of an evening never changes.'
        USING ERRCODE = 'check_violation',
            CONSTRAINT = 'kpis_monthsnapshot_stays';
END $$;
CREATE OR REPLACE TRIGGER kpis_monthsnapshot_stays
    BEFORE UPDATE OR DELETE ON kpis_monthsnapshot
    FOR EACH ROW EXECUTE FUNCTION kpis_snapshot_stays();

-- name: kpis_follow_the_clock
-- A row is recorded at its moment, if that is a few minutes ahead of this clock: the
-- clock was set back since the row before it was written, and it goes on from there.
CREATE OR REPLACE FUNCTION kpis_follow_the_clock() RETURNS trigger
    LANGUAGE plpgsql AS $$
BEGIN
    NEW.recorded_at := (to_jsonb(NEW) ->> TG_ARGV[0])::timestamptz;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER kpis_kpievent_follow_the_clock
    BEFORE INSERT ON kpis_kpievent
    FOR EACH ROW WHEN (
        NEW.occurred_at > NEW.recorded_at + interval '1 minute'
        AND NEW.occurred_at <= NEW.recorded_at + interval '10 minutes'
    )
    EXECUTE FUNCTION kpis_follow_the_clock('occurred_at');

-- name: kpis_metadata_fits
-- The details of an event of this kind have the types that `kpis.metadata` says, so
-- that raw SQL can't store what no page could read. A function in SQL would be written
-- into the check and planned anew by each statement: 0.3 ms.
CREATE OR REPLACE FUNCTION kpis_metadata_fits(kind varchar, details jsonb)
    RETURNS boolean LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    RETURN CASE kind
        WHEN 'ad_click' THEN
            public.leads_json_text(details -> 'click_id', '^[A-Za-z0-9._-]{1,200}$')
        WHEN 'consult_booked' THEN
            public.leads_json_text(details -> 'stay', '^[A-Za-z0-9]{1,25}$')
            AND public.leads_json_text(details -> 'scheduled_for', '')
            AND (details ->> 'scheduled_for' IS NULL
                OR public.leads_is_moment(details ->> 'scheduled_for'))
        WHEN 'consult_show' THEN
            public.leads_json_text(details -> 'stay', '^[A-Za-z0-9]{1,25}$')
            AND public.leads_json_text(details -> 'booking', '^[A-Za-z0-9]{1,25}$')
        WHEN 'invoice_paid' THEN
            public.leads_json_text(details -> 'procedure', '^[A-Z][A-Z0-9]{1,9}$')
            AND public.leads_json_text(details -> 'category',
                '^(service|retail|membership|deposit)$')
            AND coalesce((details -> 'cost_cents')::text, 'null')
                ~ '^(null|[0-9]{1,10}|10000000000)$'
        ELSE true END;
END $$;

-- name: kpis_procedure_is_listed
-- What a payment or a consult is for is one of the clinic's procedures, archived ones
-- included. A foreign key can't look into JSON, and a consult may be for none ('').
CREATE OR REPLACE FUNCTION kpis_procedure_is_listed() RETURNS trigger
    LANGUAGE plpgsql AS $$
DECLARE
    procedure text := CASE TG_TABLE_NAME WHEN 'kpis_kpievent'
        THEN to_jsonb(NEW) -> 'metadata_json' ->> 'procedure'
        ELSE to_jsonb(NEW) ->> 'procedure_code' END;
BEGIN
    PERFORM 1 FROM leads_procedure WHERE code = procedure;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'Choose a procedure from the list.'
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER kpis_kpievent_procedure_is_listed
    AFTER INSERT OR UPDATE OF metadata_json ON kpis_kpievent
    FOR EACH ROW WHEN (NEW.metadata_json ->> 'procedure' IS NOT NULL)
    EXECUTE FUNCTION kpis_procedure_is_listed();
CREATE OR REPLACE TRIGGER kpis_consultdetails_procedure_is_listed
    AFTER INSERT OR UPDATE OF procedure_code ON kpis_consultdetails
    FOR EACH ROW WHEN (NEW.procedure_code <> '')
    EXECUTE FUNCTION kpis_procedure_is_listed();

-- name: kpis_refund_follows
-- A refund is of the lead of its payment and, while it counts, not dated before it.
-- Merging moves the events of a lead one by one, so whose it is is asked only when it is
-- recorded.
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

-- name: kpis_payment_precedes
-- A payment gets another date: none of its refunds may come before it.
CREATE OR REPLACE FUNCTION kpis_payment_precedes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM kpis_kpievent
        WHERE refund_of_id = NEW.id AND deleted_at IS NULL
            AND occurred_at < NEW.occurred_at
    ) THEN
        RAISE EXCEPTION 'A refund can not be dated before its payment.'
            USING ERRCODE = 'check_violation',
                CONSTRAINT = 'kpis_kpievent_refund_follows';
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER kpis_kpievent_payment_precedes
    AFTER UPDATE OF occurred_at ON kpis_kpievent
    FOR EACH ROW WHEN (OLD.kind = 'invoice_paid')
    EXECUTE FUNCTION kpis_payment_precedes();

-- name: kpis_show_has_booking
-- A shown consult that names its booking names one of its own lead; asked when it is
-- recorded, as merging moves the events of a lead one by one.
CREATE OR REPLACE FUNCTION kpis_show_has_booking() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM kpis_kpievent booking
        WHERE booking.id = NEW.metadata_json ->> 'booking'
            AND booking.lead_id = NEW.lead_id AND booking.kind = 'consult_booked'
    ) THEN
        RAISE EXCEPTION 'A shown consult names a booking of its own lead.'
            USING ERRCODE = 'check_violation',
                CONSTRAINT = 'kpis_kpievent_show_has_booking';
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER kpis_kpievent_show_has_booking
    AFTER INSERT OR UPDATE OF kind, metadata_json ON kpis_kpievent
    FOR EACH ROW WHEN (
        NEW.kind = 'consult_show' AND NEW.metadata_json ->> 'booking' IS NOT NULL
    )
    EXECUTE FUNCTION kpis_show_has_booking();

-- name: kpis_details_are_of_a_booking
-- Details belong to a booked consult, not to another event.
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

-- name: kpis_recorded_is_past
-- When a row was recorded is no later than now; other moments are judged by it. An hour
-- is left for a clock that is set back.
CREATE OR REPLACE FUNCTION kpis_recorded_is_past() RETURNS trigger
    LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A row can not be recorded in the future.'
        USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
END $$;
CREATE OR REPLACE TRIGGER kpis_kpievent_recorded_is_past
    BEFORE INSERT OR UPDATE OF recorded_at ON kpis_kpievent
    FOR EACH ROW WHEN (NEW.recorded_at > clock_timestamp() + interval '1 hour')
    EXECUTE FUNCTION kpis_recorded_is_past();
