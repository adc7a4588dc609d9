"""From a write to a receiver: real connections, real HTTPS, and a worker that dies."""

import asyncio
import time
from collections.abc import Callable

import psycopg
import pytest
from django.db import transaction

from api.models import OutboxPosition, WebhookDelivery, WebhookEndpoint, WebhookEvent
from api.webhooks.delivering import Dispatcher
from api.webhooks.delivery import SendState
from api.webhooks.outbox import relay
from api.webhooks.sender import WebhookSender
from leads.models import Lead
from leads.services import pipeline
from medspa import clock
from tests.api.webhooks.happening import delivery_of, endpoint_of
from tests.api.webhooks.receiver import Receiver
from tests.committed import database_url
from tests.factories import LeadFactory, StageFactory, UserFactory
from tests.forked import forked

pytestmark = pytest.mark.usefixtures("committed")


def dispatcher(receiver: Receiver, must_end: Callable[[], bool]) -> Dispatcher:
    sender = WebhookSender(authorities=receiver.authorities, allows_loopback=True)
    return Dispatcher(must_end, sender)


def deliver(receiver: Receiver) -> None:
    """As the worker does, until nothing is due."""
    asyncio.run(dispatcher(receiver, lambda: False).work_off())


def work(receiver: Receiver) -> None:
    asyncio.run(dispatcher(receiver, lambda: False).run())


def until(is_true: Callable[[], object]) -> None:
    ends = time.monotonic() + 20
    while not is_true():
        assert time.monotonic() < ends
        time.sleep(0.02)


def new_lead() -> Lead:
    lead: Lead = LeadFactory.build(email="", phone="")
    pipeline.create_lead(lead)
    return lead


def test_each_commit_is_told_once_whatever_the_order_of_commits() -> None:
    StageFactory(name="New")
    endpoint_of(UserFactory())
    early = new_lead()
    assert relay() == 1
    with psycopg.connect(database_url(), autocommit=False) as slow:
        # Its transaction has a lower number than all that are committed meanwhile.
        slow.execute(
            "INSERT INTO leads_leadhistory"
            " SELECT (jsonb_populate_record(h, jsonb_build_object("
            "'history_id', nextval('leads_leadhistory_history_id_seq'),"
            " 'history_type', '~', 'history_date', clock_timestamp(),"
            " 'proof_xid', pg_current_xact_id()::text))).*"
            " FROM leads_leadhistory h WHERE id = %s",
            [early.pk],
        )
        late = new_lead()
        assert relay() == 1
        assert relay() == 0
        slow.commit()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        new_lead()
        raise ZeroDivisionError
    assert relay() == 1
    assert relay() == 0
    told = WebhookEvent.objects.order_by("pk").values_list("type", "lead_id")
    assert [*told] == [
        ("lead.created", early.pk),
        ("lead.created", late.pk),
        ("lead.updated", early.pk),
    ]


def test_what_happens_is_delivered_in_the_order_of_each_lead(
    receiver: Receiver,
) -> None:
    stages = [StageFactory() for _ in range(4)]
    types = ("lead.created", "lead.moved")
    endpoint = endpoint_of(UserFactory(), types, receiver.url("/ok")).endpoint
    leads = [new_lead() for _ in range(5)]
    for stage in stages[1:]:
        pipeline.move_many([lead.pk for lead in leads], stage.pk)
    deliver(receiver)
    assert len(receiver.received) == 20
    for lead in leads:
        sent = [body for _, _, body in receiver.received if lead.pk.encode() in body]
        assert b"lead.created" in sent[0]
        moved = [
            stage.pk.encode() in body
            for stage, body in zip(stages[1:], sent[1:], strict=True)
        ]
        assert moved == [True] * 3
    assert not WebhookDelivery.objects.waiting().exists()
    # Connections are used again.
    assert receiver.connections <= 10
    assert WebhookEndpoint.objects.get(pk=endpoint.pk).failing_since is None


def test_a_slow_endpoint_holds_up_no_other(receiver: Receiver) -> None:
    person = UserFactory()
    slow = endpoint_of(person, url=receiver.url("/drip")).endpoint
    quick = endpoint_of(person, url=receiver.url("/ok")).endpoint
    for endpoint in (slow, quick):
        for _ in range(3):
            delivery_of(endpoint)
    with forked(work, receiver):
        delivered = WebhookDelivery.objects.filter(state=SendState.DELIVERED)
        until(lambda: delivered.count() == 3)
    assert {*delivered.values_list("endpoint", flat=True)} == {quick.pk}


def test_a_worker_that_is_killed_loses_nothing(receiver: Receiver) -> None:
    StageFactory(name="New")
    url = receiver.url("/drip")
    endpoint = endpoint_of(UserFactory(), ("lead.created",), url).endpoint
    lead = new_lead()
    with forked(work, receiver) as worker:
        until(lambda: receiver.received)
        worker.kill()
        worker.join()
    row = WebhookDelivery.objects.get(lead_id=lead.pk)
    assert (row.state, row.attempts) == (SendState.WAITING, 1)
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(url=receiver.url("/ok"))
    deliver(receiver)
    assert len(receiver.received) == 1  # its lease isn't over
    WebhookDelivery.objects.update(next_at=clock.now())
    deliver(receiver)
    assert receiver.ids == [row.event.message_id] * 2
    row.refresh_from_db()
    assert (row.state, row.attempts) == (SendState.DELIVERED, 2)
    assert OutboxPosition.objects.count() == 1
