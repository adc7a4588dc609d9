-- The functions and triggers of safekeeping, as they stand after all migrations.
-- docs/decisions/0013-triggers-in-sql-files.md says how to change one.

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
