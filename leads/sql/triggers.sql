-- The functions and triggers of leads, as they stand after all migrations.
-- docs/decisions/0013-triggers-in-sql-files.md says how to change one.
--
-- The board's column headers show how many leads a stage holds and what they are worth.
-- Counting them at each request takes too long at 1,000,000 leads, so triggers write
-- what changed as rows of leads_stagetotal; the sum of a stage's rows is its total.
-- Triggers, so that raw SQL keeps the totals true as well.

-- name: leads_lock_lead
-- Lock the lead before its stage periods or opportunities change. Two transactions that
-- change the stage and the value of one lead follow each other, and the second computes
-- its share of the totals from what the first has committed.
CREATE OR REPLACE FUNCTION leads_lock_lead() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        PERFORM 1 FROM leads_lead WHERE id = OLD.lead_id FOR NO KEY UPDATE;
        RETURN OLD;
    END IF;
    PERFORM 1 FROM leads_lead WHERE id = NEW.lead_id FOR NO KEY UPDATE;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER leads_leadstage_lock_lead
    BEFORE INSERT OR UPDATE OR DELETE ON leads_leadstage
    FOR EACH ROW EXECUTE FUNCTION leads_lock_lead();
CREATE OR REPLACE TRIGGER leads_opportunity_lock_lead
    BEFORE INSERT OR UPDATE OR DELETE ON leads_opportunity
    FOR EACH ROW EXECUTE FUNCTION leads_lock_lead();

-- name: leads_total_stays
-- Keep the totals when stage periods are written: a lead counts in the stage of its
-- current period, with its opportunity's value, unless it is deleted.
-- force_custom_plan: a plan made while the tables were empty would join in nested
-- loops. One function serves three triggers, since each operation has other transition
-- tables.
CREATE OR REPLACE FUNCTION leads_total_stays() RETURNS trigger LANGUAGE plpgsql
    SET plan_cache_mode = force_custom_plan AS $$
BEGIN
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO leads_stagetotal (stage_id, lead_count, expected_value_cents)
        SELECT stay.stage_id, count(*),
            coalesce(sum(opportunity.expected_value_cents), 0)
        FROM new_rows stay
        JOIN leads_lead lead ON lead.id = stay.lead_id AND lead.deleted_at IS NULL
        LEFT JOIN leads_opportunity opportunity
            ON opportunity.lead_id = lead.id AND opportunity.deleted_at IS NULL
        WHERE stay.left_at IS NULL
        GROUP BY stay.stage_id;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO leads_stagetotal (stage_id, lead_count, expected_value_cents)
        SELECT stay.stage_id, -count(*),
            -coalesce(sum(opportunity.expected_value_cents), 0)
        FROM old_rows stay
        JOIN leads_lead lead ON lead.id = stay.lead_id AND lead.deleted_at IS NULL
        LEFT JOIN leads_opportunity opportunity
            ON opportunity.lead_id = lead.id AND opportunity.deleted_at IS NULL
        WHERE stay.left_at IS NULL
        GROUP BY stay.stage_id;
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER leads_leadstage_total_insert
    AFTER INSERT ON leads_leadstage
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION leads_total_stays();
CREATE OR REPLACE TRIGGER leads_leadstage_total_update
    AFTER UPDATE ON leads_leadstage
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION leads_total_stays();
CREATE OR REPLACE TRIGGER leads_leadstage_total_delete
    AFTER DELETE ON leads_leadstage
    REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION leads_total_stays();

-- name: leads_total_values
-- Keep the totals when opportunities are written: their value counts in the stage that
-- their lead is in.
CREATE OR REPLACE FUNCTION leads_total_values() RETURNS trigger LANGUAGE plpgsql
    SET plan_cache_mode = force_custom_plan AS $$
