"""Which events come of what is written, whoever writes it."""

from datetime import timedelta

import pytest
from django.db import connection, transaction

from api.models import OutboxPosition, WebhookDelivery, WebhookEvent
from api.resources.activities import ActivityAnswer
from api.resources.consults import ConsultAnswer
from api.resources.lead_data import API_CONTACT_FIELDS, LeadAnswer
from api.resources.lead_parts import OpportunityAnswer
from api.resources.payments import PaymentAnswer
from api.resources.tasks import TaskAnswer
from api.webhooks.event_types import (
    EVENT_EXAMPLES,
    WEBHOOK_TYPES,
    ActivityEvent,
    ConsultEvent,
    LeadEvent,
    OpportunityEvent,
    PaymentEvent,
    TaskEvent,
    known_type,
)
from api.webhooks.outbox import relay
from kpis.choices import CancelReason, VoidReason
from kpis.events import consult_details, consults, payments
from kpis.events.voiding import void
from leads.choices import NextStep
from leads.deleted_leads.restoring import restore
from leads.models import Lead, LeadStage
from leads.services import next_steps, pipeline
from leads.services.contacting import log_contact
from leads.services.merging import MergeChoice, merge
from leads.services.stage_periods import reopen
from leads.services.tagging import set_tags
from medspa import clock
from medspa.audit.actors import acting
from medspa.json_columns import parse_json
from medspa.models import User
from tests.api.webhooks.happening import (
    endpoint_of,
    forget_own_transaction,
    told,
    types_told,
)
from tests.factories import LeadFactory, StageFactory, TagFactory

pytestmark = pytest.mark.django_db


def new_lead(**facts: object) -> Lead:
    lead: Lead = LeadFactory.build(**facts)
    pipeline.create_lead(lead)
    return lead


@pytest.fixture
def lead(administrator: User) -> Lead:
    """Created before the endpoint, so that only what a test does is told."""
    StageFactory(name="New")
    lead = new_lead()
    endpoint_of(administrator)
    with connection.cursor() as cursor:
        # All of a test is one transaction: what was written before is no news.
        cursor.execute("SELECT clock_timestamp()")
        OutboxPosition.objects.update(begun_at=cursor.fetchone()[0])
    return lead


def test_each_event_says_what_the_api_says_and_no_contact() -> None:
    for event, answer in (
        (LeadEvent, LeadAnswer),
        (ActivityEvent, ActivityAnswer),
        (TaskEvent, TaskAnswer),
        (ConsultEvent, ConsultAnswer),
        (PaymentEvent, PaymentAnswer),
        (OpportunityEvent, OpportunityAnswer),
    ):
        # The outcome of a call is in its payload there.
        known = {*answer.model_fields, "outcome"} - {*API_CONTACT_FIELDS, "first_name"}
        assert set(event.model_fields) <= known
    for kind in WEBHOOK_TYPES.values():
        parse_json(kind.data, EVENT_EXAMPLES[kind.data], "data")


def test_a_lead_that_lives_is_told_of_step_by_step(lead: Lead) -> None:
    lead.source = "referral"
    lead.save()
    won = StageFactory(name="Won", outcome="won")
    pipeline.move(lead.pk, won.pk)
    log_contact(lead, "call", "voicemail")
    step = next_steps.plan(lead, NextStep.CALL_BACK.value, clock.now(), None)
    step.finish()
    payment = payments.record_payment(lead, 45_000)
    refund = payments.record_refund(lead, payment.pk, 5_000)
    void(refund.pk, VoidReason.MISTAKE)
    found = told()
    assert [name for name, _ in found if not name.startswith("consult")] == [
        "lead.updated",
        "lead.moved",
        "activity.logged",
        "task.planned",
        "task.finished",
        "payment.recorded",
        "payment.refunded",
        "payment.voided",
    ]
    data = dict(found)
    assert data["lead.moved"]["stage_id"] == won.pk
    assert data["lead.moved"]["stage_outcome"] == "won"
    assert data["activity.logged"]["outcome"] == "voicemail"
    assert data["payment.refunded"]["value_cents"] == 5_000
    assert data["payment.refunded"]["refund_of_id"] == payment.pk
    for name, said in found:
        parse_json(known_type(name).data, said, "data")


def test_a_consult_is_told_of_from_booking_to_its_end(lead: Lead) -> None:
    later = clock.now() + timedelta(days=2)
    first = consults.book(lead, later)
    second = consults.book(lead, later + timedelta(days=1))
    consult_details.confirm(lead, second.pk)
    consult_details.cancel(lead, second.pk, CancelReason.ELSEWHERE.value)
    today = consults.book(lead, clock.now())
    consults.no_show(lead, today.pk)
    consults.show(lead, today.pk)
    found = [(name, said["id"]) for name, said in told() if name.startswith("consult")]
    assert found == [
        ("consult.booked", first.pk),
        ("consult.voided", first.pk),
        ("consult.booked", second.pk),
        ("consult.confirmed", second.pk),
        ("consult.canceled", second.pk),
        ("consult.booked", today.pk),
        ("consult.no_show", today.pk),
        ("consult.showed", today.pk),
    ]


def test_deleted_restored_and_merged_leads_are_told_apart(lead: Lead) -> None:
    other = new_lead(email="other@example.com")
    lead.delete()
    restore(lead.pk)
    merge(other.pk, lead.pk, MergeChoice())
    found = [(name, said["merged_into_id"]) for name, said in told()]
    assert found == [
        ("lead.created", None),
        ("lead.deleted", None),
        ("lead.restored", None),
        ("lead.merged", other.pk),
    ]


def test_a_move_that_is_undone_is_a_move_back(lead: Lead, manager: User) -> None:
    before = LeadStage.objects.get(lead=lead, left_at=None).stage_id
    period = pipeline.move(lead.pk, StageFactory().pk)
    with acting(user=manager):
        reopen([period])
    assert [said["stage_id"] for name, said in told()] == [period.stage_id, before]


def test_tags_are_one_change_of_the_lead(lead: Lead) -> None:
    set_tags(lead, TagFactory.create_batch(3))
    assert types_told() == ["lead.updated"]


def test_many_leads_at_once_are_told_of_one_by_one(lead: Lead) -> None:
    leads = [LeadFactory.build(email="", phone="") for _ in range(3)]
    pipeline.create_leads(leads, is_import=True)
    pipeline.move_many([one.pk for one in leads], StageFactory().pk)
    assert types_told() == ["lead.created"] * 3 + ["lead.moved"] * 3


def test_what_was_rolled_back_is_not_told(lead: Lead) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        lead.delete()
        raise ZeroDivisionError
    assert types_told() == []


def test_an_endpoint_gets_what_it_chose(administrator: User, lead: Lead) -> None:
    moves = endpoint_of(administrator, ("lead.moved",)).endpoint
    pipeline.move(lead.pk, StageFactory().pk)
    lead.delete()
    forget_own_transaction()
    relay()
    found = WebhookDelivery.objects.filter(endpoint=moves).select_related("event")
    assert [row.event.type for row in found] == ["lead.moved"]
    assert WebhookEvent.objects.count() == 2


def test_after_a_restore_on_another_server_history_is_no_news(lead: Lead) -> None:
    OutboxPosition.objects.update(snapshot="9000000000:9000000000:")
    lead.delete()
    assert types_told() == []
    assert OutboxPosition.objects.get().snapshot != "9000000000:9000000000:"
