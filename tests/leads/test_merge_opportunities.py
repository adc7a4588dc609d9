"""What becomes of two opportunities when their leads are merged, and taken apart."""

from datetime import date
from typing import Any

import pytest

from leads.models import Lead, Opportunity
from leads.services.merging import MergeChoice, merge
from leads.services.unmerging import unmerge
from tests import factories
from tests.rules import let_history_change

pytestmark = pytest.mark.django_db
NOTHING = MergeChoice()


@pytest.fixture
def ana() -> Lead:
    return factories.LeadFactory(first_name="Ana")


@pytest.fixture
def anna() -> Lead:
    return factories.LeadFactory(first_name="Anna")


def test_a_deleted_opportunity_of_the_merged_lead_stays_deleted(
    ana: Lead, anna: Lead
) -> None:
    theirs = factories.OpportunityFactory(lead=anna)
    theirs.delete()
    merge(
        ana.pk, anna.pk, MergeChoice(opportunity_fields=frozenset({"procedure_code"}))
    )
    theirs.refresh_from_db()
    assert (theirs.is_deleted, theirs.lead) == (True, anna)
    assert not Opportunity.objects.exists()


def test_a_deleted_opportunity_changes_nothing_of_the_survivors(
    ana: Lead, anna: Lead
) -> None:
    factories.OpportunityFactory(lead=anna, expected_value_cents=5_000).delete()
    own = factories.OpportunityFactory(lead=ana)
    every = frozenset({"expected_value_cents"})
    row = merge(ana.pk, anna.pk, MergeChoice(opportunity_fields=every))
    own.refresh_from_db()
    assert own.expected_value_cents == 120_000
    assert (row.moved.opportunity_taken, row.moved.opportunity_before) == ([], None)


def test_a_deleted_one_of_the_survivor_comes_back_as_the_others(
    ana: Lead, anna: Lead
) -> None:
    own = factories.OpportunityFactory(lead=ana, procedure_code="BTX")
    own.delete()
    theirs = factories.OpportunityFactory(lead=anna, expected_value_cents=5_000)
    row = merge(ana.pk, anna.pk, NOTHING)
    own.refresh_from_db()
    assert (own.is_deleted, own.procedure_code) == (False, "FILLER")
    assert own.expected_value_cents == 5_000
    unmerge(row.pk)
    own.refresh_from_db()
    theirs.refresh_from_db()
    assert (own.is_deleted, own.procedure_code) == (True, "BTX")
    assert (theirs.is_deleted, theirs.lead) == (False, anna)


def test_one_that_was_deleted_again_since_has_its_first_deletion_back(
    ana: Lead, anna: Lead
) -> None:
    own = factories.OpportunityFactory(lead=ana)
    own.delete()
    first = own.deleted_at
    factories.OpportunityFactory(lead=anna, expected_value_cents=5_000)
    row = merge(ana.pk, anna.pk, NOTHING)
    Opportunity.objects.get(pk=own.pk).delete()
    assert unmerge(row.pk).unrestored == []
    own.refresh_from_db()
    assert (own.deleted_at, own.expected_value_cents) == (first, 120_000)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("expected_value_cents", 5_000),
        ("procedure_code", "LASER"),
        ("expected_date", date(2026, 3, 2)),
    ],
)
def test_every_opportunity_field_can_be_taken_and_comes_back(
    name: str, value: Any, ana: Lead, anna: Lead
) -> None:
    own = factories.OpportunityFactory(lead=ana)
    theirs = factories.OpportunityFactory(lead=anna)
    set_on = {"expected_date_set_on": date(2026, 3, 1)} if "date" in name else {}
    Opportunity.objects.filter(pk=theirs.pk).update(**{name: value} | set_on)
    row = merge(ana.pk, anna.pk, MergeChoice(opportunity_fields=frozenset({name})))
    assert row.moved.opportunity_taken == [name]
    taken = Opportunity.objects.get(pk=own.pk)
    assert getattr(taken, name) == value
    assert taken.expected_date_set_on == set_on.get("expected_date_set_on")
    assert unmerge(row.pk).unrestored == []
    again = Opportunity.objects.get(pk=own.pk)
    assert getattr(again, name) == getattr(own, name)
    assert again.expected_date_set_on == own.expected_date_set_on


def test_a_value_changed_since_is_kept_beside_those_that_go_back(
    ana: Lead, anna: Lead
) -> None:
    own = factories.OpportunityFactory(lead=ana)
    factories.OpportunityFactory(
        lead=anna, expected_value_cents=5_000, procedure_code="LASER"
    )
    both = frozenset({"expected_value_cents", "procedure_code"})
    row = merge(ana.pk, anna.pk, MergeChoice(opportunity_fields=both))
    Opportunity.objects.filter(pk=own.pk).update(procedure_code="RHINO")
    assert unmerge(row.pk).unrestored == ["procedure"]
    own.refresh_from_db()
    assert (own.expected_value_cents, own.procedure_code) == (120_000, "RHINO")


def test_a_date_comes_back_with_the_day_on_which_it_was_set(
    ana: Lead, anna: Lead
) -> None:
    own, theirs = (factories.OpportunityFactory(lead=lead) for lead in (ana, anna))
    for row, day in ((own, 10), (theirs, 20)):
        Opportunity.objects.filter(pk=row.pk).update(
            expected_date=date(2026, 1, day),
            expected_date_set_on=date(2026, 1, day - 5),
        )
    merged = merge(
        ana.pk, anna.pk, MergeChoice(opportunity_fields=frozenset({"expected_date"}))
    )
    own.refresh_from_db()
    assert (own.expected_date.day, own.expected_date_set_on.day) == (20, 15)
    unmerge(merged.pk)
    own.refresh_from_db()
    assert (own.expected_date.day, own.expected_date_set_on.day) == (10, 5)


def test_a_date_whose_history_is_gone_stays_and_is_named(ana: Lead, anna: Lead) -> None:
    own, theirs = (factories.OpportunityFactory(lead=lead) for lead in (ana, anna))
    Opportunity.objects.filter(pk=theirs.pk).update(
        expected_date=date(2026, 1, 20), expected_date_set_on=date(2026, 1, 15)
    )
    dates = frozenset({"expected_date"})
    merged = merge(ana.pk, anna.pk, MergeChoice(opportunity_fields=dates))
    let_history_change(Opportunity)
    own.history.all().delete()
    assert unmerge(merged.pk).unrestored == ["expected date"]
    own.refresh_from_db()
    assert own.expected_date == date(2026, 1, 20)
