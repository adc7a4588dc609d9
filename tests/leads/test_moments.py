"""No move, activity or event in the future, by the row's own clock."""

import json
from datetime import timedelta

import pytest
from django.core import serializers
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models
from django.forms import modelform_factory
from django.utils import timezone

from kpis.models import KpiEvent
from leads.models import Activity, LeadStage
from leads.move_refusals import InTheFuture
from leads.services.pipeline import move
from tests.factories import (
    ActivityFactory,
    KpiEventFactory,
    LeadFactory,
    LeadStageFactory,
    StageFactory,
)

pytestmark = pytest.mark.django_db
TEN_MINUTES = timedelta(minutes=10)
MOMENTS = [
    (ActivityFactory, "created_at"),
    (LeadStageFactory, "changed_at"),
    (KpiEventFactory, "occurred_at"),
]


@pytest.mark.parametrize(("factory", "field"), MOMENTS)
def test_a_moment_inside_a_long_transaction_is_not_in_the_future(
    factory: type, field: str
) -> None:
    """`now()` is the transaction's start and would refuse the second row."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.05), now()")
        start = cursor.fetchone()[1]
    row = factory(**{field: timezone.now()})
    assert getattr(row, field) > start
    assert row.recorded_at > start
    row.full_clean()


@pytest.mark.parametrize(("factory", "field"), MOMENTS)
def test_minutes_of_difference_between_two_clocks_are_forgiven(
    factory: type, field: str
) -> None:
    factory(**{field: timezone.now() + TEN_MINUTES / 2})
    with pytest.raises(IntegrityError):
        factory(**{field: timezone.now() + TEN_MINUTES + timedelta(seconds=30)})


@pytest.mark.parametrize(("factory", "field"), MOMENTS)
def test_a_row_loads_from_a_fixture_long_after_it_was_written(
    factory: type, field: str
) -> None:
    row = factory()
    long_ago = timezone.now() - timedelta(days=3650)
    data = json.loads(serializers.serialize("json", [row]))
    data[0]["fields"] |= {field: long_ago.isoformat()}
    data[0]["fields"] |= {"recorded_at": long_ago.isoformat()}
    [loaded] = serializers.deserialize("json", json.dumps(data))
    loaded.save()
    model: type[models.Model] = type(row)
    assert model._default_manager.get(pk=row.pk).recorded_at == long_ago


@pytest.mark.parametrize(
    ("model", "fields"),
    [
        (Activity, {"type": "call", "created_at": ""}),
        (KpiEvent, {"kind": "consult_booked", "occurred_at": ""}),
        (LeadStage, {"stage": "", "changed_at": ""}),
    ],
)
def test_a_form_without_the_recording_clock_still_refuses_the_future(
    model: type[models.Model], fields: dict[str, str]
) -> None:
    (_, moment) = fields
    data = {"lead": LeadFactory().pk} | fields
    data[moment] = (timezone.now() + timedelta(hours=1)).isoformat()
    if "stage" in data:
        data["stage"] = StageFactory().pk
    form = modelform_factory(model, fields=["lead", *fields])(data)
    assert set(form.errors) == {moment}
    assert "in the future" in form.errors[moment][0]


def test_a_move_in_the_future_is_refused_with_a_sentence() -> None:
    lead = LeadFactory(admitted=True)
    with pytest.raises(InTheFuture, match="A move can't be in the future"):
        move(lead.pk, StageFactory().pk, at=timezone.now() + timedelta(hours=1))
    assert lead.stage_periods.count() == 1


@pytest.mark.parametrize(
    ("kind", "payload", "named"),
    [
        ("call", {"lastName": "Smith"}, "lastName"),
        ("call", {"outcome": "she has diabetes"}, "outcome"),
        ("call", {"duration_seconds": -1}, "duration_seconds"),
        ("sms_sent", {"body": "Hi Sarah"}, "body"),
        ("tag_added", {}, "tag"),
        ("form_submit", {"form": "Free text!"}, "form"),
        ("stage_change", {"to_stage": "c1", "lost_reason": "ugly"}, "lost_reason"),
    ],
)
def test_a_payload_of_the_wrong_shape_is_refused_by_form_and_code(
    kind: str, payload: dict, named: str
) -> None:
    activity = ActivityFactory.build(
        lead=LeadFactory(), type=kind, payload_json=payload
    )
    for attempt in (activity.full_clean, activity.save):
        with pytest.raises(ValidationError) as refusal:
            attempt()
        assert named in " ".join(refusal.value.message_dict["payload_json"])