BEGIN
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO leads_stagetotal (stage_id, lead_count, expected_value_cents)
        SELECT stay.stage_id, 0, sum(opportunity.expected_value_cents)
        FROM new_rows opportunity
        JOIN leads_lead lead
            ON lead.id = opportunity.lead_id AND lead.deleted_at IS NULL
        JOIN leads_leadstage stay ON stay.lead_id = lead.id AND stay.left_at IS NULL
        WHERE opportunity.deleted_at IS NULL
        GROUP BY stay.stage_id;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO leads_stagetotal (stage_id, lead_count, expected_value_cents)
        SELECT stay.stage_id, 0, -sum(opportunity.expected_value_cents)
        FROM old_rows opportunity
        JOIN leads_lead lead
            ON lead.id = opportunity.lead_id AND lead.deleted_at IS NULL
        JOIN leads_leadstage stay ON stay.lead_id = lead.id AND stay.left_at IS NULL
        WHERE opportunity.deleted_at IS NULL
        GROUP BY stay.stage_id;
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER leads_opportunity_total_insert
    AFTER INSERT ON leads_opportunity
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION leads_total_values();
CREATE OR REPLACE TRIGGER leads_opportunity_total_update
    AFTER UPDATE ON leads_opportunity
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION leads_total_values();
CREATE OR REPLACE TRIGGER leads_opportunity_total_delete
    AFTER DELETE ON leads_opportunity
    REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION leads_total_values();

