"""A lead whose person was erased has no name and no contact, and gets none again."""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

import medspa.encryption.fields

FORWARD = r"""
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
"""
BACKWARD = """
DROP TRIGGER leads_contactpoint_lead_is_not_erased ON leads_contactpoint;
DROP TRIGGER leads_lead_erased_stays_erased ON leads_lead;
DROP FUNCTION leads_erased_stays;
"""


class Migration(migrations.Migration):
    dependencies = [("leads", "0050_index_deleted_leads")]

    operations = [
        migrations.AddField(
            model_name="lead",
            name="erased_at",
            field=models.DateTimeField(
                blank=True, editable=False, null=True, verbose_name="erased"
            ),
        ),
        AddConstraintNotValid(
            model_name="lead",
            constraint=medspa.encryption.fields.BlindIndexConstraint(
                condition=models.Q(
                    ("erased_at__isnull", True),
                    models.Q(
                        ("email_index", b""),
                        ("external_id__isnull", True),
                        ("first_name", "Erased"),
                        ("phone_index", b""),
                    ),
                    _connector="OR",
                ),
                name="leads_lead_erased_is_nobody",
                violation_error_message="This person was erased. Their name and "
                "contacts can't be added again.",
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
