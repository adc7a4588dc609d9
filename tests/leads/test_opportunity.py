"""An opportunity's date: not in the past when it is set, and old ones stay editable."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.forms import modelform_factory

from leads.models import Opportunity
from medspa.clinic_time import clinic_today
from tests.factories import LeadFactory, OpportunityFactory

pytestmark = pytest.mark.django_db
TODAY = clinic_today()
DAY = timedelta(days=1)
PAST_SENTENCE = "The expected date can't be in the past."
OpportunityForm = modelform_factory(
    Opportunity,
    fields=["lead", "expected_value_cents", "procedure_code", "expected_date"],
)


@pytest.fixture
def old() -> Opportunity:
    """Set ten days ago for five days ago."""
    opportunity = OpportunityFactory()
    Opportunity.objects.filter(pk=opportunity.pk).update(
        expected_date=TODAY - 5 * DAY, expected_date_set_on=TODAY - 10 * DAY
    )
    return Opportunity.objects.get(pk=opportunity.pk)


@pytest.mark.parametrize("days", [0, 1, 400])
def test_a_date_from_today_on_is_taken(days: int) -> None:
    opportunity = OpportunityFactory(expected_date=TODAY + days * DAY)
    opportunity.full_clean()
    assert opportunity.expected_date_set_on == TODAY


def test_a_date_of_yesterday_is_refused_by_every_door() -> None:
    with pytest.raises(ValidationError) as refusal:
        OpportunityFactory.build(
            lead=LeadFactory(), expected_date=TODAY - DAY
        ).full_clean()
    assert refusal.value.message_dict == {"expected_date": [PAST_SENTENCE]}
    with pytest.raises(IntegrityError):
        OpportunityFactory(expected_date=TODAY - DAY)


def test_another_field_of_an_old_opportunity_can_be_changed(old: Opportunity) -> None:
    old.expected_value_cents += 1
    old.full_clean()
    old.save()
    assert Opportunity.objects.get().expected_date_set_on == TODAY - 10 * DAY


def test_a_form_can_change_an_old_opportunity_and_not_its_date_to_the_past(
    old: Opportunity,
) -> None:
    data = {
        "lead": old.lead_id,
        "expected_value_cents": 5,
        "procedure_code": "BTX",
        "expected_date": old.expected_date.isoformat(),
    }
    assert OpportunityForm(data, instance=old).is_valid()
    data["expected_date"] = (TODAY - 4 * DAY).isoformat()
    form = OpportunityForm(data, instance=Opportunity.objects.get())
    assert form.errors == {"expected_date": [PAST_SENTENCE]}


def test_an_old_date_can_be_taken_away_and_set_anew(old: Opportunity) -> None:
    old.expected_date = None
    old.save()
    assert Opportunity.objects.get().expected_date_set_on is None
    old.expected_date = TODAY + DAY
    old.save(update_fields=["expected_date"])
    assert Opportunity.objects.get().expected_date_set_on == TODAY


def test_moving_an_old_date_within_the_past_is_refused(old: Opportunity) -> None:
    old.expected_date -= DAY
    with pytest.raises(ValidationError, match="in the past"):
        old.full_clean()
    with pytest.raises(IntegrityError):
        old.save()


def test_a_date_that_was_not_loaded_is_not_taken_for_a_new_one(
    old: Opportunity,
) -> None:
    slim = Opportunity.objects.only("id", "expected_value_cents").get()
    slim.expected_value_cents = 7
    slim.save()
    assert slim.expected_date == old.expected_date
    slim.save()
    assert Opportunity.objects.get().expected_date_set_on == TODAY - 10 * DAY


def test_a_reloaded_date_is_not_taken_for_a_new_one(old: Opportunity) -> None:
    fresh = OpportunityFactory()
    Opportunity.objects.filter(pk=fresh.pk).update(
        expected_date=TODAY - DAY, expected_date_set_on=TODAY - 2 * DAY
    )
    fresh.refresh_from_db()
    fresh.full_clean()
    fresh.save()
    assert Opportunity.objects.get(pk=fresh.pk).expected_date_set_on == TODAY - 2 * DAY


def test_a_second_opportunity_is_refused_even_after_the_first_is_deleted() -> None:
    first = OpportunityFactory()
    second = OpportunityFactory.build(lead=first.lead)
    for _ in range(2):
        with pytest.raises(ValidationError) as refusal:
            second.full_clean()
        assert refusal.value.message_dict == {
            "lead": ["This lead already has an opportunity."]
        }
        first.delete()
