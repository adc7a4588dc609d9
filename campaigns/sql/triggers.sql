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
