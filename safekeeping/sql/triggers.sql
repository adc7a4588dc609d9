-- The functions and triggers of safekeeping, as they stand after all migrations.
-- docs/decisions/0013-triggers-in-sql-files.md says how to change one.

-- name: safekeeping_history_stays
-- History, the audit log and seals are only added to, whoever writes. What may change is
-- what medspa_change_history changes; and a row loses its person when that person is
-- removed (their name stays).
CREATE OR REPLACE FUNCTION safekeeping_history_stays() RETURNS trigger
    LANGUAGE plpgsql AS $$
DECLARE
    was jsonb := to_jsonb(OLD);
    becomes jsonb;
BEGIN
    -- Inside medspa_change_history, which runs as the owner of the tables.
    IF current_setting('medspa.history_may_change', true) = 'on'
        AND current_user = (SELECT relowner::regrole::text FROM pg_class WHERE oid = TG_RELID)
    THEN
        IF TG_OP = 'DELETE' THEN
            RETURN OLD;
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        becomes := to_jsonb(NEW);
        IF becomes = was THEN
            RETURN NEW;
        END IF;
        -- A person was removed.
        IF becomes -> 'history_user_id' = 'null'
            AND becomes - 'history_user_id' = was - 'history_user_id'
        THEN
            NEW.proof_kept := nullif(
                jsonb_strip_nulls(jsonb_build_object(
                    'history_user_id', medspa_kept_hashes(was) -> 'history_user_id'
                )) || coalesce(NEW.proof_kept, '{}'),
                '{}'
            );
            RETURN NEW;
        END IF;
        -- A row from before there were seals is taken up.
        IF was -> 'proof_xid' = 'null' AND becomes - '{proof_salt,proof_xid}'::text[]
            = was - '{proof_salt,proof_xid}'::text[]
        THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'History is never changed.'
        USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
END $$;
CREATE OR REPLACE TRIGGER medspa_userhistory_stays
    BEFORE UPDATE OR DELETE ON medspa_userhistory
    FOR EACH ROW EXECUTE FUNCTION safekeeping_history_stays();
CREATE OR REPLACE TRIGGER medspa_user_groupshistory_stays
    BEFORE UPDATE OR DELETE ON medspa_user_groupshistory
    FOR EACH ROW EXECUTE FUNCTION safekeeping_history_stays();
CREATE OR REPLACE TRIGGER medspa_clinichistory_stays
    BEFORE UPDATE OR DELETE ON medspa_clinichistory
    FOR EACH ROW EXECUTE FUNCTION safekeeping_history_stays();
CREATE OR REPLACE TRIGGER campaigns_campaignhistory_stays
    BEFORE UPDATE OR DELETE ON campaigns_campaignhistory
    FOR EACH ROW EXECUTE FUNCTION safekeeping_history_stays();
CREATE OR REPLACE TRIGGER campaigns_campaignaliashistory_stays
    BEFORE UPDATE OR DELETE ON campaigns_campaignaliashistory
    FOR EACH ROW EXECUTE FUNCTION safekeeping_history_stays();
CREATE OR REPLACE TRIGGER campaigns_campaignspendhistory_stays
    BEFORE UPDATE OR DELETE ON campaigns_campaignspendhistory
    FOR EACH ROW EXECUTE FUNCTION safekeeping_history_stays();
CREATE OR REPLACE TRIGGER leads_leadsourcehistory_stays
    BEFORE UPDATE OR DELETE ON leads_leadsourcehistory
    FOR EACH ROW EXECUTE FUNCTION safekeeping_history_stays();
CREATE OR REPLACE TRIGGER leads_leadlostreasonhistory_stays
    BEFORE UPDATE OR DELETE ON leads_leadlostreasonhistory
    FOR EACH ROW EXECUTE FUNCTION safekeeping_history_stays();
CREATE OR REPLACE TRIGGER leads_leadhistory_stays
    BEFORE UPDATE OR DELETE ON leads_leadhistory
    FOR EACH ROW EXECUTE FUNCTION safekeeping_history_stays();
CREATE OR REPLACE TRIGGER leads_activityhistory_stays
    BEFORE UPDATE OR DELETE ON leads_activityhistory
    FOR EACH ROW EXECUTE FUNCTION safekeeping_history_stays();
CREATE OR REPLACE TRIGGER leads_taghistory_stays
    BEFORE UPDATE OR DELETE ON leads_taghistory
    FOR EACH ROW EXECUTE FUNCTION safekeeping_history_stays();
CREATE OR REPLACE TRIGGER leads_leadtaghistory_stays
    BEFORE UPDATE OR DELETE ON leads_leadtaghistory
    FOR EACH ROW EXECUTE FUNCTION safekeeping_history_stays();
