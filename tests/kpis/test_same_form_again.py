"""A form of the lead page that is sent again with something else in it.

The browser's Back shows a form as it was sent, with the id of the row that it made.
"""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from kpis.models import KpiEvent
from leads.models import Activity, Lead, Task
from medspa.clinic_time import clinic_today, clinic_zone
from medspa.ids import new_id
from medspa.models import User
from tests import factories

STARTED = timezone.now()
OTHER_DETAILS = "This form was already saved once with other details."
UNDONE = "This form was already saved once and was undone since."


@pytest.fixture
def office(manager: User, client: Client) -> Client:
    client.force_login(manager)
    return client


@pytest.fixture
def lead(db: None) -> Lead:
    return factories.LeadFactory(admitted=True)


def act(client: Client, lead: Lead, name: str, **data: Any) -> str:
    answer = client.post(f"/leads/{lead.pk}/{name}/", data, follow=True)
    return " ".join(answer.text.split())


def in_days(days: int) -> str:
    moment = (STARTED + timedelta(days=days)).astimezone(clinic_zone())
    return moment.strftime("%Y-%m-%dT%H:%M")


def planned_for(event: KpiEvent) -> str:
    planned: datetime = event.metadata.scheduled_for
    return planned.astimezone(clinic_zone()).strftime("%Y-%m-%dT%H:%M")


def test_the_same_booking_with_another_time_moves_the_consult(
    office: Client, lead: Lead
) -> None:
    key = new_id()
    act(office, lead, "book", scheduled_for=in_days(3), key=key)
    page = act(office, lead, "book", scheduled_for=in_days(5), key=key)
    assert planned_for(KpiEvent.objects.get()) == in_days(5)
    assert "Consult booked for" in page


def test_the_same_booking_with_another_provider_names_that_one(
    office: Client, lead: Lead
) -> None:
    key, form = new_id(), {"scheduled_for": in_days(3), "procedure": ""}
    one, other = factories.ProviderFactory(), factories.ProviderFactory()
    act(office, lead, "book", **form, provider=one.pk, key=key)
    act(office, lead, "book", **form, provider=other.pk, key=key)
    event = KpiEvent.objects.get()
    assert (event.pk, event.consult_details.provider) == (key, other)


def test_a_payment_is_not_said_to_be_recorded_with_another_amount(
    office: Client, lead: Lead
) -> None:
    key = new_id()
    act(office, lead, "pay", amount="100", key=key)
    page = act(office, lead, "pay", amount="250", key=key)
    assert OTHER_DETAILS in page
    assert 'value="250"' in page
    assert KpiEvent.objects.get().value_cents == 10_000
    KpiEvent.objects.get().delete()
    assert UNDONE in act(office, lead, "pay", amount="100", key=key)


@pytest.mark.slow
@pytest.mark.parametrize(
    "other",
    [{"procedure": "BOTOX"}, {"category": "retail"}, {"cost": "5"}, {"day": 1}],
)
def test_a_payment_is_not_said_to_be_recorded_with_other_details(
    other: dict[str, Any], office: Client, lead: Lead
) -> None:
    factories.ProcedureFactory(code="BOTOX")
    key, payment = new_id(), {"amount": "100"}
    act(office, lead, "pay", **payment, key=key)
    assert "recorded" in act(office, lead, "pay", **payment, key=key)
    if "day" in other:
        yesterday = clinic_today() - timedelta(days=1)
        other = {"day": yesterday.isoformat()}
    assert OTHER_DETAILS in act(office, lead, "pay", **payment, **other, key=key)
    assert KpiEvent.objects.count() == 1
    # Nor that it was corrected so.
    form = payment | {"payment": KpiEvent.objects.get().pk, "category": "retail"}
    again, day = new_id(), {"day": clinic_today().isoformat()}
    act(office, lead, "correct-payment", **form, **day, key=again)
    assert KpiEvent.objects.get().pk == again
    page = act(office, lead, "correct-payment", **form, **day, cost="7", key=again)
    assert OTHER_DETAILS in page


def test_a_refund_is_not_said_to_be_recorded_with_another_amount(
    office: Client, lead: Lead
) -> None:
    key = new_id()
    act(office, lead, "pay", amount="100")
    payment = KpiEvent.objects.get().pk
    act(office, lead, "refund", amount="10", payment=payment, key=key)
    page = act(office, lead, "refund", amount="20", payment=payment, key=key)
    assert OTHER_DETAILS in page
    same = {"amount": "10", "payment": payment, "key": key}
    assert "recorded" in act(office, lead, "refund", **same, day=clinic_today())
    yesterday = clinic_today() - timedelta(days=1)
    assert OTHER_DETAILS in act(office, lead, "refund", **same, day=yesterday)


def test_a_payment_is_not_said_to_be_recorded_with_other_shares(
    office: Client, lead: Lead
) -> None:
    key, form = new_id(), {"amount": "100", "share": "100"}
    one, other = factories.ProviderFactory(), factories.ProviderFactory()
    for _ in range(2):
        page = act(office, lead, "pay", **form, earner=one.pk, key=key)
        assert "recorded" in page
    page = act(office, lead, "pay", **form, earner=other.pk, key=key)
    assert OTHER_DETAILS in page
    assert KpiEvent.objects.get().credits.get().provider == one


def test_a_next_step_is_not_said_to_be_added_with_another_date(
    office: Client, lead: Lead
) -> None:
    key = new_id()
    act(office, lead, "plan", what="call_back", due_at=in_days(1), key=key)
    page = act(office, lead, "plan", what="call_back", due_at=in_days(2), key=key)
    assert OTHER_DETAILS in page
    assert OTHER_DETAILS in act(
        office, lead, "plan", what="send_quote", due_at=in_days(1), key=key
    )
    assert Task.objects.count() == 1


@pytest.mark.parametrize("address", ["{}/log/", "board/call/{}/"])
def test_a_call_is_not_said_to_be_logged_with_another_outcome(
    address: str, office: Client, lead: Lead
) -> None:
    key, url = new_id(), f"/leads/{address.format(lead.pk)}"
    for outcome in ("no_answer", "voicemail"):
        form = {"type": "call", "outcome": outcome, "key": key}
        answer = office.post(url, form, follow=True)
    assert OTHER_DETAILS in answer.text
    assert Activity.objects.get(type="call").payload_json == {"outcome": "no_answer"}
