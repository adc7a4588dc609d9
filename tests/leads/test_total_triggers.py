"""The kept totals equal a recount after every way of changing what they sum."""

from collections.abc import Callable

import pytest
from django.db import connection
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from leads.models import Lead, LeadStage, Opportunity, StageTotal
from leads.services.pipeline import move
from tests.factories import LeadFactory, OpportunityFactory, StageFactory

pytestmark = pytest.mark.django_db
RECOUNT = """
    SELECT stay.stage_id, count(*),
        coalesce(sum(opportunity.expected_value_cents), 0)::bigint
    FROM leads_leadstage stay
    JOIN leads_lead lead ON lead.id = stay.lead_id AND lead.deleted_at IS NULL
    LEFT JOIN leads_opportunity opportunity
        ON opportunity.lead_id = lead.id AND opportunity.deleted_at IS NULL
    WHERE stay.left_at IS NULL
    GROUP BY stay.stage_id
"""


def sql(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def recounted() -> dict[str, tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(RECOUNT)
        return {stage: (leads, int(cents)) for stage, leads, cents in cursor.fetchall()}


def kept() -> dict[str, tuple[int, int]]:
    """The totals that the board reads, without stages that have become empty."""
    totals = StageTotal.objects.by_stage()
    return {
        stage: (int(leads), int(cents))
        for stage, (leads, cents) in totals.items()
        if (leads, cents) != (0, 0)
    }


@pytest.fixture
def lead(db: None) -> Lead:
    """One lead worth $100 in the first of two stages, beside another worth $1."""
    stage = StageFactory()
    OpportunityFactory(lead=LeadFactory(stage=stage), expected_value_cents=100)
    lead = LeadFactory(stage=stage)
    OpportunityFactory(lead=lead, expected_value_cents=10_000)
    return lead


def delete_all_stays_of(lead: Lead) -> None:
    sql("DELETE FROM leads_leadstage WHERE lead_id = %s", lead.pk)


def delete_and_change_value(lead: Lead) -> None:
    lead.delete()
    lead.opportunity.expected_value_cents = 5
    lead.opportunity.save()


def delete_and_change_and_restore(lead: Lead) -> None:
    delete_and_change_value(lead)
    lead.restore()


def erase(lead: Lead) -> None:
    Opportunity.all_objects.filter(lead=lead)._raw_delete("default")
    sql("DELETE FROM leads_activity WHERE lead_id = %s", lead.pk)
    sql("DELETE FROM leads_leadstage WHERE lead_id = %s", lead.pk)
    sql("DELETE FROM leads_lead WHERE id = %s", lead.pk)


def value_by_save(lead: Lead) -> None:
    lead.opportunity.expected_value_cents = 77_777
    lead.opportunity.save()


def to_another_stage_by_sql(lead: Lead) -> None:
    sql(
        "UPDATE leads_leadstage SET stage_id = %s WHERE lead_id = %s",
        StageFactory().pk,
        lead.pk,
    )


def all_values_by_sql(lead: Lead) -> None:
    sql("UPDATE leads_opportunity SET expected_value_cents = expected_value_cents * 3")


def opportunity_to_another_lead_by_sql(lead: Lead) -> None:
    other = LeadFactory(admitted=True)
    sql(
        "UPDATE leads_opportunity SET lead_id = %s WHERE lead_id = %s",
        other.pk,
        lead.pk,
    )


def all_leads_deleted_by_sql(lead: Lead) -> None:
    sql("UPDATE leads_lead SET deleted_at = now()")


def other_columns_by_sql(lead: Lead) -> None:
    sql("UPDATE leads_lead SET source = 'google', updated_at = now()")
    sql("UPDATE leads_opportunity SET procedure_code = 'LASER'")
    sql("UPDATE leads_leadstage SET changed_by_id = NULL")


ACTS: list[Callable[[Lead], object]] = [
    lambda lead: move(lead.pk, StageFactory().pk),
    lambda lead: lead.delete(),
    lambda lead: (lead.delete(), lead.restore()),
    lambda lead: lead.opportunity.delete(),
    lambda lead: (lead.opportunity.delete(), lead.opportunity.restore()),
    lambda lead: (lead.opportunity.delete(), lead.delete(), lead.restore()),
    lambda lead: OpportunityFactory(lead=LeadFactory()),
    lambda lead: LeadFactory.create_batch(3, admitted=True),
    lambda lead: LeadStage.objects.filter(lead=lead).delete(),
    lambda lead: Opportunity.all_objects.filter(lead=lead).update(
        expected_value_cents=1
    ),
    lambda lead: LeadStage.objects.bulk_create(
        LeadStage(lead=LeadFactory(), stage=lead.stage_periods.get().stage)
        for _ in range(3)
    ),
    value_by_save,
    delete_and_change_value,
    delete_and_change_and_restore,
    delete_all_stays_of,
    erase,
    to_another_stage_by_sql,
    all_values_by_sql,
    opportunity_to_another_lead_by_sql,
    all_leads_deleted_by_sql,
    other_columns_by_sql,
]


def test_a_new_lead_counts_with_its_opportunity(lead: Lead) -> None:
    assert kept() == recounted() == {lead.stage_periods.get().stage_id: (2, 10_100)}


@pytest.mark.parametrize("act", ACTS)
def test_the_totals_are_true_after(act: Callable[[Lead], object], lead: Lead) -> None:
    act(lead)
    assert kept() == recounted()


@pytest.mark.parametrize("act", [all_leads_deleted_by_sql, erase, all_values_by_sql])
def test_the_acts_do_change_the_totals(
    act: Callable[[Lead], object], lead: Lead
) -> None:
    before = recounted()
    act(lead)
    assert recounted() != before


@hypothesis_settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(st.sampled_from(["move", "delete", "restore", "value", "drop"])))
def test_the_totals_are_true_after_any_sequence(lead: Lead, acts: list[str]) -> None:
    for act in acts:
        change(Lead.all_objects.get(pk=lead.pk), act)
        assert kept() == recounted()


def change(lead: Lead, act: str) -> None:
    opportunity = lead.opportunity
    match act:
        case "move" if not lead.is_deleted:
            move(lead.pk, StageFactory().pk)
        case "delete":
            lead.delete()
        case "restore":
            lead.restore()
            opportunity.restore()
        case "value":
            opportunity.expected_value_cents += 1
            opportunity.save()
        case "drop":
            opportunity.delete()
