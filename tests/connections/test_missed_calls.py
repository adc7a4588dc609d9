"""A phone system knows the number and the time of a missed call, and no name."""

from typing import Any

import pytest

from connections.models import Connection, ItemOutcome
from leads.models import Lead
from tests.connections.doors import connected, send, work_off_all
from tests.factories import LeadFactory

pytestmark = pytest.mark.usefixtures("clinic")
PHONE = "+16175550149"


@pytest.fixture
def calls(clinic: None) -> Connection:
    return connected()


def came(calls: Connection, number: int, **who: Any) -> None:
    message = {"what": "lead", "when": "2026-03-02T10:00:00-05:00", "who": who}
    assert send(calls, message, f"msg_{number}").status_code == 200
    work_off_all()


def test_whoever_calls_is_a_lead_and_one_lead_however_often(calls: Connection) -> None:
    came(calls, 1, phone=PHONE)
    came(calls, 2, phone=PHONE)
    lead = Lead.objects.get()
    assert (lead.first_name, lead.phone) == ("Caller", PHONE)
    outcomes = ItemOutcome.objects.order_by("pk").values_list("outcome", flat=True)
    assert list(outcomes) == ["created", "unchanged"]


def test_a_caller_gets_the_name_that_comes_with_the_same_phone(
    calls: Connection,
) -> None:
    came(calls, 1, phone=PHONE)
    came(calls, 2, phone=PHONE, first_name="Ana", email="ana@example.com")
    lead = Lead.objects.get()
    assert (lead.first_name, lead.email) == ("Ana", "ana@example.com")
    came(calls, 3, phone=PHONE, first_name="Bea")
    assert sorted(Lead.objects.values_list("first_name", flat=True)) == ["Ana", "Bea"]


def test_a_known_lead_who_calls_stays_as_they_are(calls: Connection) -> None:
    lead = LeadFactory(first_name="Ana", phone=PHONE)
    came(calls, 1, phone=PHONE)
    assert Lead.objects.get() == lead
    assert Lead.objects.get().first_name == "Ana"


def test_of_several_with_the_phone_a_caller_is_nobody_for_sure(
    calls: Connection,
) -> None:
    LeadFactory.create_batch(2, phone=PHONE)
    came(calls, 1, phone=PHONE)
    assert Lead.objects.filter(first_name="Caller").count() == 1


def test_an_email_alone_makes_no_lead(calls: Connection) -> None:
    came(calls, 1, email="ana@example.com")
    assert not Lead.objects.exists()
    assert ItemOutcome.objects.get().reason == "no_first_name"
