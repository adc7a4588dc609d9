"""What a consult is for is one of the clinic's procedures, or nothing."""

from django.db import migrations

FORWARD = r"""
CREATE OR REPLACE FUNCTION kpis_consult_procedure_is_listed() RETURNS trigger
    LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM leads_procedure WHERE code = NEW.procedure_code;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'Choose a procedure from the list.'
            USING ERRCODE = 'check_violation',
                CONSTRAINT = 'kpis_consultdetails_procedure_is_listed';
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER kpis_consultdetails_procedure_is_listed
    AFTER INSERT OR UPDATE OF procedure_code ON kpis_consultdetails
    FOR EACH ROW WHEN (NEW.procedure_code <> '')
    EXECUTE FUNCTION kpis_consult_procedure_is_listed();
"""
BACKWARD = r"""
DROP TRIGGER kpis_consultdetails_procedure_is_listed ON kpis_consultdetails;
DROP FUNCTION kpis_consult_procedure_is_listed;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("kpis", "0024_payments_name_listed_procedures"),
        ("leads", "0043_first_procedures"),
    ]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
