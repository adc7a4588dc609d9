"""Columns for what proves a row of history; Django's models don't read them.

First without a default, so that no table is written anew.
"""

from django.db import migrations

FORWARD = r"""
ALTER TABLE medspa_userhistory ADD COLUMN proof_salt uuid, ADD COLUMN proof_xid bigint,
    ADD COLUMN proof_kept jsonb, ADD COLUMN proof_change bigint;
ALTER TABLE medspa_userhistory ALTER COLUMN proof_salt SET DEFAULT gen_random_uuid(),
    ALTER COLUMN proof_xid SET DEFAULT pg_current_xact_id()::text::bigint;
ALTER TABLE medspa_user_groupshistory ADD COLUMN proof_salt uuid, ADD COLUMN proof_xid bigint,
    ADD COLUMN proof_kept jsonb, ADD COLUMN proof_change bigint;
ALTER TABLE medspa_user_groupshistory ALTER COLUMN proof_salt SET DEFAULT gen_random_uuid(),
    ALTER COLUMN proof_xid SET DEFAULT pg_current_xact_id()::text::bigint;
ALTER TABLE medspa_clinichistory ADD COLUMN proof_salt uuid, ADD COLUMN proof_xid bigint,
    ADD COLUMN proof_kept jsonb, ADD COLUMN proof_change bigint;
ALTER TABLE medspa_clinichistory ALTER COLUMN proof_salt SET DEFAULT gen_random_uuid(),
    ALTER COLUMN proof_xid SET DEFAULT pg_current_xact_id()::text::bigint;
ALTER TABLE campaigns_campaignhistory ADD COLUMN proof_salt uuid, ADD COLUMN proof_xid bigint,
    ADD COLUMN proof_kept jsonb, ADD COLUMN proof_change bigint;
ALTER TABLE campaigns_campaignhistory ALTER COLUMN proof_salt SET DEFAULT gen_random_uuid(),
    ALTER COLUMN proof_xid SET DEFAULT pg_current_xact_id()::text::bigint;
ALTER TABLE campaigns_campaignaliashistory ADD COLUMN proof_salt uuid, ADD COLUMN proof_xid bigint,
    ADD COLUMN proof_kept jsonb, ADD COLUMN proof_change bigint;
ALTER TABLE campaigns_campaignaliashistory ALTER COLUMN proof_salt SET DEFAULT gen_random_uuid(),
    ALTER COLUMN proof_xid SET DEFAULT pg_current_xact_id()::text::bigint;
ALTER TABLE campaigns_campaignspendhistory ADD COLUMN proof_salt uuid, ADD COLUMN proof_xid bigint,
    ADD COLUMN proof_kept jsonb, ADD COLUMN proof_change bigint;
ALTER TABLE campaigns_campaignspendhistory ALTER COLUMN proof_salt SET DEFAULT gen_random_uuid(),
    ALTER COLUMN proof_xid SET DEFAULT pg_current_xact_id()::text::bigint;
ALTER TABLE leads_leadsourcehistory ADD COLUMN proof_salt uuid, ADD COLUMN proof_xid bigint,
    ADD COLUMN proof_kept jsonb, ADD COLUMN proof_change bigint;
ALTER TABLE leads_leadsourcehistory ALTER COLUMN proof_salt SET DEFAULT gen_random_uuid(),
    ALTER COLUMN proof_xid SET DEFAULT pg_current_xact_id()::text::bigint;
ALTER TABLE leads_leadlostreasonhistory ADD COLUMN proof_salt uuid, ADD COLUMN proof_xid bigint,
    ADD COLUMN proof_kept jsonb, ADD COLUMN proof_change bigint;
ALTER TABLE leads_leadlostreasonhistory ALTER COLUMN proof_salt SET DEFAULT gen_random_uuid(),
    ALTER COLUMN proof_xid SET DEFAULT pg_current_xact_id()::text::bigint;
ALTER TABLE leads_leadhistory ADD COLUMN proof_salt uuid, ADD COLUMN proof_xid bigint,
    ADD COLUMN proof_kept jsonb, ADD COLUMN proof_change bigint;
ALTER TABLE leads_leadhistory ALTER COLUMN proof_salt SET DEFAULT gen_random_uuid(),
    ALTER COLUMN proof_xid SET DEFAULT pg_current_xact_id()::text::bigint;
ALTER TABLE leads_activityhistory ADD COLUMN proof_salt uuid, ADD COLUMN proof_xid bigint,
    ADD COLUMN proof_kept jsonb, ADD COLUMN proof_change bigint;
ALTER TABLE leads_activityhistory ALTER COLUMN proof_salt SET DEFAULT gen_random_uuid(),
    ALTER COLUMN proof_xid SET DEFAULT pg_current_xact_id()::text::bigint;
ALTER TABLE leads_taghistory ADD COLUMN proof_salt uuid, ADD COLUMN proof_xid bigint,
    ADD COLUMN proof_kept jsonb, ADD COLUMN proof_change bigint;
ALTER TABLE leads_taghistory ALTER COLUMN proof_salt SET DEFAULT gen_random_uuid(),
    ALTER COLUMN proof_xid SET DEFAULT pg_current_xact_id()::text::bigint;
ALTER TABLE leads_leadtaghistory ADD COLUMN proof_salt uuid, ADD COLUMN proof_xid bigint,
    ADD COLUMN proof_kept jsonb, ADD COLUMN proof_change bigint;
ALTER TABLE leads_leadtaghistory ALTER COLUMN proof_salt SET DEFAULT gen_random_uuid(),
    ALTER COLUMN proof_xid SET DEFAULT pg_current_xact_id()::text::bigint;
ALTER TABLE leads_pipelinestagehistory ADD COLUMN proof_salt uuid, ADD COLUMN proof_xid bigint,
    ADD COLUMN proof_kept jsonb, ADD COLUMN proof_change bigint;
ALTER TABLE leads_pipelinestagehistory ALTER COLUMN proof_salt SET DEFAULT gen_random_uuid(),
    ALTER COLUMN proof_xid SET DEFAULT pg_current_xact_id()::text::bigint;
ALTER TABLE leads_contactpointhistory ADD COLUMN proof_salt uuid, ADD COLUMN proof_xid bigint,
    ADD COLUMN proof_kept jsonb, ADD COLUMN proof_change bigint;
ALTER TABLE leads_contactpointhistory ALTER COLUMN proof_salt SET DEFAULT gen_random_uuid(),
    ALTER COLUMN proof_xid SET DEFAULT pg_current_xact_id()::text::bigint;
ALTER TABLE leads_procedurehistory ADD COLUMN proof_salt uuid, ADD COLUMN proof_xid bigint,
    ADD COLUMN proof_kept jsonb, ADD COLUMN proof_change bigint;
ALTER TABLE leads_procedurehistory ALTER COLUMN proof_salt SET DEFAULT gen_random_uuid(),
    ALTER COLUMN proof_xid SET DEFAULT pg_current_xact_id()::text::bigint;
ALTER TABLE leads_procedurenamehistory ADD COLUMN proof_salt uuid, ADD COLUMN proof_xid bigint,
    ADD COLUMN proof_kept jsonb, ADD COLUMN proof_change bigint;
ALTER TABLE leads_procedurenamehistory ALTER COLUMN proof_salt SET DEFAULT gen_random_uuid(),
    ALTER COLUMN proof_xid SET DEFAULT pg_current_xact_id()::text::bigint;
ALTER TABLE leads_opportunityhistory ADD COLUMN proof_salt uuid, ADD COLUMN proof_xid bigint,
    ADD COLUMN proof_kept jsonb, ADD COLUMN proof_change bigint;
ALTER TABLE leads_opportunityhistory ALTER COLUMN proof_salt SET DEFAULT gen_random_uuid(),
    ALTER COLUMN proof_xid SET DEFAULT pg_current_xact_id()::text::bigint;
ALTER TABLE leads_savedviewhistory ADD COLUMN proof_salt uuid, ADD COLUMN proof_xid bigint,
    ADD COLUMN proof_kept jsonb, ADD COLUMN proof_change bigint;
ALTER TABLE leads_savedviewhistory ALTER COLUMN proof_salt SET DEFAULT gen_random_uuid(),
    ALTER COLUMN proof_xid SET DEFAULT pg_current_xact_id()::text::bigint;
ALTER TABLE leads_taskhistory ADD COLUMN proof_salt uuid, ADD COLUMN proof_xid bigint,
    ADD COLUMN proof_kept jsonb, ADD COLUMN proof_change bigint;
ALTER TABLE leads_taskhistory ALTER COLUMN proof_salt SET DEFAULT gen_random_uuid(),
    ALTER COLUMN proof_xid SET DEFAULT pg_current_xact_id()::text::bigint;
ALTER TABLE kpis_kpieventhistory ADD COLUMN proof_salt uuid, ADD COLUMN proof_xid bigint,
    ADD COLUMN proof_kept jsonb, ADD COLUMN proof_change bigint;
ALTER TABLE kpis_kpieventhistory ALTER COLUMN proof_salt SET DEFAULT gen_random_uuid(),
    ALTER COLUMN proof_xid SET DEFAULT pg_current_xact_id()::text::bigint;
ALTER TABLE kpis_consultdetailshistory ADD COLUMN proof_salt uuid, ADD COLUMN proof_xid bigint,
    ADD COLUMN proof_kept jsonb, ADD COLUMN proof_change bigint;
ALTER TABLE kpis_consultdetailshistory ALTER COLUMN proof_salt SET DEFAULT gen_random_uuid(),
    ALTER COLUMN proof_xid SET DEFAULT pg_current_xact_id()::text::bigint;
ALTER TABLE commissions_providerhistory ADD COLUMN proof_salt uuid, ADD COLUMN proof_xid bigint,
    ADD COLUMN proof_kept jsonb, ADD COLUMN proof_change bigint;
ALTER TABLE commissions_providerhistory ALTER COLUMN proof_salt SET DEFAULT gen_random_uuid(),
    ALTER COLUMN proof_xid SET DEFAULT pg_current_xact_id()::text::bigint;
ALTER TABLE commissions_credithistory ADD COLUMN proof_salt uuid, ADD COLUMN proof_xid bigint,
    ADD COLUMN proof_kept jsonb, ADD COLUMN proof_change bigint;
ALTER TABLE commissions_credithistory ALTER COLUMN proof_salt SET DEFAULT gen_random_uuid(),
    ALTER COLUMN proof_xid SET DEFAULT pg_current_xact_id()::text::bigint;
ALTER TABLE commissions_commissionrulehistory ADD COLUMN proof_salt uuid, ADD COLUMN proof_xid bigint,
    ADD COLUMN proof_kept jsonb, ADD COLUMN proof_change bigint;
ALTER TABLE commissions_commissionrulehistory ALTER COLUMN proof_salt SET DEFAULT gen_random_uuid(),
    ALTER COLUMN proof_xid SET DEFAULT pg_current_xact_id()::text::bigint;
ALTER TABLE commissions_statementhistory ADD COLUMN proof_salt uuid, ADD COLUMN proof_xid bigint,
    ADD COLUMN proof_kept jsonb, ADD COLUMN proof_change bigint;
ALTER TABLE commissions_statementhistory ALTER COLUMN proof_salt SET DEFAULT gen_random_uuid(),
    ALTER COLUMN proof_xid SET DEFAULT pg_current_xact_id()::text::bigint;
ALTER TABLE commissions_disputehistory ADD COLUMN proof_salt uuid, ADD COLUMN proof_xid bigint,
    ADD COLUMN proof_kept jsonb, ADD COLUMN proof_change bigint;
ALTER TABLE commissions_disputehistory ALTER COLUMN proof_salt SET DEFAULT gen_random_uuid(),
    ALTER COLUMN proof_xid SET DEFAULT pg_current_xact_id()::text::bigint;
ALTER TABLE commissions_leadproviderhistory ADD COLUMN proof_salt uuid, ADD COLUMN proof_xid bigint,
    ADD COLUMN proof_kept jsonb, ADD COLUMN proof_change bigint;
ALTER TABLE commissions_leadproviderhistory ALTER COLUMN proof_salt SET DEFAULT gen_random_uuid(),
    ALTER COLUMN proof_xid SET DEFAULT pg_current_xact_id()::text::bigint;
ALTER TABLE medspa_auditevent ADD COLUMN proof_salt uuid, ADD COLUMN proof_xid bigint,
    ADD COLUMN proof_kept jsonb, ADD COLUMN proof_change bigint;
ALTER TABLE medspa_auditevent ALTER COLUMN proof_salt SET DEFAULT gen_random_uuid(),
    ALTER COLUMN proof_xid SET DEFAULT pg_current_xact_id()::text::bigint;
ALTER TABLE medspa_historychange ADD COLUMN proof_salt uuid, ADD COLUMN proof_xid bigint,
    ADD COLUMN proof_kept jsonb, ADD COLUMN proof_change bigint;
ALTER TABLE medspa_historychange ALTER COLUMN proof_salt SET DEFAULT gen_random_uuid(),
    ALTER COLUMN proof_xid SET DEFAULT pg_current_xact_id()::text::bigint;
"""
BACKWARD = r"""
ALTER TABLE medspa_userhistory DROP COLUMN proof_salt, DROP COLUMN proof_xid,
    DROP COLUMN proof_kept, DROP COLUMN proof_change;
ALTER TABLE medspa_user_groupshistory DROP COLUMN proof_salt, DROP COLUMN proof_xid,
    DROP COLUMN proof_kept, DROP COLUMN proof_change;
ALTER TABLE medspa_clinichistory DROP COLUMN proof_salt, DROP COLUMN proof_xid,
    DROP COLUMN proof_kept, DROP COLUMN proof_change;
ALTER TABLE campaigns_campaignhistory DROP COLUMN proof_salt, DROP COLUMN proof_xid,
    DROP COLUMN proof_kept, DROP COLUMN proof_change;
ALTER TABLE campaigns_campaignaliashistory DROP COLUMN proof_salt, DROP COLUMN proof_xid,
    DROP COLUMN proof_kept, DROP COLUMN proof_change;
ALTER TABLE campaigns_campaignspendhistory DROP COLUMN proof_salt, DROP COLUMN proof_xid,
    DROP COLUMN proof_kept, DROP COLUMN proof_change;
ALTER TABLE leads_leadsourcehistory DROP COLUMN proof_salt, DROP COLUMN proof_xid,
    DROP COLUMN proof_kept, DROP COLUMN proof_change;
ALTER TABLE leads_leadlostreasonhistory DROP COLUMN proof_salt, DROP COLUMN proof_xid,
    DROP COLUMN proof_kept, DROP COLUMN proof_change;
ALTER TABLE leads_leadhistory DROP COLUMN proof_salt, DROP COLUMN proof_xid,
    DROP COLUMN proof_kept, DROP COLUMN proof_change;
ALTER TABLE leads_activityhistory DROP COLUMN proof_salt, DROP COLUMN proof_xid,
    DROP COLUMN proof_kept, DROP COLUMN proof_change;
ALTER TABLE leads_taghistory DROP COLUMN proof_salt, DROP COLUMN proof_xid,
    DROP COLUMN proof_kept, DROP COLUMN proof_change;
ALTER TABLE leads_leadtaghistory DROP COLUMN proof_salt, DROP COLUMN proof_xid,
    DROP COLUMN proof_kept, DROP COLUMN proof_change;
ALTER TABLE leads_pipelinestagehistory DROP COLUMN proof_salt, DROP COLUMN proof_xid,
    DROP COLUMN proof_kept, DROP COLUMN proof_change;
ALTER TABLE leads_contactpointhistory DROP COLUMN proof_salt, DROP COLUMN proof_xid,
    DROP COLUMN proof_kept, DROP COLUMN proof_change;
ALTER TABLE leads_procedurehistory DROP COLUMN proof_salt, DROP COLUMN proof_xid,
    DROP COLUMN proof_kept, DROP COLUMN proof_change;
ALTER TABLE leads_procedurenamehistory DROP COLUMN proof_salt, DROP COLUMN proof_xid,
    DROP COLUMN proof_kept, DROP COLUMN proof_change;
ALTER TABLE leads_opportunityhistory DROP COLUMN proof_salt, DROP COLUMN proof_xid,
    DROP COLUMN proof_kept, DROP COLUMN proof_change;
ALTER TABLE leads_savedviewhistory DROP COLUMN proof_salt, DROP COLUMN proof_xid,
    DROP COLUMN proof_kept, DROP COLUMN proof_change;
ALTER TABLE leads_taskhistory DROP COLUMN proof_salt, DROP COLUMN proof_xid,
    DROP COLUMN proof_kept, DROP COLUMN proof_change;
ALTER TABLE kpis_kpieventhistory DROP COLUMN proof_salt, DROP COLUMN proof_xid,
    DROP COLUMN proof_kept, DROP COLUMN proof_change;
ALTER TABLE kpis_consultdetailshistory DROP COLUMN proof_salt, DROP COLUMN proof_xid,
    DROP COLUMN proof_kept, DROP COLUMN proof_change;
ALTER TABLE commissions_providerhistory DROP COLUMN proof_salt, DROP COLUMN proof_xid,
    DROP COLUMN proof_kept, DROP COLUMN proof_change;
ALTER TABLE commissions_credithistory DROP COLUMN proof_salt, DROP COLUMN proof_xid,
    DROP COLUMN proof_kept, DROP COLUMN proof_change;
ALTER TABLE commissions_commissionrulehistory DROP COLUMN proof_salt, DROP COLUMN proof_xid,
    DROP COLUMN proof_kept, DROP COLUMN proof_change;
ALTER TABLE commissions_statementhistory DROP COLUMN proof_salt, DROP COLUMN proof_xid,
    DROP COLUMN proof_kept, DROP COLUMN proof_change;
ALTER TABLE commissions_disputehistory DROP COLUMN proof_salt, DROP COLUMN proof_xid,
    DROP COLUMN proof_kept, DROP COLUMN proof_change;
ALTER TABLE commissions_leadproviderhistory DROP COLUMN proof_salt, DROP COLUMN proof_xid,
    DROP COLUMN proof_kept, DROP COLUMN proof_change;
ALTER TABLE medspa_auditevent DROP COLUMN proof_salt, DROP COLUMN proof_xid,
    DROP COLUMN proof_kept, DROP COLUMN proof_change;
ALTER TABLE medspa_historychange DROP COLUMN proof_salt, DROP COLUMN proof_xid,
    DROP COLUMN proof_kept, DROP COLUMN proof_change;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0009_plain_words"),
        ("commissions", "0018_plain_words"),
        ("kpis", "0024_payments_name_listed_procedures"),
        ("leads", "0050_index_deleted_leads"),
        ("medspa", "0022_history_is_changed_in_one_way"),
    ]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
