"""Events that are counted, and booked consults."""

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from kpis.choices import Kind
from kpis.models import ConsultDetails, KpiEvent
from tests.factories.leads import LeadFactory


class KpiEventFactory(DjangoModelFactory):
    """A consult; `paid=True` for a payment, `refunded=True` for a refund of one."""

    lead = factory.SubFactory(LeadFactory)
    kind = Kind.CONSULT_BOOKED.value
    occurred_at = factory.LazyFunction(timezone.now)

    class Meta:
        model = KpiEvent

    class Params:
        paid = factory.Trait(kind=Kind.INVOICE_PAID.value, value_cents=50_000)
        refunded = factory.Trait(
            kind=Kind.INVOICE_REFUNDED.value,
            value_cents=20_000,
            refund_of=factory.SubFactory(
                "tests.factories.KpiEventFactory",
                paid=True,
                lead=factory.SelfAttribute("..lead"),
                occurred_at=factory.SelfAttribute("..occurred_at"),
            ),
        )


class ConsultDetailsFactory(DjangoModelFactory):
    booking = factory.SubFactory(KpiEventFactory)

    class Meta:
        model = ConsultDetails