CREATE OR REPLACE TRIGGER leads_pipelinestagehistory_stays
    BEFORE UPDATE OR DELETE ON leads_pipelinestagehistory
    FOR EACH ROW EXECUTE FUNCTION safekeeping_history_stays();
CREATE OR REPLACE TRIGGER leads_contactpointhistory_stays
    BEFORE UPDATE OR DELETE ON leads_contactpointhistory
    FOR EACH ROW EXECUTE FUNCTION safekeeping_history_stays();
CREATE OR REPLACE TRIGGER leads_procedurehistory_stays
    BEFORE UPDATE OR DELETE ON leads_procedurehistory
    FOR EACH ROW EXECUTE FUNCTION safekeeping_history_stays();
CREATE OR REPLACE TRIGGER leads_procedurenamehistory_stays
    BEFORE UPDATE OR DELETE ON leads_procedurenamehistory
    FOR EACH ROW EXECUTE FUNCTION safekeeping_history_stays();
CREATE OR REPLACE TRIGGER leads_opportunityhistory_stays
    BEFORE UPDATE OR DELETE ON leads_opportunityhistory
    FOR EACH ROW EXECUTE FUNCTION safekeeping_history_stays();
CREATE OR REPLACE TRIGGER leads_savedviewhistory_stays
    BEFORE UPDATE OR DELETE ON leads_savedviewhistory
    FOR EACH ROW EXECUTE FUNCTION safekeeping_history_stays();
CREATE OR REPLACE TRIGGER leads_taskhistory_stays
    BEFORE UPDATE OR DELETE ON leads_taskhistory
    FOR EACH ROW EXECUTE FUNCTION safekeeping_history_stays();
CREATE OR REPLACE TRIGGER kpis_kpieventhistory_stays
    BEFORE UPDATE OR DELETE ON kpis_kpieventhistory
    FOR EACH ROW EXECUTE FUNCTION safekeeping_history_stays();
CREATE OR REPLACE TRIGGER kpis_consultdetailshistory_stays
    BEFORE UPDATE OR DELETE ON kpis_consultdetailshistory
    FOR EACH ROW EXECUTE FUNCTION safekeeping_history_stays();
CREATE OR REPLACE TRIGGER commissions_providerhistory_stays
    BEFORE UPDATE OR DELETE ON commissions_providerhistory
    FOR EACH ROW EXECUTE FUNCTION safekeeping_history_stays();
CREATE OR REPLACE TRIGGER commissions_credithistory_stays
    BEFORE UPDATE OR DELETE ON commissions_credithistory
    FOR EACH ROW EXECUTE FUNCTION safekeeping_history_stays();
CREATE OR REPLACE TRIGGER commissions_commissionrulehistory_stays
    BEFORE UPDATE OR DELETE ON commissions_commissionrulehistory
    FOR EACH ROW EXECUTE FUNCTION safekeeping_history_stays();
CREATE OR REPLACE TRIGGER commissions_statementhistory_stays
    BEFORE UPDATE OR DELETE ON commissions_statementhistory
    FOR EACH ROW EXECUTE FUNCTION safekeeping_history_stays();
CREATE OR REPLACE TRIGGER commissions_disputehistory_stays
    BEFORE UPDATE OR DELETE ON commissions_disputehistory
    FOR EACH ROW EXECUTE FUNCTION safekeeping_history_stays();
CREATE OR REPLACE TRIGGER commissions_leadproviderhistory_stays
    BEFORE UPDATE OR DELETE ON commissions_leadproviderhistory
    FOR EACH ROW EXECUTE FUNCTION safekeeping_history_stays();
CREATE OR REPLACE TRIGGER connections_connectionhistory_stays
    BEFORE UPDATE OR DELETE ON connections_connectionhistory
    FOR EACH ROW EXECUTE FUNCTION safekeeping_history_stays();
CREATE OR REPLACE TRIGGER connections_webformhistory_stays
    BEFORE UPDATE OR DELETE ON connections_webformhistory
    FOR EACH ROW EXECUTE FUNCTION safekeeping_history_stays();
CREATE OR REPLACE TRIGGER medspa_auditevent_stays
    BEFORE UPDATE OR DELETE ON medspa_auditevent
    FOR EACH ROW EXECUTE FUNCTION safekeeping_history_stays();
CREATE OR REPLACE TRIGGER medspa_historychange_stays
    BEFORE UPDATE OR DELETE ON medspa_historychange
    FOR EACH ROW EXECUTE FUNCTION safekeeping_history_stays();
CREATE OR REPLACE TRIGGER safekeeping_seal_stays
    BEFORE UPDATE OR DELETE ON safekeeping_seal
    FOR EACH ROW EXECUTE FUNCTION safekeeping_history_stays();
