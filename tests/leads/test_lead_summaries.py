"""Each active lead's summary is true after every way of changing what it is made of."""

import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from leads.models import Activity, Lead, LeadSummary, Opportunity, Task
from leads.models.lead_summary import NEVER, NOT_PLANNED
from leads.services.merging import MergeChoice, merge
from leads.services.summaries import wrong_summaries
from leads.services.unmerging import unmerge
from tests import factories

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def sql(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


@pytest.fixture
def lead() -> Lead:
    """Called, with a next step and a value, beside another of the kind."""
    for _ in range(2):
        lead = factories.LeadFactory(admitted=True, created_at=NOW - timedelta(days=9))
        for days in (1, 2):
            at = NOW - timedelta(days=days)
            factories.ActivityFactory(lead=lead, created_at=at)
        factories.TaskFactory(lead=lead)
        factories.OpportunityFactory(lead=lead)
    return lead


def merge_and_unmerge(lead: Lead) -> None:
    other = Lead.objects.exclude(pk=lead.pk).get()
    done = merge(lead.pk, other.pk, MergeChoice())
    assert not wrong_summaries()
    unmerge(done.pk)


def delete_and_restore(lead: Lead) -> None:
    lead.delete()
    assert not LeadSummary.objects.filter(pk=lead.pk).exists()
    factories.ActivityFactory(lead=lead)
    lead.restore()


def erase(lead: Lead) -> None:
    sql("DELETE FROM leads_activity WHERE lead_id = %s", lead.pk)
    sql("DELETE FROM leads_task WHERE lead_id = %s", lead.pk)
    sql("DELETE FROM leads_opportunity WHERE lead_id = %s", lead.pk)
    sql("DELETE FROM leads_leadstage WHERE lead_id = %s", lead.pk)
    sql("DELETE FROM leads_lead WHERE id = %s", lead.pk)


CHANGES: dict[str, Callable[[Lead], object]] = {
    "take the last call back": lambda lead: lead.activities.first().delete(),
    "finish the step": lambda lead: lead.tasks.get().finish(),
    "delete the value": lambda lead: lead.opportunity.delete(),
    "move all calls": lambda lead: Activity.objects.update(lead=lead),
    "date the calls back": lambda lead: sql(
        "UPDATE leads_activity SET created_at = created_at - interval '1 hour'"
    ),
    "add two steps at once": lambda lead: Task.objects.bulk_create(
        Task(lead=lead, what=what, due_at=NOW) for what in ("check_in", "send_prices")
    ),
    "raise the values": lambda lead: Opportunity.objects.update(expected_value_cents=5),
    "create it later": lambda lead: Lead.objects.update(created_at=NOW),
    "delete and restore": delete_and_restore,
    "merge and unmerge": merge_and_unmerge,
    "erase": erase,
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_the_summaries_stay_true(change: Callable[[Lead], object], lead: Lead) -> None:
    change(lead)
    assert not wrong_summaries()


def test_a_new_lead_was_active_when_it_was_created() -> None:
    lead = factories.LeadFactory()
    summary = LeadSummary.objects.get(lead=lead)
    assert summary.active_at == lead.created_at
    assert (summary.contacted_at, summary.called_at) == (NEVER, NEVER)
    assert (summary.next_due_at, summary.value_cents) == (NOT_PLANNED, 0)


def test_an_automatic_text_is_an_activity_and_no_contact(lead: Lead) -> None:
    text = factories.ActivityFactory(
        lead=lead, type="sms_sent", payload_json={"automated": True}
    )
    summary = LeadSummary.objects.get(lead=lead)
    assert summary.active_at == text.created_at
    assert summary.contacted_at == NOW - timedelta(days=1)


def test_wrong_summaries_are_told_and_repaired(lead: Lead) -> None:
    LeadSummary.objects.filter(pk=lead.pk).update(value_cents=1)
    with pytest.raises(CommandError, match="summaries of 1 lead are wrong"):
        call_command("verify_totals", stdout=io.StringIO())
    call_command("verify_totals", "--fix", stdout=io.StringIO())
    assert not wrong_summaries()
