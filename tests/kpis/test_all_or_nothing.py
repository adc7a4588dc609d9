"""Consults and money are recorded as a whole or not at all."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.utils import timezone

from kpis.choices import VoidReason
from kpis.events import consults, payments, voiding
from kpis.extension_points import after_recorded
from kpis.models import KpiEvent
from leads.models import Lead
from medspa.clinic_time import clinic_today
from medspa.ids import new_id
from medspa.refusals import Refused
from tests import factories
from tests.locks import everything, proves, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead() -> Lead:
    factories.StageFactory(order=30_000, records_kpi="consult_show")
    return factories.LeadFactory(admitted=True)


def another_date(lead: Lead) -> Callable[[], object]:
    consults.book(lead, timezone.now() + timedelta(days=2))
    return lambda: consults.book(lead, timezone.now() + timedelta(days=3))


def who_came(lead: Lead) -> Callable[[], object]:
    booking = consults.book(lead, timezone.now())
    return lambda: consults.show(lead, booking.pk)


def a_refund(lead: Lead) -> Callable[[], object]:
    payment = payments.record_payment(lead, 10_000)
    return lambda: payments.record_refund(lead, payment.pk, 100)


def a_correction(lead: Lead) -> Callable[[], object]:
    payment = payments.record_payment(lead, 10_000)
    new = payments.PaymentChange(1, "", "service", 0, clinic_today())
    return lambda: payments.replace_payment(lead, payment.pk, new)


def a_void(lead: Lead) -> Callable[[], object]:
    payment = payments.record_payment(lead, 10_000)
    return lambda: voiding.void(payment.pk, VoidReason.MISTAKE)


ACTS: dict[str, tuple[str, Callable[[Lead], Callable[[], object]]]] = {
    "kpis.events.consults.book atomic": ("kpis_kpievent", another_date),
    "kpis.events.consults.show atomic": ("leads_leadstage", who_came),
    "kpis.events.payments.record_refund atomic": ("kpis_kpieventhistory", a_refund),
    "kpis.events.payments.replace_payment atomic": (
        "kpis_kpieventhistory",
        a_correction,
    ),
    "kpis.events.voiding.void atomic": ("kpis_kpieventhistory", a_void),
}


@pytest.mark.parametrize("name", ACTS)
def test_what_fails_in_the_middle_leaves_nothing(lead: Lead, name: str) -> None:
    table, prepare = ACTS[name]
    act = prepare(lead)
    with refused(table):
        act()


@pytest.fixture
def who_refuses() -> Iterator[None]:
    """An app above that takes no payment."""

    def refuse(*args: object) -> None:
        raise Refused("Not this one.")

    with after_recorded.extended(refuse):
        yield


@proves("kpis.events.payments.record_payment atomic")
def test_a_payment_that_an_app_above_refuses_is_not_there(
    lead: Lead, who_refuses: None
) -> None:
    before = everything()
    with pytest.raises(Refused, match="Not this one"):
        payments.record_payment(lead, 10_000, key=new_id())
    assert everything() == before
    assert not KpiEvent.objects.exists()
