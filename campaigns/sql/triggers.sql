-- The functions and triggers of campaigns, as they stand after all migrations.
-- docs/decisions/0013-triggers-in-sql-files.md says how to change one.

-- name: campaigns_spend_ranges_fit
-- Two ranges of one campaign never overlap, or a day would cost twice. The campaign is
-- locked first, so the second of two writers sees what the first committed. Of the
-- ranges that begin before the new one ends, the latest is the one that could overlap.
CREATE OR REPLACE FUNCTION campaigns_spend_ranges_fit()
    RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM campaigns_campaign WHERE id = NEW.campaign_id FOR NO KEY UPDATE;
    IF NEW.from_on <= (
        SELECT to_on FROM campaigns_campaignspend
        WHERE campaign_id = NEW.campaign_id AND from_on <= NEW.to_on AND id <> NEW.id
        ORDER BY from_on DESC LIMIT 1
    ) THEN
        RAISE EXCEPTION 'Spend is entered for one of these days already.'
            USING ERRCODE = 'check_violation',
                CONSTRAINT = 'campaigns_campaignspend_ranges_fit';
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER campaigns_campaignspend_ranges_fit
    AFTER INSERT OR UPDATE OF campaign_id, from_on, to_on ON campaigns_campaignspend
    FOR EACH ROW EXECUTE FUNCTION campaigns_spend_ranges_fit();

-- name: campaigns_history_stays
-- History is only added to, whoever writes: it says what was. What may go is the person
-- behind a row, who may be removed.
CREATE OR REPLACE FUNCTION campaigns_history_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF coalesce(NEW.history_user_id = OLD.history_user_id,
                NEW.history_user_id IS NULL)
            AND to_jsonb(NEW) - '{history_user_id}'::text[]
                = to_jsonb(OLD) - '{history_user_id}'::text[]
        THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'History is never changed.'
        USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
END $$;
CREATE OR REPLACE TRIGGER campaigns_campaignhistory_stays
    BEFORE UPDATE OR DELETE ON campaigns_campaignhistory
    FOR EACH ROW EXECUTE FUNCTION campaigns_history_stays();
CREATE OR REPLACE TRIGGER campaigns_campaignaliashistory_stays
    BEFORE UPDATE OR DELETE ON campaigns_campaignaliashistory
    FOR EACH ROW EXECUTE FUNCTION campaigns_history_stays();
CREATE OR REPLACE TRIGGER campaigns_campaignspendhistory_stays
    BEFORE UPDATE OR DELETE ON campaigns_campaignspendhistory
    FOR EACH ROW EXECUTE FUNCTION campaigns_history_stays();
