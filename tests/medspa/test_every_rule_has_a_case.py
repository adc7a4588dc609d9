"""No constraint of the data model without a test in words and one in SQL."""

import pytest
from django.apps import apps
from django.db import connection, models

import tests.api.test_exports
import tests.api.test_key_rules
import tests.api.webhooks.test_webhook_rules
import tests.campaigns.test_rules
import tests.commissions.test_rules
import tests.connections.test_rules
import tests.connections.test_web_form_rules
import tests.kpis.test_consult_rules
import tests.kpis.test_event_model
import tests.leads.intake.test_import_file_rules
import tests.leads.test_activity_rules
import tests.leads.test_clinic_list_rules
import tests.leads.test_list_rules
import tests.leads.test_rules
import tests.medspa.audit.test_event_rules
import tests.medspa.people.test_people_rules
import tests.medspa.second_factor.test_rules
import tests.medspa.test_clinic_rules
import tests.medspa.test_job_run_rules
import tests.medspa.watching.test_watching_rules
import tests.safekeeping.backups.test_backup_rules
import tests.safekeeping.test_rules
import tests.safekeeping.test_seal_rules

OUR_APPS = (
    "medspa",
    "campaigns",
    "leads",
    "kpis",
    "commissions",
    "connections",
    "safekeeping",
    "api",
)
CASES = (
    tests.campaigns.test_rules.RULES
    + tests.commissions.test_rules.RULES
    + [*tests.api.test_exports.RULES]
    + [*tests.api.test_key_rules.RULES]
    + [*tests.api.webhooks.test_webhook_rules.RULES]
    + tests.connections.test_web_form_rules.RULES
    + tests.connections.test_rules.RULES
    + tests.kpis.test_consult_rules.RULES
    + tests.kpis.test_event_model.RULES
    + tests.leads.intake.test_import_file_rules.RULES
    + tests.leads.test_activity_rules.RULES
    + tests.leads.test_clinic_list_rules.RULES
    + tests.leads.test_list_rules.RULES
    + tests.leads.test_rules.RULES
    + tests.medspa.test_clinic_rules.RULES
    + tests.medspa.audit.test_event_rules.RULES
    + tests.medspa.people.test_people_rules.RULES
    + tests.medspa.second_factor.test_rules.RULES
    + tests.medspa.test_job_run_rules.RULES
    + tests.medspa.watching.test_watching_rules.RULES
    + tests.safekeeping.backups.test_backup_rules.RULES
    + [*tests.safekeeping.test_rules.RULES]
    + tests.safekeeping.test_seal_rules.RULES
)
# Tested where their subject is.
ELSEWHERE = {
    "api_apikey_prefix_key",  # tests/api/test_keys.py
    "api_apisecret_digest_key",  # tests/api/test_keys.py
    "api_idempotentanswer_answer_is_encrypted",  # tests/api/test_keys.py
    "api_webhookevent_uid_key",  # made by the database
    "api_webhooksecret_secret_is_encrypted",  # webhooks/test_webhook_pages.py
    "connections_webformcount_one_an_hour",  # connections/test_web_form.py
    "kpis_consultdetails_booking_id_key",  # kpis/test_consult_rules.py
    "kpis_consultdetails_procedure_is_listed",  # kpis/test_consult_rules.py
    "kpis_kpievent_procedure_is_listed",  # leads/test_listed_in_json.py
    "leads_activity_lost_reason_is_listed",  # leads/test_listed_in_json.py
    "leads_leadlostreason_code_is_short",  # leads/test_clinic_list_rules.py
    "leads_leadlostreason_code_is_unique",  # leads/test_clinic_list_rules.py
    "leads_leadlostreason_meaning_is_known",  # leads/test_clinic_list_rules.py
    "leads_leadsource_code_is_short",  # leads/test_clinic_list_rules.py
    "leads_leadsource_code_is_unique",  # leads/test_clinic_list_rules.py
    "leads_leadsource_meaning_is_known",  # leads/test_clinic_list_rules.py
    "leads_procedure_code_is_short",  # leads/test_clinic_list_rules.py
    "leads_procedure_code_is_unique",  # leads/test_clinic_list_rules.py
    "kpis_kpievent_metadata_has_its_types",  # kpis/test_stored_details.py
    "leads_activity_payload_has_its_types",  # kpis/test_stored_details.py
    "kpis_monthsnapshot_month_is_a_first_day",  # kpis/test_snapshots.py
    "kpis_monthsnapshot_once_a_day",  # kpis/test_snapshots.py
    "api_leadexportchunk_is_encrypted",  # api/test_export_files.py
    "leads_importchunk_is_encrypted",  # leads/intake/test_import_file_rules.py
    "leads_importfile_is_sealed",  # leads/intake/test_import_file_rules.py
    "leads_leadstage_stage_is_living",  # leads/test_stages.py
    "leads_pipelinestage_retires_empty",  # leads/test_stages.py
    "medspa_knowndevice_is_known_once",  # medspa/second_factor/test_rules.py
    "medspa_recoverycode_code_hash_key",  # medspa/second_factor/test_rules.py
    "medspa_totpdevice_secret_is_encrypted",  # medspa/second_factor/test_rules.py
    "medspa_user_username_key",  # medspa/test_people.py
    *tests.connections.test_rules.ENCRYPTED,
    *tests.safekeeping.test_rules.BAD,
    "leads_lead_erased_is_nobody",  # safekeeping/test_rules.py
    "safekeeping_certificate_is_signed",  # safekeeping/test_rules.py
    "safekeeping_certificate_kind_is_known",  # safekeeping/test_rules.py
    "safekeeping_erasedlead_hash_is_sha256",  # safekeeping/test_rules.py
    "safekeeping_erasedlead_id_hash_key",  # safekeeping/test_rules.py
    "safekeeping_suppressedcontact_is_hmac",  # safekeeping/test_rules.py
}
# Django's own lower bounds, which a constraint of ours says with its own words.
SAID_BY_OURS = {
    "commissions_credit_share_bps_check",
    "leads_pipelinestage_win_probability_bps_check",
}
# Every check and uniqueness in the database; triggers of ours are named like rules.
RULES_IN_DATABASE = """
    SELECT conname FROM pg_constraint
    WHERE conrelid = ANY(%(tables)s::regclass[]) AND contype IN ('c', 'u', 'x')
    UNION SELECT indexrelid::regclass::text FROM pg_index
    WHERE indrelid = ANY(%(tables)s::regclass[]) AND indisunique AND NOT indisprimary
    UNION SELECT tgname FROM pg_trigger
    WHERE tgrelid = ANY(%(tables)s::regclass[]) AND NOT tgisinternal
        AND tgname ~
            '_(fit|retires_empty|is_living|is_for_payments_and_consults|(is|are)_listed)$'
    UNION SELECT conname FROM pg_constraint
    WHERE conrelid = ANY(%(tables)s::regclass[]) AND conname LIKE '%%_is_listed'
"""


def our_models() -> list[type[models.Model]]:
    return [
        model
        for app in OUR_APPS
        for model in apps.get_app_config(app).get_models()
        if not hasattr(model, "instance_type")  # a history table
    ]


def covered() -> set[str]:
    return {rule.name for rule in CASES} | ELSEWHERE | SAID_BY_OURS


@pytest.mark.django_db
def test_every_rule_in_the_database_has_a_case() -> None:
    tables = [model._meta.db_table for model in our_models()]
    with connection.cursor() as cursor:
        cursor.execute(RULES_IN_DATABASE, {"tables": tables})
        in_database = {name for (name,) in cursor.fetchall()}
    assert in_database == covered()


def test_every_constraint_of_a_model_has_a_case() -> None:
    named = {
        constraint.name
        for model in our_models()
        for constraint in model._meta.constraints
    }
    assert named
    assert named <= covered()


def test_every_constraint_is_named_after_its_table_and_has_a_sentence() -> None:
    default = models.BaseConstraint.default_violation_error_message
    for model in our_models():
        for constraint in model._meta.constraints:
            assert constraint.name.startswith(f"{model._meta.db_table}_")
            assert constraint.violation_error_message != default
            assert constraint.violation_error_message.endswith(".")
