"""Connected systems and what they sent."""

from datetime import date
from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from connections.items import IncomingEvent
from connections.models import (
    Connection,
    DeliveryCount,
    ExternalId,
    FieldDifference,
    FileColumns,
    IntakeBatch,
    ItemOutcome,
    KnownThere,
    OutgoingChange,
    PaymentRank,
    ReceivedDelivery,
    StreamState,
    UndoRun,
    UnmatchedEvent,
    WebForm,
)
from connections.web_forms.saving import save_form
from tests.factories.leads import LeadFactory


class WebFormFactory(DjangoModelFactory):
    """A form that is connected, as the set-up page saves it."""

    title = factory.Sequence(lambda number: f"Free consult {number}")
    origins = "https://www.example.com"

    class Meta:
        model = WebForm

    @classmethod
    def _create(cls, model_class: type[WebForm], *args: Any, **kwargs: Any) -> WebForm:
        form = model_class(*args, **kwargs)
        form.full_clean()
        return save_form(form)


class ConnectionFactory(DjangoModelFactory):
    door = "connect"
    account = factory.Sequence(lambda number: f"account{number}")
    secrets = '{"signing_secret": "whsec_AAAA"}'

    class Meta:
        model = Connection


class ReceivedDeliveryFactory(DjangoModelFactory):
    """A delivery that is parked."""

    connection = factory.SubFactory(ConnectionFactory)
    key = factory.Sequence(lambda number: f"msg_{number}")
    kind = "lead"
    data = '{"what": "lead"}'
    state = "parked"
    reason = "failed"

    class Meta:
        model = ReceivedDelivery


class UnmatchedEventFactory(DjangoModelFactory):
    """A payment of nobody who is known."""

    connection = factory.SubFactory(ConnectionFactory)
    system = "connect"
    what = "paid"
    object_id = factory.Sequence(lambda number: f"inv_{number}")
    content = factory.LazyAttribute(
        lambda row: IncomingEvent(
            what=row.what,
            system=row.system,
            object_id=row.object_id,
            occurred_at=timezone.now(),
            amount_cents=30_000,
        ).model_dump_json()
    )
    why = "nobody"

    class Meta:
        model = UnmatchedEvent


class ExternalIdFactory(DjangoModelFactory):
    system = "connect"
    kind = "customer"
    value = factory.Sequence(lambda number: f"cus_{number}")
    lead = factory.SubFactory(LeadFactory)

    class Meta:
        model = ExternalId


class ItemOutcomeFactory(DjangoModelFactory):
    what = "lead"
    outcome = "created"

    class Meta:
        model = ItemOutcome


class FieldDifferenceFactory(DjangoModelFactory):
    connection = factory.SubFactory(ConnectionFactory, door="gohighlevel")
    lead = factory.SubFactory(LeadFactory)
    field = "email"

    class Meta:
        model = FieldDifference


class IntakeBatchFactory(DjangoModelFactory):
    title = "HubSpot contacts: leads"

    class Meta:
        model = IntakeBatch


class UndoRunFactory(DjangoModelFactory):
    batch = factory.SubFactory(IntakeBatchFactory)

    class Meta:
        model = UndoRun


class FileColumnsFactory(DjangoModelFactory):
    system = factory.Sequence(lambda number: "system_" + "abcdefghij"[number % 10])
    kind = "payments"
    columns_json = factory.LazyFunction(
        lambda: {"columns": {"Paid on": "date"}, "services": []}
    )

    class Meta:
        model = FileColumns


class StreamStateFactory(DjangoModelFactory):
    connection = factory.SubFactory(ConnectionFactory)
    stream = "contacts"

    class Meta:
        model = StreamState


class KnownThereFactory(DjangoModelFactory):
    connection = factory.SubFactory(ConnectionFactory)
    lead = factory.SubFactory(LeadFactory)
    field = "first_name"
    digest = b"0123456789abcdef"

    class Meta:
        model = KnownThere


class OutgoingChangeFactory(DjangoModelFactory):
    connection = factory.SubFactory(ConnectionFactory)
    lead = factory.SubFactory(LeadFactory)
    field = "first_name"

    class Meta:
        model = OutgoingChange


class DeliveryCountFactory(DjangoModelFactory):
    connection = factory.SubFactory(ConnectionFactory)
    day = date(2026, 3, 2)
    code = "ignored"
    last_at = factory.LazyFunction(timezone.now)

    class Meta:
        model = DeliveryCount


class PaymentRankFactory(DjangoModelFactory):
    system = "zenoti"
    place = 1

    class Meta:
        model = PaymentRank