-- name: leads_total_leads
-- Keep the totals when leads are deleted (they leave their stage's total) or restored
-- (they come back into it).
CREATE OR REPLACE FUNCTION leads_total_leads() RETURNS trigger LANGUAGE plpgsql
    SET plan_cache_mode = force_custom_plan AS $$
BEGIN
    INSERT INTO leads_stagetotal (stage_id, lead_count, expected_value_cents)
    SELECT stay.stage_id,
        sum(changed.sign),
        coalesce(sum(changed.sign * opportunity.expected_value_cents), 0)
    FROM (
        SELECT new_rows.id,
            CASE WHEN new_rows.deleted_at IS NULL THEN 1 ELSE -1 END AS sign
        FROM new_rows JOIN old_rows USING (id)
        WHERE (new_rows.deleted_at IS NULL) <> (old_rows.deleted_at IS NULL)
    ) changed
    JOIN leads_leadstage stay ON stay.lead_id = changed.id AND stay.left_at IS NULL
    LEFT JOIN leads_opportunity opportunity
        ON opportunity.lead_id = changed.id AND opportunity.deleted_at IS NULL
    GROUP BY stay.stage_id;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER leads_lead_total_update
    AFTER UPDATE ON leads_lead
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION leads_total_leads();

-- name: leads_summarize
-- Work out the summaries of these leads (leads_leadsummary) from their rows. A lead is
-- locked before its rows are read: of two transactions that write rows of one lead, the
-- second sees what the first has committed. In the order of their ids, so that two
-- never wait for each other.
-- The plan is kept: making it takes three times as long as running it for one lead.
-- Without sequential scans, so that a plan made while the tables were empty stays right.
CREATE OR REPLACE FUNCTION leads_summarize(ids text[]) RETURNS void LANGUAGE plpgsql
    SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
BEGIN
    PERFORM 1 FROM leads_lead WHERE id = ANY(ids) ORDER BY id FOR NO KEY UPDATE;
    DELETE FROM leads_leadsummary summary USING leads_lead lead
    WHERE lead.id = ANY(ids) AND lead.deleted_at IS NOT NULL
        AND summary.lead_id = lead.id;
    INSERT INTO leads_leadsummary AS summary
        (lead_id, active_at, contacted_at, called_at, next_due_at, value_cents)
    SELECT lead.id, greatest(lead.created_at, done.active_at),
        coalesce(done.contacted_at, '1970-01-01 00:00+00'),
        coalesce(done.called_at, '1970-01-01 00:00+00'),
        coalesce(planned.due_at, '3000-01-01 00:00+00'),
        coalesce(opportunity.expected_value_cents, 0)
    FROM leads_lead lead
    CROSS JOIN LATERAL (
        SELECT max(created_at) AS active_at,
            max(created_at) FILTER (WHERE is_contact) AS contacted_at,
            max(created_at) FILTER (WHERE is_contact AND type = 'call') AS called_at
        FROM (
            SELECT created_at, type, type IN ('call', 'sms_sent', 'email_sent')
                AND coalesce(payload_json ->> 'automated', 'false') = 'false'
                AS is_contact
            FROM leads_activity
            WHERE lead_id = lead.id AND deleted_at IS NULL
        ) activity
    ) done
    CROSS JOIN LATERAL (
        SELECT min(due_at) AS due_at FROM leads_task
        WHERE lead_id = lead.id AND done_at IS NULL AND deleted_at IS NULL
    ) planned
    LEFT JOIN leads_opportunity opportunity
        ON opportunity.lead_id = lead.id AND opportunity.deleted_at IS NULL
    WHERE lead.id = ANY(ids) AND lead.deleted_at IS NULL
    ON CONFLICT (lead_id) DO UPDATE SET active_at = excluded.active_at,
        contacted_at = excluded.contacted_at, called_at = excluded.called_at,
        next_due_at = excluded.next_due_at, value_cents = excluded.value_cents
    WHERE (summary.active_at, summary.contacted_at, summary.called_at,
            summary.next_due_at, summary.value_cents)
        IS DISTINCT FROM (excluded.active_at, excluded.contacted_at,
            excluded.called_at, excluded.next_due_at, excluded.value_cents);
END $$;

-- name: leads_summarize_leads
-- Keep the summaries when leads are written: of a new or restored lead one is made, of
-- a deleted one it goes.
CREATE OR REPLACE FUNCTION leads_summarize_leads() RETURNS trigger LANGUAGE plpgsql
    SET plan_cache_mode = force_custom_plan AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        DELETE FROM leads_leadsummary summary USING old_rows
        WHERE summary.lead_id = old_rows.id;
    ELSIF TG_OP = 'INSERT' THEN
        PERFORM leads_summarize(array_agg(id)) FROM new_rows HAVING count(*) > 0;
    ELSE
        PERFORM leads_summarize(array_agg(new_rows.id))
        FROM new_rows JOIN old_rows USING (id)
        WHERE (new_rows.deleted_at IS NULL) <> (old_rows.deleted_at IS NULL)
            OR new_rows.created_at <> old_rows.created_at
        HAVING count(*) > 0;
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER leads_lead_summary_insert
    AFTER INSERT ON leads_lead
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION leads_summarize_leads();
CREATE OR REPLACE TRIGGER leads_lead_summary_update
    AFTER UPDATE ON leads_lead
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION leads_summarize_leads();
CREATE OR REPLACE TRIGGER leads_lead_summary_delete
    AFTER DELETE ON leads_lead
    REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION leads_summarize_leads();

-- name: leads_summarize_rows
-- Keep the summaries when activities, tasks or opportunities are written.
CREATE OR REPLACE FUNCTION leads_summarize_rows() RETURNS trigger LANGUAGE plpgsql
    SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    ids text[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(DISTINCT lead_id) INTO ids FROM new_rows;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(DISTINCT lead_id) INTO ids FROM old_rows;
    ELSE
        SELECT array_agg(lead_id) INTO ids
        FROM (SELECT lead_id FROM new_rows UNION SELECT lead_id FROM old_rows) changed;
    END IF;
    IF ids IS NOT NULL THEN
        PERFORM leads_summarize(ids);
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER leads_activity_summary_insert
    AFTER INSERT ON leads_activity
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION leads_summarize_rows();
CREATE OR REPLACE TRIGGER leads_activity_summary_update
    AFTER UPDATE ON leads_activity
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION leads_summarize_rows();
CREATE OR REPLACE TRIGGER leads_activity_summary_delete
    AFTER DELETE ON leads_activity
    REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION leads_summarize_rows();
CREATE OR REPLACE TRIGGER leads_task_summary_insert
    AFTER INSERT ON leads_task
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION leads_summarize_rows();
CREATE OR REPLACE TRIGGER leads_task_summary_update
    AFTER UPDATE ON leads_task
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION leads_summarize_rows();
CREATE OR REPLACE TRIGGER leads_task_summary_delete
    AFTER DELETE ON leads_task
    REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION leads_summarize_rows();
CREATE OR REPLACE TRIGGER leads_opportunity_summary_insert
    AFTER INSERT ON leads_opportunity
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION leads_summarize_rows();
CREATE OR REPLACE TRIGGER leads_opportunity_summary_update
    AFTER UPDATE ON leads_opportunity
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION leads_summarize_rows();
CREATE OR REPLACE TRIGGER leads_opportunity_summary_delete
    AFTER DELETE ON leads_opportunity
    REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION leads_summarize_rows();

-- name: leads_stage_is_empty
-- A stage with leads in it can't be retired, whoever tries.
CREATE OR REPLACE FUNCTION leads_stage_is_empty() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM leads_leadstage stay
        JOIN leads_lead lead ON lead.id = stay.lead_id AND lead.deleted_at IS NULL
        WHERE stay.stage_id = NEW.id AND stay.left_at IS NULL
    ) THEN
        RAISE EXCEPTION 'There are leads in this stage. Say where they go first.'
            USING ERRCODE = 'check_violation',
                CONSTRAINT = 'leads_pipelinestage_retires_empty';
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER leads_pipelinestage_retires_empty
    AFTER UPDATE OF deleted_at ON leads_pipelinestage
    FOR EACH ROW WHEN (OLD.deleted_at IS NULL AND NEW.deleted_at IS NOT NULL)
    EXECUTE FUNCTION leads_stage_is_empty();

-- name: leads_stage_is_living
-- A lead can't enter a retired stage or go on being in one, not even one that is being retired right now: the
-- share lock makes retiring wait for moves under way, and moves for a retirement.
CREATE OR REPLACE FUNCTION leads_stage_is_living()
    RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM leads_pipelinestage
    WHERE id = NEW.stage_id AND deleted_at IS NULL FOR SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'This stage no longer exists.'
            USING ERRCODE = 'check_violation',
                CONSTRAINT = 'leads_leadstage_stage_is_living';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER leads_leadstage_stage_is_living
    BEFORE INSERT OR UPDATE OF left_at ON leads_leadstage
    FOR EACH ROW WHEN (NEW.left_at IS NULL)
    EXECUTE FUNCTION leads_stage_is_living();

-- name: leads_follow_the_clock
-- A row is recorded at its moment, if that is a few minutes ahead of this clock: the
-- clock was set back since the row before it was written, and it goes on from there.
CREATE OR REPLACE FUNCTION leads_follow_the_clock() RETURNS trigger
    LANGUAGE plpgsql AS $$
BEGIN
    NEW.recorded_at := (to_jsonb(NEW) ->> TG_ARGV[0])::timestamptz;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER leads_activity_follow_the_clock
    BEFORE INSERT ON leads_activity
    FOR EACH ROW WHEN (
        NEW.created_at > NEW.recorded_at + interval '1 minute'
        AND NEW.created_at <= NEW.recorded_at + interval '10 minutes'
    )
    EXECUTE FUNCTION leads_follow_the_clock('created_at');
CREATE OR REPLACE TRIGGER leads_leadstage_follow_the_clock
    BEFORE INSERT ON leads_leadstage
    FOR EACH ROW WHEN (
        NEW.changed_at > NEW.recorded_at + interval '1 minute'
        AND NEW.changed_at <= NEW.recorded_at + interval '10 minutes'
    )
    EXECUTE FUNCTION leads_follow_the_clock('changed_at');

-- name: leads_fold
-- A name as search and order compare it: without case, accents, apostrophes and dots, a
-- hyphen as a space. The index on names and every query use this one function.
-- ASCII, as most names are, is its own decomposition: that takes a fourth of the time.
-- Not STRICT, or PostgreSQL would not put the CASE into the query: NULL stays NULL.
CREATE OR REPLACE FUNCTION leads_fold(name text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN octet_length(name) = length(name)
    THEN translate(lower(name), '-''`.', ' ')
    ELSE translate(replace(replace(replace(replace(
        lower(regexp_replace(
            normalize(regexp_replace(name, '[''\u2018\u2019\u02bc\u2032`\u00b4.]', '', 'g'),
                NFKD),
            '[\u0300-\u036f]', '', 'g'
        )),
        'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th'),
        'øłđðħıŧ‐‑–-', 'olddhit    ') END
$$;

-- name: leads_json_text
-- A value of a JSON object that is text of a pattern, null, or not there.
CREATE OR REPLACE FUNCTION leads_json_text(value jsonb, pattern text)
    RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE coalesce(jsonb_typeof(value), 'null')
        WHEN 'null' THEN true
        WHEN 'string' THEN value #>> '{}' ~ pattern
        ELSE false END
$$;

-- name: leads_is_moment
-- Whether a text is a moment with its offset, as ISO 8601 writes it. Reading it as a
-- timestamptz then raises no error, whatever the session's settings.
CREATE OR REPLACE FUNCTION leads_is_moment(value text)
    RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN value ~ (
            '^(19|2[0-9])[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])'
            || '[Tt ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?'
            || '([Zz]|[+-](0[0-9]|1[0-4]):?[0-5][0-9])$'
        )
        THEN substr(value, 9, 2)::integer <= extract(day FROM
            make_date(substr(value, 1, 4)::integer, substr(value, 6, 2)::integer, 1)
                + interval '1 month' - interval '1 day')
        ELSE false END
$$;

-- name: leads_message_fits
-- The details of a text or an email; `leads_payload_fits` asks.
CREATE OR REPLACE FUNCTION leads_message_fits(details jsonb)
    RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(jsonb_typeof(details -> 'automated'), 'boolean') = 'boolean'
        AND public.leads_json_text(details -> 'template', '^[a-z0-9][a-z0-9_-]{0,49}$')
        AND public.leads_json_text(details -> 'outcome', '^(sent|replied|bounced|opted_out)$')
$$;

-- name: leads_payload_fits
-- The details of an activity of this type have the types that `leads.payloads` says, so
-- that raw SQL can't store what no page could read.
CREATE OR REPLACE FUNCTION leads_payload_fits(type varchar, details jsonb)
    RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE type
        WHEN 'call' THEN
            coalesce(jsonb_typeof(details -> 'automated'), 'boolean') = 'boolean'
            AND coalesce(details -> 'direction' IN ('"outbound"', '"inbound"'), true)
            AND public.leads_json_text(details -> 'outcome', '^(answered|no_answer|voicemail'
                || '|busy|call_back|booked|not_interested|wrong_number)$')
            AND coalesce((details -> 'duration_seconds')::text, 'null')
                ~ '^(null|[0-9]{1,4}|[0-7][0-9]{4}|8[0-5][0-9]{3}|86[0-3][0-9]{2}|86400)$'
        WHEN 'form_submit' THEN
            public.leads_json_text(details -> 'form', '^[a-z0-9][a-z0-9_-]{0,49}$')
        WHEN 'stage_change' THEN
            public.leads_json_text(details -> 'from_stage', '^[A-Za-z0-9]{1,25}$')
            AND details ->> 'to_stage' IS NOT NULL
            AND public.leads_json_text(details -> 'to_stage', '^[A-Za-z0-9]{1,25}$')
            AND public.leads_json_text(details -> 'lost_reason', '^[a-z][a-z0-9_]{0,19}$')
        WHEN 'tag_added' THEN
            details ->> 'tag' IS NOT NULL
            AND public.leads_json_text(details -> 'tag', '^[A-Za-z0-9]{1,25}$')
        WHEN 'sms_sent' THEN public.leads_message_fits(details)
        WHEN 'email_sent' THEN public.leads_message_fits(details)
        ELSE true END
$$;

-- name: leads_reason_is_listed
-- Why a lead was lost is one of the clinic's reasons, archived ones included. Most stage
-- periods have none, so it can't be a foreign key.
CREATE OR REPLACE FUNCTION leads_reason_is_listed() RETURNS trigger
    LANGUAGE plpgsql AS $$
DECLARE
    reason text := CASE TG_TABLE_NAME WHEN 'leads_leadstage'
        THEN to_jsonb(NEW) ->> 'lost_reason'
        ELSE to_jsonb(NEW) -> 'payload_json' ->> 'lost_reason' END;
BEGIN
    PERFORM 1 FROM leads_leadlostreason WHERE code = reason;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'Choose a reason from the list.'
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER leads_leadstage_lost_reason_is_listed
    AFTER INSERT OR UPDATE OF lost_reason ON leads_leadstage
    FOR EACH ROW WHEN (NEW.lost_reason <> '')
    EXECUTE FUNCTION leads_reason_is_listed();
CREATE OR REPLACE TRIGGER leads_activity_lost_reason_is_listed
    AFTER INSERT OR UPDATE OF payload_json ON leads_activity
    FOR EACH ROW WHEN (NEW.payload_json ->> 'lost_reason' IS NOT NULL)
    EXECUTE FUNCTION leads_reason_is_listed();

-- name: leads_lead_is_past
-- A lead was created in the past. An hour is left for a web server whose clock is wrong.
CREATE OR REPLACE FUNCTION leads_lead_is_past() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.created_at > clock_timestamp() + interval '1 hour' THEN
        RAISE EXCEPTION 'A lead can not be created in the future.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'leads_lead_is_past';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER leads_lead_is_past
    BEFORE INSERT OR UPDATE OF created_at ON leads_lead
    FOR EACH ROW EXECUTE FUNCTION leads_lead_is_past();

-- name: leads_code_stays
-- The code of a list's row is for good: leads, events and rules name it.
CREATE OR REPLACE FUNCTION leads_code_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A code is never changed; archive the row instead.'
        USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
END $$;
CREATE OR REPLACE TRIGGER leads_procedure_code_stays
    BEFORE UPDATE OF code ON leads_procedure
    FOR EACH ROW WHEN (NEW.code <> OLD.code)
    EXECUTE FUNCTION leads_code_stays();
CREATE OR REPLACE TRIGGER leads_procedure_is_archived_instead
    BEFORE DELETE ON leads_procedure
    FOR EACH ROW EXECUTE FUNCTION leads_code_stays();
CREATE OR REPLACE TRIGGER leads_leadsource_code_stays
    BEFORE UPDATE OF code, meaning ON leads_leadsource
    FOR EACH ROW WHEN (NEW.code <> OLD.code OR NEW.meaning <> OLD.meaning)
    EXECUTE FUNCTION leads_code_stays();
CREATE OR REPLACE TRIGGER leads_leadsource_is_archived_instead
    BEFORE DELETE ON leads_leadsource
    FOR EACH ROW EXECUTE FUNCTION leads_code_stays();
CREATE OR REPLACE TRIGGER leads_leadlostreason_code_stays
    BEFORE UPDATE OF code, meaning ON leads_leadlostreason
    FOR EACH ROW WHEN (NEW.code <> OLD.code OR NEW.meaning <> OLD.meaning)
    EXECUTE FUNCTION leads_code_stays();
CREATE OR REPLACE TRIGGER leads_leadlostreason_is_archived_instead
    BEFORE DELETE ON leads_leadlostreason
    FOR EACH ROW EXECUTE FUNCTION leads_code_stays();

-- name: leads_recorded_is_past
-- When a row was recorded is no later than now; other moments are judged by it. An hour
-- is left for a clock that is set back.
CREATE OR REPLACE FUNCTION leads_recorded_is_past() RETURNS trigger
    LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A row can not be recorded in the future.'
        USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
END $$;
CREATE OR REPLACE TRIGGER leads_activity_recorded_is_past
    BEFORE INSERT OR UPDATE OF recorded_at ON leads_activity
    FOR EACH ROW WHEN (NEW.recorded_at > clock_timestamp() + interval '1 hour')
    EXECUTE FUNCTION leads_recorded_is_past();
CREATE OR REPLACE TRIGGER leads_leadstage_recorded_is_past
    BEFORE INSERT OR UPDATE OF recorded_at ON leads_leadstage
    FOR EACH ROW WHEN (NEW.recorded_at > clock_timestamp() + interval '1 hour')
    EXECUTE FUNCTION leads_recorded_is_past();

-- name: leads_erased_stays
-- A person who was erased does not come back: the lead gets no further contact, and is
-- never made somebody again. The lock makes who adds a contact wait for an erasure that
-- is under way, and the erasure for a contact that is being added.
CREATE OR REPLACE FUNCTION leads_erased_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'leads_contactpoint' THEN
        PERFORM 1 FROM leads_lead WHERE id = NEW.lead_id FOR KEY SHARE;
        PERFORM 1 FROM leads_lead WHERE id = NEW.lead_id AND erased_at IS NOT NULL;
        IF NOT FOUND THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'This person was erased.'
        USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
END $$;
CREATE OR REPLACE TRIGGER leads_lead_erased_stays_erased
    BEFORE UPDATE OF erased_at ON leads_lead
    FOR EACH ROW WHEN (
        OLD.erased_at IS NOT NULL AND NEW.erased_at IS DISTINCT FROM OLD.erased_at
    )
    EXECUTE FUNCTION leads_erased_stays();
CREATE OR REPLACE TRIGGER leads_contactpoint_lead_is_not_erased
    BEFORE INSERT OR UPDATE OF lead_id ON leads_contactpoint
    FOR EACH ROW EXECUTE FUNCTION leads_erased_stays();
