"""What the database refuses of a consult's details, in words and in SQL."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from kpis.models import ConsultDetails
from tests.factories import (
    ConsultDetailsFactory,
    KpiEventFactory,
    ProviderFactory,
    UserFactory,
)
from tests.rules import Rule, constraint_of, refusal_in_sql, refusal_in_words, update

pytestmark = pytest.mark.django_db


def confirmed_by_someone(row: models.Model) -> dict[str, object]:
    return {"confirmed_by": UserFactory()}


def canceled(row: models.Model) -> dict[str, object]:
    return {"canceled_at": timezone.now()}


RULES = [
    Rule(
        "kpis_consultdetails_confirmed_by_when_confirmed",
        ConsultDetailsFactory,
        confirmed_by_someone,
        "Only a confirmed consult was confirmed.",
    ),
    Rule(
        "kpis_consultdetails_canceled_for_a_reason",
        ConsultDetailsFactory,
        canceled,
        "Choose why the consult is canceled.",
    ),
    Rule(
        "kpis_consultdetails_canceled_for_a_reason",
        ConsultDetailsFactory,
        {"cancel_reason": "clinic"},
        "Choose why the consult is canceled.",
    ),
]


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_a_broken_rule_is_refused_in_words(rule: Rule) -> None:
    assert rule.sentence in refusal_in_words(rule)[rule.place]


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_a_broken_rule_is_refused_in_sql(rule: Rule) -> None:
    assert refusal_in_sql(rule) == rule.name


def test_a_consult_has_its_details_once() -> None:
    details = ConsultDetailsFactory()
    second = ConsultDetails(booking=details.booking)
    with pytest.raises(ValidationError, match="has its details already"):
        second.full_clean()
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        second.save()
    assert constraint_of(refused.value) == "kpis_consultdetails_booking_id_key"


def test_details_are_of_a_booking_only() -> None:
    payment = KpiEventFactory(paid=True)
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        ConsultDetailsFactory(booking=payment)
    assert constraint_of(refused.value) == "kpis_consultdetails_of_a_booking"
    with pytest.raises(IntegrityError) as refused:
        update(ConsultDetailsFactory(), {"booking": payment})
    assert constraint_of(refused.value) == "kpis_consultdetails_of_a_booking"


def test_a_consult_is_for_a_procedure_of_the_clinic_or_for_none() -> None:
    details = ConsultDetailsFactory(procedure_code="BTX")
    update(details, {"procedure_code": ""})
    details.procedure_code = "NOSE"
    with pytest.raises(ValidationError, match="Choose from the list"):
        details.full_clean()
    with pytest.raises(IntegrityError) as refused:
        update(details, {"procedure_code": "NOSE"})
    assert constraint_of(refused.value) == "kpis_consultdetails_procedure_is_listed"


def test_a_provider_with_consults_is_archived_and_not_removed() -> None:
    provider = ProviderFactory()
    details = ConsultDetailsFactory(provider=provider)
    provider.delete()
    details.refresh_from_db()
    assert details.provider.is_deleted
    with pytest.raises(models.ProtectedError):
        models.Model.delete(provider)
