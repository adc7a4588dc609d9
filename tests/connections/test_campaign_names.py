"""A campaign is found by its name at every door, whatever signs the name has."""

from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from connections.doors.calendly import Tracking
from connections.doors.connect import ConnectMessage
from connections.models import ReceivedDelivery
from leads.models import Lead
from tests.connections.doors import connected, send, work_off_all
from tests.connections.test_web_form import ENTERED, token_of
from tests.factories import CampaignFactory, WebFormFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clinic")]
NAMES = pytest.mark.parametrize(
    "name",
    [
        "Lip filler & Botox (NYC)",
        "Mother’s Day: 20% off, today!",
        "Glow — “Spring” #2 [retargeting] / women 30-45, New York City, Brooklyn",
    ],
)
ABOUT_SOMEBODY = pytest.mark.parametrize(
    "name", ["maria@example.com", "Maria 02/03/1980", "617-555-0186", "x" * 121]
)


@NAMES
def test_the_web_form_finds_it(name: str, client: Client) -> None:
    campaign, form = CampaignFactory(name=name), WebFormFactory()
    page = client.get(reverse("hosted_form", args=[form.pk]), {"utm_campaign": name})
    assert 'name="utm_campaign"' in page.text
    sent = {"token": token_of(form), **ENTERED, "utm_campaign": name}
    client.post(
        reverse("hosted_form", args=[form.pk]),
        urlencode(sent),
        content_type="application/x-www-form-urlencoded",
    )
    work_off_all()
    assert Lead.objects.get().campaign == campaign


@NAMES
def test_connect_anything_finds_it(name: str) -> None:
    campaign = CampaignFactory(name=name)
    who = {"first_name": "Ana", "email": "ana@example.com"}
    send(connected(), {"what": "lead", "who": who, "campaign": name})
    work_off_all()
    assert Lead.objects.get().campaign == campaign


@NAMES
def test_calendly_hands_it_on(name: str) -> None:
    assert Tracking(utm_campaign=name).utm_campaign == name


@ABOUT_SOMEBODY
def test_what_may_be_about_somebody_is_no_campaigns_name(
    name: str, client: Client
) -> None:
    form = WebFormFactory()
    client.post(
        reverse("hosted_form", args=[form.pk]),
        urlencode({"token": token_of(form), **ENTERED, "utm_campaign": name}),
        content_type="application/x-www-form-urlencoded",
    )
    assert "utm_campaign" not in ReceivedDelivery.objects.get().content
    assert Tracking(utm_campaign=name).utm_campaign == ""
    message = ConnectMessage.model_validate({"what": "lead", "campaign": name})
    assert message.campaign == ""