CREATE OR REPLACE TRIGGER safekeeping_sealedrows_stays
    BEFORE UPDATE OR DELETE ON safekeeping_sealedrows
    FOR EACH ROW EXECUTE FUNCTION safekeeping_history_stays();

-- name: safekeeping_table_stays
-- TRUNCATE asks no trigger of a row.
CREATE OR REPLACE FUNCTION safekeeping_table_stays() RETURNS trigger
    LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'History is never emptied.'
        USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
END $$;
CREATE OR REPLACE TRIGGER medspa_userhistory_is_never_emptied
    BEFORE TRUNCATE ON medspa_userhistory
    FOR EACH STATEMENT EXECUTE FUNCTION safekeeping_table_stays();
CREATE OR REPLACE TRIGGER medspa_user_groupshistory_is_never_emptied
    BEFORE TRUNCATE ON medspa_user_groupshistory
    FOR EACH STATEMENT EXECUTE FUNCTION safekeeping_table_stays();
CREATE OR REPLACE TRIGGER medspa_clinichistory_is_never_emptied
    BEFORE TRUNCATE ON medspa_clinichistory
    FOR EACH STATEMENT EXECUTE FUNCTION safekeeping_table_stays();
CREATE OR REPLACE TRIGGER campaigns_campaignhistory_is_never_emptied
    BEFORE TRUNCATE ON campaigns_campaignhistory
    FOR EACH STATEMENT EXECUTE FUNCTION safekeeping_table_stays();
CREATE OR REPLACE TRIGGER campaigns_campaignaliashistory_is_never_emptied
    BEFORE TRUNCATE ON campaigns_campaignaliashistory
    FOR EACH STATEMENT EXECUTE FUNCTION safekeeping_table_stays();
CREATE OR REPLACE TRIGGER campaigns_campaignspendhistory_is_never_emptied
    BEFORE TRUNCATE ON campaigns_campaignspendhistory
    FOR EACH STATEMENT EXECUTE FUNCTION safekeeping_table_stays();
CREATE OR REPLACE TRIGGER leads_leadsourcehistory_is_never_emptied
    BEFORE TRUNCATE ON leads_leadsourcehistory
    FOR EACH STATEMENT EXECUTE FUNCTION safekeeping_table_stays();
CREATE OR REPLACE TRIGGER leads_leadlostreasonhistory_is_never_emptied
    BEFORE TRUNCATE ON leads_leadlostreasonhistory
    FOR EACH STATEMENT EXECUTE FUNCTION safekeeping_table_stays();
CREATE OR REPLACE TRIGGER leads_leadhistory_is_never_emptied
    BEFORE TRUNCATE ON leads_leadhistory
    FOR EACH STATEMENT EXECUTE FUNCTION safekeeping_table_stays();
CREATE OR REPLACE TRIGGER leads_activityhistory_is_never_emptied
    BEFORE TRUNCATE ON leads_activityhistory
    FOR EACH STATEMENT EXECUTE FUNCTION safekeeping_table_stays();
CREATE OR REPLACE TRIGGER leads_taghistory_is_never_emptied
    BEFORE TRUNCATE ON leads_taghistory
    FOR EACH STATEMENT EXECUTE FUNCTION safekeeping_table_stays();
CREATE OR REPLACE TRIGGER leads_leadtaghistory_is_never_emptied
    BEFORE TRUNCATE ON leads_leadtaghistory
    FOR EACH STATEMENT EXECUTE FUNCTION safekeeping_table_stays();
CREATE OR REPLACE TRIGGER leads_pipelinestagehistory_is_never_emptied
    BEFORE TRUNCATE ON leads_pipelinestagehistory
    FOR EACH STATEMENT EXECUTE FUNCTION safekeeping_table_stays();
CREATE OR REPLACE TRIGGER leads_contactpointhistory_is_never_emptied
    BEFORE TRUNCATE ON leads_contactpointhistory
    FOR EACH STATEMENT EXECUTE FUNCTION safekeeping_table_stays();
CREATE OR REPLACE TRIGGER leads_procedurehistory_is_never_emptied
    BEFORE TRUNCATE ON leads_procedurehistory
    FOR EACH STATEMENT EXECUTE FUNCTION safekeeping_table_stays();
CREATE OR REPLACE TRIGGER leads_procedurenamehistory_is_never_emptied
    BEFORE TRUNCATE ON leads_procedurenamehistory
    FOR EACH STATEMENT EXECUTE FUNCTION safekeeping_table_stays();
CREATE OR REPLACE TRIGGER leads_opportunityhistory_is_never_emptied
    BEFORE TRUNCATE ON leads_opportunityhistory
    FOR EACH STATEMENT EXECUTE FUNCTION safekeeping_table_stays();
