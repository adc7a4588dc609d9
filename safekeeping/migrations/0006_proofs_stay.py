"""Certificates and the erasure ledger are only added to."""

from django.db import migrations

FORWARD = r"""
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
"""
BACKWARD = """
DROP TRIGGER safekeeping_erasedlead_proof_stays ON safekeeping_erasedlead;
DROP TRIGGER safekeeping_certificate_proof_stays ON safekeeping_certificate;
DROP FUNCTION safekeeping_proof_stays;
"""


class Migration(migrations.Migration):
    dependencies = [("safekeeping", "0005_retention_and_erasure")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
