"""Sealing asks for the rows of the last transactions; a BRIN index is a few pages."""

from django.db import migrations

TABLES = (
    "medspa_userhistory",
    "medspa_user_groupshistory",
    "medspa_clinichistory",
    "campaigns_campaignhistory",
    "campaigns_campaignaliashistory",
    "campaigns_campaignspendhistory",
    "leads_leadsourcehistory",
    "leads_leadlostreasonhistory",
    "leads_leadhistory",
    "leads_activityhistory",
    "leads_taghistory",
    "leads_leadtaghistory",
    "leads_pipelinestagehistory",
    "leads_contactpointhistory",
    "leads_procedurehistory",
    "leads_procedurenamehistory",
    "leads_opportunityhistory",
    "leads_savedviewhistory",
    "leads_taskhistory",
    "kpis_kpieventhistory",
    "kpis_consultdetailshistory",
    "commissions_providerhistory",
    "commissions_credithistory",
    "commissions_commissionrulehistory",
    "commissions_statementhistory",
    "commissions_disputehistory",
    "commissions_leadproviderhistory",
    "medspa_auditevent",
    "medspa_historychange",
)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("safekeeping", "0001_rows_of_history_can_be_proved")]

    operations = [
        migrations.RunSQL(
            f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {table}_by_xid ON {table}"
            " USING brin (proof_xid) WITH (pages_per_range = 32, autosummarize = on)",
            f"DROP INDEX CONCURRENTLY IF EXISTS {table}_by_xid",
        )
        for table in TABLES
    ]