CREATE OR REPLACE TRIGGER leads_savedviewhistory_is_never_emptied
    BEFORE TRUNCATE ON leads_savedviewhistory
    FOR EACH STATEMENT EXECUTE FUNCTION safekeeping_table_stays();
CREATE OR REPLACE TRIGGER leads_taskhistory_is_never_emptied
    BEFORE TRUNCATE ON leads_taskhistory
    FOR EACH STATEMENT EXECUTE FUNCTION safekeeping_table_stays();
CREATE OR REPLACE TRIGGER kpis_kpieventhistory_is_never_emptied
    BEFORE TRUNCATE ON kpis_kpieventhistory
    FOR EACH STATEMENT EXECUTE FUNCTION safekeeping_table_stays();
CREATE OR REPLACE TRIGGER kpis_consultdetailshistory_is_never_emptied
    BEFORE TRUNCATE ON kpis_consultdetailshistory
    FOR EACH STATEMENT EXECUTE FUNCTION safekeeping_table_stays();
CREATE OR REPLACE TRIGGER commissions_providerhistory_is_never_emptied
    BEFORE TRUNCATE ON commissions_providerhistory
    FOR EACH STATEMENT EXECUTE FUNCTION safekeeping_table_stays();
CREATE OR REPLACE TRIGGER commissions_credithistory_is_never_emptied
    BEFORE TRUNCATE ON commissions_credithistory
    FOR EACH STATEMENT EXECUTE FUNCTION safekeeping_table_stays();
CREATE OR REPLACE TRIGGER commissions_commissionrulehistory_is_never_emptied
    BEFORE TRUNCATE ON commissions_commissionrulehistory
    FOR EACH STATEMENT EXECUTE FUNCTION safekeeping_table_stays();
CREATE OR REPLACE TRIGGER commissions_statementhistory_is_never_emptied
    BEFORE TRUNCATE ON commissions_statementhistory
    FOR EACH STATEMENT EXECUTE FUNCTION safekeeping_table_stays();
CREATE OR REPLACE TRIGGER commissions_disputehistory_is_never_emptied
    BEFORE TRUNCATE ON commissions_disputehistory
    FOR EACH STATEMENT EXECUTE FUNCTION safekeeping_table_stays();
CREATE OR REPLACE TRIGGER commissions_leadproviderhistory_is_never_emptied
    BEFORE TRUNCATE ON commissions_leadproviderhistory
    FOR EACH STATEMENT EXECUTE FUNCTION safekeeping_table_stays();
CREATE OR REPLACE TRIGGER connections_connectionhistory_is_never_emptied
    BEFORE TRUNCATE ON connections_connectionhistory
    FOR EACH STATEMENT EXECUTE FUNCTION safekeeping_table_stays();
CREATE OR REPLACE TRIGGER connections_webformhistory_is_never_emptied
    BEFORE TRUNCATE ON connections_webformhistory
    FOR EACH STATEMENT EXECUTE FUNCTION safekeeping_table_stays();
CREATE OR REPLACE TRIGGER medspa_auditevent_is_never_emptied
    BEFORE TRUNCATE ON medspa_auditevent
    FOR EACH STATEMENT EXECUTE FUNCTION safekeeping_table_stays();
CREATE OR REPLACE TRIGGER medspa_historychange_is_never_emptied
    BEFORE TRUNCATE ON medspa_historychange
    FOR EACH STATEMENT EXECUTE FUNCTION safekeeping_table_stays();
CREATE OR REPLACE TRIGGER safekeeping_seal_is_never_emptied
    BEFORE TRUNCATE ON safekeeping_seal
    FOR EACH STATEMENT EXECUTE FUNCTION safekeeping_table_stays();
CREATE OR REPLACE TRIGGER safekeeping_sealedrows_is_never_emptied
    BEFORE TRUNCATE ON safekeeping_sealedrows
    FOR EACH STATEMENT EXECUTE FUNCTION safekeeping_table_stays();

-- name: safekeeping_proof_stays
-- Certificates and the erasure ledger prove what was done: they are only added to.
CREATE OR REPLACE FUNCTION safekeeping_proof_stays() RETURNS trigger
    LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A proof is never changed.'
        USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
END $$;
CREATE OR REPLACE TRIGGER safekeeping_certificate_proof_stays
    BEFORE UPDATE OR DELETE ON safekeeping_certificate
    FOR EACH ROW EXECUTE FUNCTION safekeeping_proof_stays();
CREATE OR REPLACE TRIGGER safekeeping_erasedlead_proof_stays
    BEFORE UPDATE OR DELETE ON safekeeping_erasedlead
    FOR EACH ROW EXECUTE FUNCTION safekeeping_proof_stays();
