"""Amounts keep the currency that they were recorded in."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from medspa.models import User
from medspa.setup.models import the_clinic
from tests.factories import CampaignSpendFactory, KpiEventFactory, StatementFactory
from tests.medspa.test_first_visit import new_token, send

pytestmark = pytest.mark.django_db
SENTENCE = (
    "Amounts were recorded in USD, and they are never converted. The currency can't "
    "be changed anymore."
)


def a_locked_month() -> None:
    manager = User.objects.create(username="maria")
    signed: dict[str, Any] = {}
    for step in ("approved", "locked"):
        signed |= {f"{step}_by": manager, f"{step}_at": timezone.now()}
    StatementFactory(status="locked", snapshot_json={}, **signed)


@pytest.mark.parametrize(
    "record",
    [lambda: KpiEventFactory(paid=True), CampaignSpendFactory, a_locked_month],
    ids=["payment", "spend", "locked_month"],
)
def test_once_an_amount_is_recorded_the_currency_stays(
    record: Callable[[], Any],
) -> None:
    clinic = the_clinic()
    clinic.currency = "CAD"
    clinic.full_clean()
    record()
    with pytest.raises(ValidationError) as refused:
        clinic.full_clean()
    assert refused.value.message_dict == {"currency": [SENTENCE]}
    clinic.currency = "USD"
    clinic.full_clean()


def test_a_voided_payment_does_not_keep_the_currency() -> None:
    event = KpiEventFactory(paid=True)
    type(event).all_objects.filter(pk=event.pk).update(deleted_at=timezone.now())
    clinic = the_clinic()
    clinic.currency = "CAD"
    clinic.full_clean()


def test_the_settings_page_offers_no_other_currency_and_says_why(
    client: Client, administrator: User
) -> None:
    client.force_login(administrator)
    before = client.get("/clinic/").context["form"]
    assert len(list(before.fields["currency"].choices)) > 1
    KpiEventFactory(paid=True)
    answer = client.get("/clinic/")
    form = answer.context["form"]
    assert [code for code, _ in form.fields["currency"].choices] == ["USD"]
    assert SENTENCE.replace("'", "&#x27;") in answer.content.decode()
    # The page was opened before the payment.
    sent = {name: before[name].value() for name in before.fields}
    data = {name: "" if value is None else value for name, value in sent.items()}
    answer = client.post("/clinic/", data | {"currency": "CAD"})
    assert SENTENCE.replace("'", "&#x27;") in answer.content.decode()
    assert the_clinic().currency == "USD"


def test_spend_that_came_before_the_owner_keeps_its_currency(client: Client) -> None:
    CampaignSpendFactory()
    assert send(client, new_token(), country="GB").status_code == 302
    assert (the_clinic().country, the_clinic().currency) == ("GB", "USD")
