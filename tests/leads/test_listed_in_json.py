"""Codes in JSON are rows of the clinic's lists, whoever writes; archived ones too."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from leads.models import LeadLostReason, Procedure
from tests.factories import (
    ActivityFactory,
    KpiEventFactory,
    LeadStageFactory,
)
from tests.rules import constraint_of

pytestmark = pytest.mark.django_db


def refusal(sql: str, pk: str) -> str:
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        run(sql, pk)
    return constraint_of(refused.value)


def run(sql: str, pk: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} WHERE id = %s", [pk])


def paid_for(code: str) -> str:
    details = f'{{"procedure": "{code}"}}'
    return f"UPDATE kpis_kpievent SET metadata_json = '{details}'"  # noqa: S608


def test_a_payment_is_for_a_procedure_of_the_list() -> None:
    paid = KpiEventFactory(paid=True, metadata_json={"procedure": "BTX"})
    rule = "kpis_kpievent_procedure_is_listed"
    assert refusal(paid_for("PEEL"), paid.pk) == rule
    paid.metadata_json = {"procedure": "PEEL"}
    with pytest.raises(ValidationError, match="Choose a procedure"):
        paid.save()
    Procedure.objects.create(name="Peel", code="PEEL").delete()
    run(paid_for("PEEL"), paid.pk)
    paid.save()


def lost_for(code: str) -> str:
    details = f'{{"to_stage": "x", "lost_reason": "{code}"}}'
    return f"UPDATE leads_activity SET payload_json = '{details}'"  # noqa: S608


def test_a_lost_reason_is_one_of_the_list() -> None:
    moved = ActivityFactory(type="stage_change", payload_json={"to_stage": "x"})
    period = LeadStageFactory(stage__outcome="lost", lost_reason="price")
    rule = "lost_reason_is_listed"
    assert refusal(lost_for("moved"), moved.pk) == f"leads_activity_{rule}"
    changed = "UPDATE leads_leadstage SET lost_reason = 'moved'"
    assert refusal(changed, period.pk) == f"leads_leadstage_{rule}"
    LeadLostReason.objects.create(name="Moved", code="moved", meaning="not_a_fit")
    LeadLostReason.objects.get(code="moved").delete()
    run(lost_for("moved"), moved.pk)
    run(changed, period.pk)
