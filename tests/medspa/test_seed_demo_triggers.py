"""While the sample is loaded the tables have no indexes: triggers that would read them
whole, once for every chunk, are off, and what they keep is made afterwards."""

import pytest
from django.core.management import call_command
from django.db import connection

from leads.models import Lead, LeadSummary
from leads.services.summaries import wrong_summaries
from medspa.demo.sample.loading import COPY_COLUMNS, bare_tables

ON_INSERT = """
SELECT tgname FROM pg_trigger
WHERE NOT tgisinternal AND tgenabled <> 'D' AND tgtype & 4 > 0
    AND tgrelid = ANY(%s::regclass[])
"""
# They look at the new row alone or find another one by its primary key.
FIND_BY_KEY = {
    "commissions_credit_is_for_payments_and_consults",
    "kpis_kpievent_follow_the_clock",
    "kpis_kpievent_procedure_is_listed",
    "kpis_kpievent_recorded_is_past",
    "leads_activity_follow_the_clock",
    "leads_activity_lost_reason_is_listed",
    "leads_activity_recorded_is_past",
    "leads_lead_is_past",
    "leads_leadstage_follow_the_clock",
    "leads_leadstage_lost_reason_is_listed",
    "leads_leadstage_recorded_is_past",
    "leads_leadtag_note_insert",
}
# They find credits by a unique index, which stays.
FIND_BY_UNIQUE_INDEX = {
    "commissions_credit_insert_note_commissions",
    "kpis_kpievent_insert_note_commissions",
}
# Of these tables there are a few hundred rows, all loaded by the first chunk.
ON_FEW_ROWS = {
    "campaigns_campaignspend_ranges_fit",
    "commissions_commissionrule_note",
    "commissions_commissionrule_procedures_are_listed",
}


@pytest.mark.django_db
def test_no_trigger_reads_a_whole_table_while_the_sample_is_loaded() -> None:
    """20,000 leads took 500 seconds with the summaries' triggers, and 38 without."""
    with bare_tables(), connection.cursor() as cursor:
        cursor.execute(ON_INSERT, [list(COPY_COLUMNS)])
        enabled = {name for (name,) in cursor.fetchall()}
    assert enabled == FIND_BY_KEY | FIND_BY_UNIQUE_INDEX | ON_FEW_ROWS


@pytest.mark.django_db
def test_the_summaries_of_the_sample_are_true() -> None:
    call_command("seed_demo", leads=20, months=6, seed=3)
    assert wrong_summaries() == []
    # Some sample leads are deleted, which ones depends on the day.
    assert LeadSummary.objects.count() == Lead.objects.count() > 0
